import { expect, test } from "vitest";
import { readVariants } from "../../src/local-aws/variants.ts";
import type { LoadWishes } from "../../src/steps/load-settings.ts";
import { inventory, successfulCalls } from "./local-aws-view.ts";
import { type SmallDeployment, smallDeployment } from "./small-deployment.ts";
import { atStep, killedBeforeStart, undisturbed } from "./at-step.ts";
import { noWishes, story } from "./story.ts";

const fullLoad: LoadWishes = { ...noWishes, migrationType: "full-load" };

async function proveAndClean(world: SmallDeployment): Promise<void> {
  const { verified } = await story["verify-counts"](world.stateDir, world.context(), undisturbed);
  expect(verified).toMatchObject({ outcome: "identical", rows: { source: 60, target: 60 } });
  expect((await story.cleanup(world.stateDir, world.context(), undisturbed)).cleaned.residue).toEqual([]);
  await world.onTarget((session) => session.query("truncate items"));
}

/** The wal_level of every server, with the roles that may subscribe. */
async function replicationInside(world: SmallDeployment): Promise<unknown> {
  const looks = [...world.local.world.rds.clusters.values()].map(({ server }) =>
    server.asSuperuser("postgres", async (client) => {
      const { rows } = await client.query<{ wal: string; subscribers: string[] }>(
        `select current_setting('wal_level') as wal,
                array(select r.rolname::text from pg_roles r where r.rolname like 'bcm%'
                       and pg_has_role(r.oid, 'rds_superuser', 'member')) as subscribers`,
      );
      return rows[0];
    }),
  );
  return Promise.all(looks);
}

test("a full load needs logical replication on neither side, and no right to subscribe", async () => {
  await using world = await smallDeployment();
  const before = await inventory(world.local);
  await story["restore-snapshot"](world.stateDir, world.context(), undisturbed, fullLoad);
  let seen: unknown;
  const look = atStep("start-data-migration", async () => {
    seen = await replicationInside(world);
  });
  // Not told again: the temporary cluster was restored for it.
  const { result } = await story["start-dms-migration"](world.stateDir, world.context(), look);
  expect(result).toMatchObject({ migrationType: "full-load", rows: 60, indexes: ["idx_items_embedding"] });
  expect(seen).toEqual([
    { wal: "replica", subscribers: [] },
    { wal: "replica", subscribers: [] },
  ]);
  expect(world.said.join("\n")).not.toContain("rds-cluster-parameter-group");
  await proveAndClean(world);
  expect(await inventory(world.local)).toEqual(before);

  await story["restore-snapshot"](world.stateDir, world.context(), undisturbed, fullLoad);
  const byReplication: LoadWishes = { ...noWishes, migrationType: "full-load-and-cdc" };
  await expect(
    story["start-dms-migration"](world.stateDir, world.context(), undisturbed, byReplication),
  ).rejects.toMatchObject({ hint: expect.stringContaining("--migration-type full-load") as string });
  await expect(story["restore-snapshot"](world.stateDir, world.context(), undisturbed, byReplication)).rejects.toThrow(
    /restores its temporary cluster for full-load/,
  );
});

test("a data migration that failed before anything arrived is made anew by the same command", async () => {
  await using world = await smallDeployment();
  const before = await inventory(world.local);
  await story["restore-snapshot"](world.stateDir, world.context(), undisturbed);
  // The rule through which DMS reaches the target is taken away under it.
  const unreachable = atStep("start-data-migration", async () => {
    const { ec2 } = world.context().aws;
    const { SecurityGroupRules = [] } = await ec2.describeSecurityGroupRules({
      Filters: [{ Name: "tag:bedrock-chat-migrate:name", Values: ["bcm-*-dms-to-target"] }],
    });
    for (const { GroupId, SecurityGroupRuleId } of SecurityGroupRules)
      await ec2.revokeSecurityGroupIngress({ GroupId, SecurityGroupRuleIds: [SecurityGroupRuleId ?? ""] });
  });
  await expect(story["start-dms-migration"](world.stateDir, world.context(), unreachable)).rejects.toMatchObject({
    message: expect.stringContaining("Unable to connect to target") as string,
    hint: expect.stringContaining("run the same command again") as string,
  });
  await story["start-dms-migration"](world.stateDir, world.context(), undisturbed);
  expect(world.said.join("\n")).toContain("nothing has arrived, it is made anew");
  expect((await successfulCalls(world.local)).get("CreateDataMigration")).toBe(2);
  await proveAndClean(world);
  expect(await inventory(world.local)).toEqual(before);
});

test("another type and another login are taken up where nothing has arrived, and the master user survives the run", async () => {
  await using world = await smallDeployment();
  const before = await inventory(world.local);
  await story["restore-snapshot"](world.stateDir, world.context(), undisturbed);
  await expect(
    story["start-dms-migration"](world.stateDir, world.context(), killedBeforeStart, fullLoad),
  ).rejects.toThrow("killed");
  for (const wishes of [
    { ...noWishes, migrationType: "full-load", dmsLogin: "master" },
    { ...noWishes, migrationType: "full-load-and-cdc", dmsLogin: "master" },
  ] as const) {
    const journaled = wishes.migrationType === "full-load" ? killedBeforeStart : undisturbed;
    const started = story["start-dms-migration"](world.stateDir, world.context(), journaled, wishes);
    await (journaled === killedBeforeStart ? expect(started).rejects.toThrow("killed") : started);
  }
  expect(world.said.join("\n")).toMatch(/made as full-load with the master login; nothing has arrived/);
  expect(world.said.join("\n")).toContain("WARNING: DMS logs in as the master user, whose secret rotates");
  await proveAndClean(world);
  expect(await inventory(world.local)).toEqual(before);
});

test("a DMS that asks for logical replication on the target refuses, and the way out that is named leads out", async () => {
  await using world = await smallDeployment({ variants: readVariants(["target-replication=required"]) });
  await story["restore-snapshot"](world.stateDir, world.context(), undisturbed);
  await expect(story["start-dms-migration"](world.stateDir, world.context(), undisturbed)).rejects.toMatchObject({
    hint: expect.stringContaining("start-dms-migration --migration-type full-load") as string,
  });
  await story["start-dms-migration"](world.stateDir, world.context(), undisturbed, fullLoad);
  await proveAndClean(world);
});

test("a DMS that checks wal_level even for a full load loads from a cluster that was restored with logical replication", async () => {
  await using world = await smallDeployment({ variants: readVariants(["full-load-wal-level=checked"]) });
  await story["restore-snapshot"](world.stateDir, world.context(), undisturbed);
  const { result } = await story["start-dms-migration"](world.stateDir, world.context(), undisturbed, fullLoad);
  expect(result.migrationType).toBe("full-load");
  await proveAndClean(world);
});

test("another migration's subscription of the master user is left, and an index that was built again is dropped again", async () => {
  await using world = await smallDeployment();
  const target = [...world.local.world.rds.clusters.values()].find((one) => !one.identifier.startsWith("bcm-"));
  await target?.server.asSuperuser("postgres", async (client) => {
    await client.query(
      "create subscription migration_subscriber_foreign connection '' publication p with (connect = false)",
    );
    await client.query("update pg_subscription set subowner = 'postgres'::regrole");
  });
  const before = await inventory(world.local);
  await story["restore-snapshot"](world.stateDir, world.context(), undisturbed);
  await expect(story["start-dms-migration"](world.stateDir, world.context(), killedBeforeStart)).rejects.toThrow(
    "killed",
  );
  // As a cleanup that was interrupted would have left it: an index that is trained on no rows.
  await world.onTarget(async (session) => {
    await session.query("create index idx_items_embedding on items using ivfflat (embedding) with (lists = 100)");
    await session.query("update bedrock_chat_migrate.stored_index set restored = true");
  });
  const dropped = "new cluster: vector index stored and dropped: idx_items_embedding";
  expect(world.said.filter((line) => line === dropped)).toHaveLength(1);
  const master: LoadWishes = { ...noWishes, dmsLogin: "master" };
  await story["start-dms-migration"](world.stateDir, world.context(), undisturbed, master);
  expect(world.said.filter((line) => line === dropped)).toHaveLength(2);
  await proveAndClean(world);
  expect(JSON.stringify(before)).toContain("migration_subscriber_foreign");
  expect(await inventory(world.local)).toEqual(before);
});
