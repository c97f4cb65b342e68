import type { DataMigration } from "@aws-sdk/client-database-migration-service";
import { z } from "zod";
import { type DmsLogin, dmsLogins, type MigrationType, migrationTypes } from "../aws/data-migration-options.ts";
import type { UndoRecord } from "../database/undo-record.ts";
import type { Run } from "../provision/run.ts";
import type { OnExisting } from "../stack/on-existing.ts";
import { loginOf } from "./dms-login.ts";
import type { Placement } from "./dms-placement.ts";
import { restorePlanOf } from "./restore-plan.ts";

/** How a run's data migration is made. */
export interface LoadSettings {
  readonly migrationType: MigrationType;
  readonly dmsLogin: DmsLogin;
}

/** What the operator asked for, if anything. */
export interface LoadWishes {
  readonly migrationType: MigrationType | undefined;
  readonly dmsLogin: DmsLogin | undefined;
  readonly placement?: Placement | undefined;
  readonly onExisting?: OnExisting | undefined;
  /** True when left out. */
  readonly targetSnapshot?: boolean;
}

const note = "load-settings";
const settingsSchema = z.object({ migrationType: z.enum(migrationTypes), dmsLogin: z.enum(dmsLogins) });

/** What the journal has noted of the load before; undefined before anything was made for one. */
function notedSettings(run: Run): LoadSettings | undefined {
  return settingsSchema.safeParse(run.state().notes.get(note)).data;
}

/** What a load was made with, by what is there: the data migration, and the record in the target. The journal, where neither tells. */
export function madeSettings(
  migration: DataMigration | undefined,
  record: UndoRecord | undefined,
  run: Run,
): LoadSettings {
  const noted = notedSettings(run);
  const type = migrationTypes.find((one) => one === migration?.DataMigrationType);
  return {
    migrationType: type ?? noted?.migrationType ?? restorePlanOf(run)?.migrationType ?? "full-load-and-cdc",
    dmsLogin: record === undefined ? (noted?.dmsLogin ?? "run") : loginOf(record),
  };
}

/** Notes what the data migration that is made next is made with. */
export async function noteSettings(settings: LoadSettings, run: Run): Promise<void> {
  const noted = notedSettings(run);
  if (noted?.migrationType === settings.migrationType && noted.dmsLogin === settings.dmsLogin) return;
  await run.journal.append({ event: "noted", name: note, value: { ...settings } });
}
