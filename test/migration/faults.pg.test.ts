import { describe, expect, test } from "vitest";
import type { Run } from "../../src/provision/run.ts";
import { usualConduct } from "../../src/steps/load-conduct.ts";
import type { StartWishes } from "../../src/steps/start-dms-migration.ts";
import { inventory, successfulCalls } from "./local-aws-view.ts";
import { type SmallDeployment, smallDeployment } from "./small-deployment.ts";
import { type Journaled, noWishes, story } from "./story.ts";

async function orderFault(world: SmallDeployment, fault: object): Promise<void> {
  const answer = await fetch(`${world.local.endpoint}/_local-aws/faults`, {
    method: "POST",
    body: JSON.stringify(fault),
  });
  expect(answer.status, await answer.text()).toBeLessThan(300);
}

async function tell(world: SmallDeployment, journaled: Journaled = (run) => run, wishes: StartWishes = noWishes) {
  // A call is throttled once in ten, and backs off: no more calls than it takes.
  const context = { ...world.context(), pollMs: 200 };
  await story["restore-snapshot"](world.stateDir, context, journaled);
  await story["start-dms-migration"](world.stateDir, context, journaled, wishes);
  const { verified } = await story["verify-counts"](world.stateDir, context, journaled);
  const { cleaned } = await story.cleanup(world.stateDir, context, journaled);
  return { outcome: verified.outcome, residue: cleaned.residue };
}

const proven = { outcome: "identical", residue: [] };

test("every create whose answer is lost is made once, and found", async () => {
  await using world = await smallDeployment();
  const before = await inventory(world.local);
  const creates = {
    rds: ["CreateDBClusterParameterGroup", "RestoreDBClusterFromSnapshot", "CreateDBInstance"],
    secretsmanager: ["CreateSecret"],
    iam: ["CreateRole"],
    ec2: ["CreateSecurityGroup", "AuthorizeSecurityGroupIngress"],
    dms: [
      "CreateReplicationSubnetGroup",
      "CreateInstanceProfile",
      "CreateDataProvider",
      "CreateMigrationProject",
      "CreateDataMigration",
      "StartDataMigration",
    ],
  };
  for (const [service, operations] of Object.entries(creates))
    for (const operation of operations)
      await orderFault(world, { service, operation, kind: "effect-without-answer", times: 1 });
  expect(await tell(world)).toEqual(proven);
  expect(await inventory(world.local)).toEqual(before);
  const calls = await successfulCalls(world.local);
  for (const operation of ["RestoreDBClusterFromSnapshot", "CreateDataMigration", "StartDataMigration"])
    expect(calls.get(operation), operation).toBe(1);
});

test("every tenth call of every service throttled, and server errors besides, are lived through", async () => {
  await using world = await smallDeployment();
  for (const service of ["rds", "dms", "secretsmanager", "iam", "ec2", "cloudformation", "pipes", "dynamodb", "sts"]) {
    await orderFault(world, { service, operation: "*", kind: "throttle", times: 10_000, every: 10 });
    await orderFault(world, { service, operation: "*", kind: "server-error", times: 1_000, every: 23 });
  }
  expect(await tell(world, (run) => run, { ...noWishes, conduct: { ...usualConduct, pauseSync: true } })).toEqual(
    proven,
  );
  expect([...world.local.world.pipes.values()].map(({ currentState }) => currentState)).toEqual(["RUNNING"]);
});

describe("a row that arrives on the target in mid-load with an id of the source", () => {
  test("fails the load at once, and cleanup puts everything back but the rows", async () => {
    await using world = await smallDeployment();
    const before = await inventory(world.local);
    const intrude = (run: Run): Run => ({
      ...run,
      journal: {
        lines: run.journal.lines,
        append: async (line) => {
          await run.journal.append(line);
          if (line.event === "step-began" && line.step === "start-data-migration")
            await world.onTarget((session) => session.query("insert into items (id, botid) values ($1, 'x')", [id]));
        },
      },
    });
    const context = world.context();
    await story["restore-snapshot"](world.stateDir, context, intrude);
    const id = await firstSourceId(world);
    await expect(story["start-dms-migration"](world.stateDir, context, intrude)).rejects.toThrow(
      /The load has failed: .*(replication errors|duplicate key)/s,
    );
    // Again: it does not start over, and does not pretend.
    await expect(story["start-dms-migration"](world.stateDir, context, intrude)).rejects.toThrow(/failed/);
    const { cleaned } = await story.cleanup(world.stateDir, context, intrude);
    expect(cleaned.residue).toEqual([]);
    expect(await inventory(world.local)).toEqual(before);
    expect(await world.onTarget((session) => session.query("select id from items"))).toEqual([{ id }]);
  });

  async function firstSourceId(world: SmallDeployment): Promise<string> {
    const source = [...world.local.world.rds.clusters.values()].find((one) => one.identifier.startsWith("bcm-"));
    return (
      (await source?.server.asSuperuser("postgres", async (client) => {
        const { rows } = await client.query<{ id: string }>("select min(id) as id from items");
        return rows[0]?.id;
      })) ?? ""
    );
  }
});
