import { hasEnded, plainStatus } from "../aws/data-migration-status.ts";
import type { Context } from "../context.ts";
import type { Run } from "../provision/run.ts";
import { findDataMigration } from "../resources/dms-data-migration.ts";
import { describeCluster } from "../resources/rds-cluster.ts";
import { rdsInstance } from "../resources/rds-instance.ts";
import { type Look, waitFor } from "../wait.ts";
import { dataMigrationName } from "./dms-graph.ts";
import { sourceNames } from "./temporary-cluster.ts";

/**
 * Reboots the temporary cluster's instance where it has not taken all of its parameter group, and waits until it has: only a start takes
 * `rds.logical_replication`. An instance that a load may be reading is left alone.
 *
 * `pending-reboot`: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBClusterMember.html
 */
export async function rebootIntoParameters(context: Context, run: Run): Promise<void> {
  const { cluster, instance } = sourceNames(run.id);
  if (!(await awaitsReboot(context, cluster))) return;
  const migration = await findDataMigration(context.aws, dataMigrationName(run.id));
  if (migration !== undefined && !hasEnded(plainStatus(migration.DataMigrationStatus))) {
    context.progress.say(
      `WARNING: ${cluster} awaits a reboot, which is not done while a load may read it (the data migration is ${migration.DataMigrationStatus}). After the load: aws rds reboot-db-instance --db-instance-identifier ${instance}`,
    );
    return;
  }
  using task = context.progress.begin("temporary cluster", "rebooting, to take its parameter group");
  await run.journal.append({ event: "step-began", step: "reboot-instance" });
  await context.aws.rds.rebootDBInstance({ DBInstanceIdentifier: instance });
  await waitFor(`The reboot of ${instance}`, () => lookAtReboot(context, cluster, instance), context, {
    timeoutMs: 20 * 60_000,
    onState: (state) => task.state(state),
  });
  await run.journal.append({ event: "step-ended", step: "reboot-instance", result: {} });
  task.end("has taken its parameter group");
}

async function awaitsReboot(context: Context, cluster: string): Promise<boolean> {
  const described = await describeCluster(context.aws, cluster);
  return described?.DBClusterMembers?.some((one) => one.DBClusterParameterGroupStatus === "pending-reboot") === true;
}

/** Both are asked: an instance may show `available` for a moment before its reboot begins. */
async function lookAtReboot(context: Context, cluster: string, instance: string): Promise<Look<true>> {
  const found = await rdsInstance.find(context, instance);
  const seen = found && rdsInstance.look(found.state);
  if (seen?.done !== true) return { done: false, state: seen?.state ?? "not visible" };
  return (await awaitsReboot(context, cluster))
    ? { done: false, state: "pending-reboot" }
    : { done: true, value: true };
}
