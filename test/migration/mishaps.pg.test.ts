import { expect, test } from "vitest";
import { asUnverified } from "../../src/explain-error.ts";
import { roleExists } from "../../src/database/replication-role.ts";
import type { Run } from "../../src/provision/run.ts";
import type { SqlSession } from "../../src/database/session.ts";
import { readDeployment } from "../../src/stack/deployment.ts";
import { inventory } from "./local-aws-view.ts";
import { type SmallDeployment, smallDeployment, stack } from "./small-deployment.ts";
import { atStep, undisturbed } from "./at-step.ts";
import { type Journaled, story } from "./story.ts";

/** Does something on the new cluster right after a step has begun. */
function during(
  world: SmallDeployment,
  step: string,
  act: (session: SqlSession, run: Run) => Promise<unknown>,
): Journaled {
  return atStep(step, (run) => world.onTarget((session) => act(session, run)));
}

async function rowsOnTarget(world: SmallDeployment): Promise<number> {
  const [counted] = await world.onTarget((session) =>
    session.query<{ rows: number }>(`select count(*)::int as "rows" from items`),
  );
  return counted?.rows ?? -1;
}

test("a table that DMS's login has come to own is not dropped with that login", async () => {
  await using world = await smallDeployment();
  const context = world.context();
  await story["restore-snapshot"](world.stateDir, context, undisturbed);
  const owned = during(world, "finish-target", async (session, run) => {
    await session.query(`alter table items owner to bcm_${run.id.replaceAll("-", "_")}`);
  });
  await story["start-dms-migration"](world.stateDir, context, owned);
  expect(await rowsOnTarget(world)).toBe(60);
  expect((await story["verify-counts"](world.stateDir, context, undisturbed)).verified.outcome).toBe("identical");
});

test("an index of the same name that is not the stored one is told, and does not keep the temporary cluster alive", async () => {
  await using world = await smallDeployment();
  const before = await inventory(world.local);
  const context = world.context();
  await story["restore-snapshot"](world.stateDir, context, undisturbed);
  const other = during(world, "finish-target", (session) =>
    session.query("create index idx_items_embedding on items using hnsw (embedding vector_l2_ops)"),
  );
  await expect(story["start-dms-migration"](world.stateDir, context, other)).rejects.toThrow(
    /idx_items_embedding that is on the new cluster is not the one/,
  );
  const { cleaned } = await story.cleanup(world.stateDir, context, undisturbed);
  expect(cleaned.residue).toMatchObject([{ kind: "the new cluster", name: "vector index" }]);
  expect([...world.local.world.rds.clusters.keys()].filter((name) => name.startsWith("bcm-"))).toEqual([]);

  await world.onTarget((session) => session.query("drop index idx_items_embedding"));
  expect((await story.cleanup(world.stateDir, context, undisturbed)).cleaned.residue).toEqual([]);
  expect(await inventory(world.local)).toEqual(before);
});

test("a copy that was broken and mended by PostgreSQL is gone on with by the same command", async () => {
  await using world = await smallDeployment({ rows: 4_000, dimensions: 256 });
  const context = world.context();
  await story["restore-snapshot"](world.stateDir, context, undisturbed);
  const source = [...world.local.world.rds.clusters.values()].find((one) => one.identifier.startsWith("bcm-"));
  const breaking = setInterval(() => {
    void source?.server
      .asSuperuser("postgres", async (client) => {
        const { rows } = await client.query(
          "select pg_terminate_backend(pid) from pg_stat_replication where application_name ~ '_sync_'",
        );
        if (rows.length > 0) clearInterval(breaking);
      })
      .catch(() => undefined);
  }, 5);
  await story["start-dms-migration"](world.stateDir, context, undisturbed)
    .catch(() => story["start-dms-migration"](world.stateDir, context, undisturbed))
    .finally(() => clearInterval(breaking));
  expect((await story["verify-counts"](world.stateDir, context, undisturbed)).verified.outcome).toBe("identical");
});

test("the record in the target is lost: cleanup still finds the role, and says what it leaves", async () => {
  await using world = await smallDeployment();
  const before = await inventory(world.local);
  const context = world.context();
  await story["restore-snapshot"](world.stateDir, context, undisturbed);
  const lost = during(world, "start-data-migration", (session) =>
    session.query("drop schema bedrock_chat_migrate cascade"),
  );
  await expect(story["start-dms-migration"](world.stateDir, context, lost)).rejects.toThrow();
  const { cleaned } = await story.cleanup(world.stateDir, context, undisturbed);
  expect(cleaned.residue).toEqual([]);
  expect(await world.onTarget((session) => roleExists(session, `bcm_${cleaned.run.replaceAll("-", "_")}`))).toBe(false);
  // All but the vector index, whose definition was in the record.
  const after = JSON.stringify(await inventory(world.local));
  expect(after.replaceAll(/"CREATE INDEX idx_items_embedding[^"]*",?/g, "")).toBe(
    JSON.stringify(before).replaceAll(/"CREATE INDEX idx_items_embedding[^"]*",?/g, ""),
  );
});

test("a cluster that was replaced a second time is not loaded into", async () => {
  await using world = await smallDeployment();
  const context = world.context();
  await story["restore-snapshot"](world.stateDir, context, undisturbed);
  const noted = during(world, "prepare-target", () => Promise.reject(new Error("killed")));
  await expect(story["start-dms-migration"](world.stateDir, context, noted)).rejects.toThrow("killed");
  const replaced: Journaled = (run) => ({
    ...run,
    state: () => ({
      ...run.state(),
      notes: new Map([["target-cluster", "arn:aws:rds:us-east-1:111122223333:cluster:older"]]),
    }),
  });
  await expect(story["start-dms-migration"](world.stateDir, context, replaced)).rejects.toThrow(/replaced again/);
  expect(await rowsOnTarget(world)).toBe(0);
});

test("a verification that AWS does not let look is not a difference", async () => {
  await using world = await smallDeployment();
  await story["restore-snapshot"](world.stateDir, world.context(), undisturbed);
  const fault = { service: "secretsmanager", operation: "GetSecretValue", kind: "access-denied", times: 5 };
  await fetch(`${world.local.endpoint}/_local-aws/faults`, { method: "POST", body: JSON.stringify(fault) });
  const denied = await story["verify-counts"](world.stateDir, world.context(), undisturbed).catch(asUnverified);
  expect(denied).toMatchObject({
    exitCode: 3,
    message: expect.stringContaining("AWS denies secretsmanager:GetSecretValue") as string,
  });
});

test("without dms-vpc-role, and not allowed to make it, nothing is changed, and an administrator's commands are told", async () => {
  await using world = await smallDeployment();
  const context = world.context();
  await story["restore-snapshot"](world.stateDir, context, undisturbed);
  world.local.world.iam.delete("dms-vpc-role");
  const fault = { service: "iam", operation: "CreateRole", kind: "access-denied", times: 1 };
  await fetch(`${world.local.endpoint}/_local-aws/faults`, { method: "POST", body: JSON.stringify(fault) });
  const before = await inventory(world.local);
  await expect(story["start-dms-migration"](world.stateDir, context, undisturbed)).rejects.toMatchObject({
    exitCode: 1,
    hint: expect.stringContaining("aws iam create-role --role-name dms-vpc-role") as string,
  });
  expect(await inventory(world.local)).toEqual(before);
});

test("a new cluster that is out of reach is told before anything is made", async () => {
  await using world = await smallDeployment();
  const context = world.context();
  const { cluster } = await readDeployment(context.aws, stack);
  const target = world.local.world.rds.clusters.get(cluster.DBClusterIdentifier ?? "");
  await target?.server.stop();
  const before = [...world.local.world.rds.clusters.keys()];
  await expect(story["restore-snapshot"](world.stateDir, context, undisturbed)).rejects.toThrow(
    /Cannot reach the new cluster/,
  );
  expect([...world.local.world.rds.clusters.keys()]).toEqual(before);
});
