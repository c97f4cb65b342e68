import type { Context } from "../context.ts";
import type { Database } from "../database/session.ts";
import type { SubscriptionOwner } from "../database/subscriptions.ts";
import { removeResource } from "../provision/tear-down.ts";
import type { Run } from "../provision/run.ts";
import { dmsDataMigration } from "../resources/dms-data-migration.ts";
import { dmsMigrationProject } from "../resources/dms-migration-project.ts";
import { ExpectedError } from "../errors.ts";
import { dataMigrationName, migrationProjectName } from "./dms-graph.ts";
import { removePublisher, removeSubscription } from "./finish-target.ts";

export interface LoadToDiscard {
  readonly source: Database;
  readonly target: Database;
  readonly owner: SubscriptionOwner;
}

/**
 * Removes a data migration that came to nothing, its project (which names the logins) and what it has left in both databases, so that the
 * next one begins as the first one did.
 */
export async function discardLoad({ source, target, owner }: LoadToDiscard, context: Context, run: Run): Promise<void> {
  await discardDataMigration(context, run);
  await removeSubscription(target, owner, context);
  await removePublisher(source, context);
}

/** Removes the data migration and its project alone. */
export async function discardDataMigration(context: Context, run: Run): Promise<void> {
  const resources = [
    [dmsDataMigration, dataMigrationName(run.id)],
    [dmsMigrationProject, migrationProjectName(run.id)],
  ] as const;
  for (const [kind, name] of resources) {
    const residue = await removeResource(kind, name, context, run);
    if (residue !== undefined)
      throw new ExpectedError(
        `${residue.kind} ${residue.name} could not be removed: ${residue.why}`,
        [residue.remedy, "Run the same command again."].filter((part) => part !== undefined).join(" "),
      );
  }
}
