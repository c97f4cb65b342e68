import { z } from "zod";
import { type DmsLogin, dmsLogins, type MigrationType, migrationTypes } from "../aws/data-migration-options.ts";
import type { Run } from "../provision/run.ts";
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
}

const note = "load-settings";
const settingsSchema = z.object({ migrationType: z.enum(migrationTypes), dmsLogin: z.enum(dmsLogins) });

/** What the data migration of this run was made with; undefined before one was. */
export function notedSettings(run: Run): LoadSettings | undefined {
  return settingsSchema.safeParse(run.state().notes.get(note)).data;
}

/** What to make it with: as asked for; else as it was made before; else as the temporary cluster was restored for. */
export function chooseSettings(wishes: LoadWishes, run: Run): LoadSettings {
  const noted = notedSettings(run);
  return {
    migrationType:
      wishes.migrationType ?? noted?.migrationType ?? restorePlanOf(run)?.migrationType ?? "full-load-and-cdc",
    dmsLogin: wishes.dmsLogin ?? noted?.dmsLogin ?? "run",
  };
}

/** Notes what the data migration that is made next is made with. */
export async function noteSettings(settings: LoadSettings, run: Run): Promise<void> {
  const noted = notedSettings(run);
  if (noted?.migrationType === settings.migrationType && noted.dmsLogin === settings.dmsLogin) return;
  await run.journal.append({ event: "noted", name: note, value: { ...settings } });
}
