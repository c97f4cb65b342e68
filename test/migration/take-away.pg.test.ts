import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { beginStopCluster } from "../../src/local-aws/services/rds/modify-cluster.ts";
import { runInProcess, type Ended } from "./command-in-process.ts";
import { type Allowance, type Lack, type LackingPolicy, lackingPolicy } from "./lacking-policy.ts";
import { inventory, successfulCalls } from "./local-aws-view.ts";
import { type SmallDeployment, smallDeployment, stack } from "./small-deployment.ts";

/** One command of the story. */
interface Told {
  readonly argv: readonly string[];
  /** The exit code with all that it needs. */
  readonly ends: number;
  /** What has happened before it. */
  readonly before?: (world: SmallDeployment) => Promise<void>;
}

/** The story that needs every permission there is. A new command belongs here, and so does what brings a rare call about. */
const told: readonly Told[] = [
  { argv: ["prepare"], ends: 0 },
  { argv: ["restore-snapshot", "--stack", "Typo"], ends: 2, before: ({ local }) => local.deploy() },
  { argv: ["restore-snapshot"], ends: 0 },
  { argv: ["restore-snapshot", "--connect", "data-api"], ends: 0, before: turnReplicationOff },
  { argv: ["start-dms-migration", "--pause-sync"], ends: 0, before: loseDmsVpcRole },
  { argv: ["start-dms-migration"], ends: 0, before: stopNewCluster },
  { argv: ["verify-counts", "--connect", "data-api"], ends: 0 },
  { argv: ["repair", "--yes", "--connect", "data-api"], ends: 0 },
  // Every task is stuck, and is stopped.
  { argv: ["re-embed", "--yes", "--retries", "0", "--task-timeout", "0.05"], ends: 1, before: stickTasks },
  { argv: ["status"], ends: 0 },
  { argv: ["undo", "--yes", "--connect", "data-api"], ends: 0 },
  // Its journal is lost: it has to look for everything.
  { argv: ["cleanup", "--yes"], ends: 0, before: ({ stateDir }) => rm(stateDir, { recursive: true }) },
];

/** What a command goes on without, saying so; and why that is right. */
const goesOnWithout: Readonly<Record<string, string>> = {
  "prepare rds:DescribeDBMajorEngineVersions": "how long the engine is supported: that costs, and stops nothing",
  "prepare scheduler:GetSchedule": "when the cluster stops: a stop is told by what it stops",
  "start-dms-migration iam:GetRole": "whether there is a dms-vpc-role: DMS says it, too, only later",
  "start-dms-migration ec2:DescribeSubnets": "whether two zones are there: DMS says it, too, only later",
  "verify-counts dynamodb:Scan": "the bots' titles: the counts are as good without",
};

/** What AWS's documents ask for and the local AWS does not. */
const notSeenHere: Readonly<Record<string, string>> = {
  "ReadLoginOfStack secretsmanager:DescribeSecret":
    "DMS User Guide, security_iam_secretsmanager: on each secret that DMS is given, and --dms-login master gives it the stack's",
  "MakeDatabasesFrom rds:CreateDBInstance":
    "Service Authorization Reference: on the option, parameter and subnet groups that an instance has by default, too",
  "FinalSnapshotsOfRuns rds:DeleteDBCluster":
    "Service Authorization Reference: a cluster's deletion needs it on a snapshot, too",
  "MakeIngressRules ec2:AuthorizeSecurityGroupIngress":
    "Service Authorization Reference: on the rule that is made, too",
};

/**
 * Each command begins with nothing allowed but what an earlier call of it needed, is given the one thing that it says it lacks, and is run
 * again. That it then names another thing, or ends well, shows that this one alone had stopped it there; that it ends well, that it goes
 * on from wherever it was stopped.
 */
test("a command that lacks a permission fails with one line naming it; given that, it gets further, to its end", async () => {
  const lacking = lackingPolicy({ account: "111122223333", region: "us-east-1", stack });
  lacking.giveAll();
  await using world = await smallDeployment({
    policy: lacking.policy,
    stage: "before-deploy",
    rdsSchedules: { stop: "cron(0 20 1 1 ? 2099)", start: "cron(0 8 1 1 ? 2099)" },
  });
  let before: unknown;
  const needed = new Map<string, readonly Allowance[]>();
  for (const one of told) {
    lacking.giveAll();
    await one.before?.(world);
    const [verb = ""] = one.argv;
    // From the deploy on: the snapshot that prepare took before it stays.
    if (verb !== "prepare") before ??= await inventory(world.local);
    const known = needed.get(verb) ?? [];
    lacking.takeAllBut(known);
    needed.set(verb, [...known, ...(await giveOneByOne(one, lacking, world))]);
  }
  // Kept on purpose.
  const { snapshots } = world.local.world.rds;
  for (const name of snapshots.keys()) if (name.endsWith("-before-load")) snapshots.delete(name);
  expect(await inventory(world.local)).toEqual(before);
  const calls = await successfulCalls(world.local);
  for (const operation of ["RestoreDBClusterFromSnapshot", "CreateDataMigration", "StartDataMigration"])
    expect(calls.get(operation), operation).toBe(1);
  const seen = new Set([...needed.values()].flat());
  const unused = lacking.all.filter((one) => !seen.has(one)).map((one) => one.name);
  expect(unused, "the policy is too wide, or the story too short").toEqual(Object.keys(notSeenHere));
});

/** Runs a command, and gives it what it says it lacks, one by one, until it ends well. Gives what that was. */
async function giveOneByOne(
  { argv, ends }: Told,
  lacking: LackingPolicy,
  world: SmallDeployment,
): Promise<Allowance[]> {
  const given: Allowance[] = [];
  for (;;) {
    const deniedBefore = await deniedCalls(world);
    const ended = await runHere(argv, world);
    const at = `${argv.join(" ")}, after ${given.map((one) => one.name).join(", ") || "nothing"} was allowed`;
    const [lack] = lacksToldBy(ended);
    if (lack === undefined) {
      expect(ended, at).toMatchObject({ code: ends });
      expect((await deniedCalls(world)).slice(deniedBefore.length), `denied and not said: ${at}`).toEqual([]);
      return given;
    }
    if (ended.code === ends && ended.stdout !== "")
      expect(Object.keys(goesOnWithout), at).toContain(`${argv[0]} ${lack.action}`);
    else expectOneLine(ended, at);
    given.push(lacking.give(lack, world.local.world));
  }
}

function lacksToldBy({ stdout, stderr }: Ended): Lack[] {
  const said = `${stderr}\n${stdout}`.matchAll(/is not authorized to perform: (\S+) on resource: (\S+)/g);
  return [...said].map(([, action = "", resource = ""]) => ({ action, resource }));
}

/** The failure as it is told: a line, and what to do about it; last on stderr, or on stdout in a result that is not whole. */
function expectOneLine({ code, stdout, stderr }: Ended, at: string): void {
  expect([1, 3], at).toContain(code);
  const remedy = "`(bedrock-chat-migrate )?iam-policy( --stack Typo)?` prints";
  if (stdout !== "") expect(stdout, at).toMatch(new RegExp(`is not authorized to perform.*\n[^]*${remedy}`));
  else expect(stderr, at).toMatch(new RegExp(`(^|\n)\n(.*: )?AWS denies .*\n\n([^]*: )?${remedy}.*\n$`));
}

async function runHere(argv: readonly string[], { local, stateDir }: SmallDeployment): Promise<Ended> {
  const quick = { BEDROCK_CHAT_MIGRATE_POLL_SECONDS: "0.01", BEDROCK_CHAT_MIGRATE_STATE_DIR: stateDir };
  return runInProcess(argv, { ...local.environment, ...quick });
}

/** Operations that were refused for want of a permission, oldest first. */
async function deniedCalls({ local }: SmallDeployment): Promise<string[]> {
  const answer = await fetch(`${local.endpoint}/_local-aws/calls`);
  const { calls } = (await answer.json()) as { calls: { operation: string; errorCode?: string }[] };
  return calls
    .filter(({ errorCode = "" }) => /^(AccessDenied|UnauthorizedOperation)/.test(errorCode))
    .map(({ operation }) => operation);
}

/** As somebody could in the console: the instance has to be rebooted into its parameters. */
async function turnReplicationOff(world: SmallDeployment): Promise<void> {
  const group = [...world.local.world.rds.parameterGroups.values()].find(({ name }) => name.startsWith("bcm-"));
  const cluster = group?.name ?? "";
  const { rds } = world.context().aws;
  const off = { ParameterName: "rds.logical_replication", ParameterValue: "0", ApplyMethod: "pending-reboot" } as const;
  await rds.modifyDBClusterParameterGroup({ DBClusterParameterGroupName: cluster, Parameters: [off] });
}

/** As the stack's schedule does. */
async function stopNewCluster(world: SmallDeployment): Promise<void> {
  const { cluster } = await world.deployment();
  await beginStopCluster(world.local.world, cluster.DBClusterIdentifier).finish();
}

/** No task ends by itself. */
async function stickTasks({ local }: SmallDeployment): Promise<void> {
  const fault = { service: "ecs", operation: "RunTask", kind: "task-stuck", times: 1000 };
  await fetch(`${local.endpoint}/_local-aws/faults`, { method: "POST", body: JSON.stringify(fault) });
}

/** An account that has never used DMS. */
async function loseDmsVpcRole({ local }: SmallDeployment): Promise<void> {
  local.world.iam.delete("dms-vpc-role");
}
