import { expect, test, vi } from "vitest";
import type { Context } from "../../src/context.ts";
import { withSession } from "../../src/database/with-session.ts";
import { ExpectedError } from "../../src/errors.ts";
import { type SmallDeployment, smallDeployment, stack } from "./small-deployment.ts";
import { killedBeforeStart, undisturbed } from "./at-step.ts";
import { noWishes, story } from "./story.ts";

/** Says what CloudFormation answers for the stack's status. */
function setStatus(world: SmallDeployment, status: string): void {
  const described = world.local.world.cloudformation.get(stack);
  if (described === undefined) throw new Error("there is no stack");
  described.status = status;
}

/** A context in which something happens while a command waits for the first time. */
function whileWaiting(world: SmallDeployment, act: () => void): Context {
  const context = world.context();
  const sleep: Context["clock"]["sleep"] = (milliseconds, signal) => {
    act();
    return context.clock.sleep(milliseconds, signal);
  };
  return { ...context, clock: { now: () => context.clock.now(), sleep } };
}

test("the deploy is waited for; a failed one is told from one that was taken back; the key is the one that was named", async () => {
  await using world = await smallDeployment();
  const restore = (context: Context, wishes = {}) =>
    story["restore-snapshot"](world.stateDir, context, undisturbed, { ...noWishes, ...wishes });

  setStatus(world, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
  await expect(restore(world.context(), { stackMinutes: 0 })).rejects.toMatchObject({ exitCode: 4 });
  setStatus(world, "UPDATE_ROLLBACK_FAILED");
  await expect(restore(world.context())).rejects.toThrow(/stands between two versions/);

  setStatus(world, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
  const ends = whileWaiting(world, () => setStatus(world, "UPDATE_ROLLBACK_COMPLETE"));
  const kmsKeyId = "arn:aws:kms:us-east-1:111122223333:key/mine";
  // A key that RDS refuses leaves no cluster, and the next call may name another.
  const fault = { service: "rds", operation: "RestoreDBClusterFromSnapshot", kind: "access-denied", times: 1 };
  await fetch(`${world.local.endpoint}/_local-aws/faults`, { method: "POST", body: JSON.stringify([fault]) });
  await expect(restore(ends, { kmsKeyId: "typo", migrationType: "full-load" })).rejects.toThrow(/RestoreDBCluster/);
  const { result } = await restore(world.context(), { kmsKeyId, migrationType: "full-load-and-cdc" });
  expect(world.said.join("\n")).toMatch(
    /CLEANUP_IN_PROGRESS, waiting[^]*WARNING: .*its last deploy failed[^]*Snapshot/,
  );
  const { DBClusters } = await world.context().aws.rds.describeDBClusters({ DBClusterIdentifier: result.cluster });
  expect(DBClusters).toMatchObject([{ StorageEncrypted: true, KmsKeyId: kmsKeyId }]);

  await expect(restore(world.context(), { kmsKeyId: "another" })).rejects.toThrow(/with key .*key\/mine, not with/);
  await expect(restore(world.context(), { migrationType: "full-load" })).rejects.toThrow(/for full-load-and-cdc, not/);
  setStatus(world, "UPDATE_IN_PROGRESS");
  expect((await restore(world.context())).result.cluster).toBe(result.cluster);
});

/** Turns logical replication off on the temporary cluster, as somebody could in the console. */
async function turnReplicationOff(world: SmallDeployment, cluster: string): Promise<void> {
  const { rds } = world.context().aws;
  const off = { ParameterName: "rds.logical_replication", ParameterValue: "0", ApplyMethod: "pending-reboot" } as const;
  await rds.modifyDBClusterParameterGroup({ DBClusterParameterGroupName: cluster, Parameters: [off] });
  const instance = { DBInstanceIdentifier: `${cluster}-1` };
  await rds.rebootDBInstance(instance);
  await vi.waitUntil(async () => {
    const { DBInstances } = await rds.describeDBInstances(instance);
    return DBInstances?.[0]?.DBInstanceStatus === "available";
  });
}

async function refused(work: Promise<unknown>): Promise<ExpectedError> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (error instanceof ExpectedError) return error;
  throw new Error("nothing was refused", { cause: error });
}

test("what is in the way is told at once; an instance is rebooted into its parameters, but not when a load may be reading it", async () => {
  await using world = await smallDeployment();
  const context = world.context();
  const again = () => story["restore-snapshot"](world.stateDir, context, undisturbed);
  const { cluster, endpoint, ...database } = (await again()).result;
  await turnReplicationOff(world, cluster);
  const { cluster: now } = await world.deployment();
  await world.local.world.rds.clusters
    .get(now.DBClusterIdentifier ?? "")
    ?.server.asSuperuser("postgres", (client) =>
      client.query('create schema "Ext"; alter extension vector set schema "Ext"'),
    );
  // A deploy that was taken back meanwhile: the stack's cluster is v0's, with the data in it.
  const { clusters } = world.local.world.rds;
  const encrypted = clusters.get(now.DBClusterIdentifier ?? "");
  if (encrypted === undefined) throw new Error("the stack's cluster is gone");
  clusters.set(encrypted.identifier, { ...encrypted, storageEncrypted: false });
  const old = await refused(story["start-dms-migration"](world.stateDir, context, undisturbed));
  expect(old.message).toContain("is not encrypted: it is v0's");
  clusters.set(encrypted.identifier, encrypted);
  const refusal = await refused(story["start-dms-migration"](world.stateDir, context, undisturbed));
  expect(refusal.message).toMatch(
    /2 things [^]*1\. .* wal_level = replica[^]*2\. .* in schema public .* in Ext on the new/,
  );
  const statements = refusal.hint.match(/^ *(DROP|ALTER|CREATE) .*;$/gm) ?? [];
  const there = { ...database, host: endpoint, label: "", name: "postgres", side: "source" as const };
  await withSession({ ...there, clusterArn: "", hasDataApi: false }, context, async (session) => {
    for (const statement of statements) await session.query(statement);
  });
  await again();
  expect(world.said.join("\n")).toContain("temporary cluster: has taken its parameter group");
  await expect(story["start-dms-migration"](world.stateDir, context, killedBeforeStart)).rejects.toThrow("killed");

  const load = story["start-dms-migration"](world.stateDir, context, undisturbed);
  await expect(load).resolves.toMatchObject({ result: { rows: 60 } });
  const { verified } = await story["verify-counts"](world.stateDir, context, undisturbed);
  expect(verified.outcome).toBe("identical");
  await turnReplicationOff(world, cluster);
  for (const migration of world.local.world.dms.dataMigrations.values()) migration.DataMigrationStatus = "load-running";
  await again();
  expect(world.said.join("\n")).toContain("is not done while a load may read it");
});
