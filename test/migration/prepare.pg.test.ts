import type { DescribeDBClusterSnapshotsCommandInput } from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import type { Context } from "../../src/context.ts";
import { ExpectedError } from "../../src/errors.ts";
import { operatorPolicy } from "../../src/iam-policy/operator-policy.ts";
import { readPolicy } from "../../src/local-aws/policy/document.ts";
import { readEmbeddingPlace } from "../../src/stack/embedding.ts";
import { prepare, type PrepareInput } from "../../src/steps/prepare.ts";
import { findRun, openRun, type Run } from "../../src/provision/run.ts";
import { baselineOf, contentOfBaseline } from "../../src/steps/baseline.ts";
import { usualWishes, verifyCounts } from "../../src/steps/verify-counts.ts";
import { checkSchema } from "../../src/verify/check-schema.ts";
import { reconcile } from "../../src/verify/reconcile.ts";
import { undisturbed } from "./at-step.ts";
import { runInProcess } from "./command-in-process.ts";
import { inventory, successfulCalls } from "./local-aws-view.ts";
import { type SmallDeployment, smallDeployment, stack } from "./small-deployment.ts";
import { story } from "./story.ts";
import { botsOf, writeBot } from "./users-at-work.ts";

/** The command, in this process. */
async function prepareOn(small: SmallDeployment, more: Partial<PrepareInput> = {}, context = small.context()) {
  const { account, region } = context;
  const input: PrepareInput = {
    stack,
    stateDir: small.stateDir,
    run: undefined,
    stackTimeoutMs: 60_000,
    snapshot: undefined,
    newSnapshot: false,
    baseline: true,
    digests: true,
    permissions: true,
    templateVersion: "15.3",
    statements: operatorPolicy({ account, region, stack }).Statement,
    ...more,
  };
  return prepare(input, context);
}

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ExpectedError) return `${error.message} ${error.hint}`;
    throw error;
  }
  throw new Error("nothing was refused");
}

const embeddingPlace = async (small: SmallDeployment) =>
  readEmbeddingPlace(small.context().aws, await small.deployment());

const verdictsOf = (result: Awaited<ReturnType<typeof prepare>>) =>
  Object.fromEntries(result.checks.filter((one) => one.verdict !== "ok").map((one) => [one.check, one.verdict]));

const outcomeAndVerdicts = (result: Awaited<ReturnType<typeof prepare>>) => [result.outcome, verdictsOf(result)];

test("v0 before 0.4.5: prepared, deployed, and restored from what is younger than prepare's snapshot, which stays", async () => {
  await using small = await smallDeployment({ stage: "before-deploy", release: "0.4.3" });
  await refusesWhatIsNotV0WithData(small);
  const place = await embeddingPlace(small);
  const first = await prepareOn(small);
  expect(first.outcome).toBe("ready");
  expect(verdictsOf(first)).toEqual({ "Data API": "warning" });
  expect(first.baseline).toMatchObject({ rows: 60, embedding: "vector(8)" });
  expect(first.baseline?.bots.length).toBe(4);
  expect(first.baseline?.vectorIndexes[0]?.definition).toContain("ivfflat");
  expect(first.baseline?.bots.every(({ digest }) => /^-?\d+\/-?\d+$/.test(digest ?? ""))).toBe(true);
  await provesByBaseline(small);
  expect(first.snapshot?.name).toBe(`bcm-${first.run}-before-deploy`);

  const second = await prepareOn(small, { digests: false });
  expect(second.baseline?.bots.map(({ rows, digest }) => [rows, digest])).toEqual(
    first.baseline?.bots.map(({ rows }) => [rows, undefined]),
  );
  expect([second.run, second.snapshot]).toEqual([first.run, first.snapshot]);
  expect((await successfulCalls(small.local)).get("CreateDBClusterSnapshot")).toBe(1);
  expect(await withLowlyLogin(small, () => prepareOn(small).then(outcomeAndVerdicts))).toEqual([
    "unknown",
    { "Data API": "warning", baseline: "unknown" },
  ]);
  expect(await refusal(story["restore-snapshot"](small.stateDir, small.context(), undisturbed))).toContain(
    "the deploy to v1 has not happened yet",
  );

  await small.onTarget((session) => session.query("update items set botid = (select min(botid) from items)"));
  await small.local.deploy();
  // By the stack's resources before, by its outputs now.
  expect(await embeddingPlace(small)).toEqual(place);
  expect(await refusal(prepareOn(small))).toMatch(/encrypted: v1 has been deployed.*restore-snapshot/);
  const { result } = await story["restore-snapshot"](small.stateDir, small.context(), undisturbed);
  expect(result.run).toBe(first.run);
  expect(result.snapshot).toContain("bedrockchatstack-snapshot-");
  const said = small.said.join("\n");
  expect(said).toContain(`younger than ${first.snapshot?.name}`);
  // One bot now has the rows of the other three as well.
  expect(said).toContain("the rows of 4 bots are not those of the baseline");

  const { cleaned } = await story.cleanup(small.stateDir, small.context(), undisturbed);
  expect(cleaned.kept.join("\n")).toContain(
    `delete-db-cluster-snapshot --db-cluster-snapshot-identifier ${first.snapshot?.name}`,
  );
  expect(JSON.stringify(await inventory(small.local))).toContain(first.snapshot?.name);
});

test("what blocks is told all at once and leaves nothing; mended, it goes on; the snapshot serves where no final one is left", async () => {
  await using small = await smallDeployment({
    stage: "before-deploy",
    engineVersions: ["15.10", "16.8"],
    rdsSchedules: { stop: "cron(* * * * ? *)", start: "cron(0 8 * * ? *)" },
  });
  const { cluster } = await small.deployment();
  const name = cluster.DBClusterIdentifier ?? "";
  const { rds, cloudformation } = small.local.world;
  const old = rds.clusters.get(name);
  const own = cloudformation.get(stack);
  if (old === undefined || own === undefined) throw new Error("the seeded stack has no cluster");
  const api = "ApiPublishmentStack01";
  cloudformation.set(api, { ...own, name: api, id: `${own.id}-api` });
  old.deletionProtection = true;
  const [bot] = await botsOf(small);
  if (bot === undefined) throw new Error("no bot was seeded");
  await writeBot(small, bot, "SyncStatus", "RUNNING");
  await writeBot(small, bot, "ApiPublishmentStackName", api);
  const before = await inventory(small.local);

  const blocked = await prepareOn(small);
  expect(blocked).toMatchObject({ outcome: "blocked", run: null, snapshot: null });
  expect(verdictsOf(blocked)).toEqual({
    "published APIs": "blocking",
    synchronisation: "blocking",
    "v1's engine version": "blocking",
    "deletion of the old cluster": "blocking",
    "stop schedule": "warning",
  });
  expect(await inventory(small.local)).toEqual(before);

  // The API's stack is deleted by hand: the bot's record still names it.
  cloudformation.delete(api);
  old.deletionProtection = false;
  await writeBot(small, bot, "SyncStatus", "SUCCEEDED");
  // v1's template was edited.
  const more = { templateVersion: "15.10" };
  const unreachable = await prepareOn(small, more, { ...small.context(), caFile: "package.json" });
  expect(unreachable.outcome).toBe("unknown");
  expect(verdictsOf(unreachable)).toEqual({ baseline: "unknown", "stop schedule": "warning" });
  const ready = await prepareOn(small, { ...more, newSnapshot: true, baseline: false });
  expect(ready.outcome).toBe("ready");
  expect(ready.run).toBe(unreachable.run);
  expect(ready.snapshot?.name).toBe(`bcm-${ready.run}-before-deploy-2`);
  expect(await refusal(prepareOn(small, { snapshot: "nowhere" }))).toContain(
    "There is no manual cluster snapshot nowhere",
  );
  const automated = { ...more, snapshot: unreachable.snapshot?.name };
  expect(await refusal(prepareOn(small, automated, tellingOfSnapshots(small, "automated")))).toContain(
    "There is no manual cluster snapshot",
  );
  const named = await prepareOn(small, { ...more, snapshot: unreachable.snapshot?.name, baseline: false });
  // It is prepare's own all the same, which cleanup will tell of.
  expect(named.snapshot).toEqual(unreachable.snapshot);

  await small.local.deploy();
  for (const one of rds.snapshots.keys()) if (one.startsWith("bedrockchatstack-")) rds.snapshots.delete(one);
  const { result } = await story["restore-snapshot"](small.stateDir, small.context(), undisturbed);
  expect(result.snapshot).toBe(ready.snapshot?.name);
});

/** Before the deploy the cluster of now is what the baseline was read of: refused, and if it were another one, the same until something of it changes. */
async function provesByBaseline(small: SmallDeployment): Promise<void> {
  const run = await openedRun(small);
  const baseline = baselineOf(run);
  if (baseline === undefined) throw new Error("no baseline was noted");
  const source = baseline.schema;
  const now = await small.deployment();
  expect(await refusal(verifyCounts(usualWishes, now, small.context(), run))).toContain("there is no new cluster yet");
  const deployment = { ...now, cluster: { ...now.cluster, DBClusterIdentifier: "another" } };
  const verify = () => verifyCounts(usualWishes, deployment, small.context(), run);
  const same = await verify();
  expect(same).toMatchObject({ outcome: "identical", against: { what: "baseline of prepare", at: baseline.at } });
  const turn = () =>
    small.onTarget((session) =>
      session.query(
        "update items set content = reverse(content) where id = (select min(id) from items where content <> '')",
      ),
    );
  await turn();
  const { bots } = await verify();
  expect(bots.filter(({ verdict }) => verdict !== "equal")).toMatchObject([{ verdict: "content differs" }]);
  await turn();
  expect((await verify()).outcome).toBe("identical");
  const held = contentOfBaseline(baseline).bots;
  const compared = new Map(same.bots.map(({ bot, verdict }) => [bot, verdict]));
  const found = reconcile({ bots: await botsOf(small), source: held, target: held, compared });
  expect(found).toMatchObject({ outcome: "ok", counts: { identical: 4, "no vectors expected": 1 } });
  expect(found.bots[0]?.embeddedAt.target?.startsWith("2024-01-")).toBe(true);
  const known = { stored: [], noted: [], tuned: new Map<string, string>() };
  expect(await small.onTarget((target) => checkSchema({ source, target }, known))).toMatchObject({ outcome: "ok" });
}

async function openedRun(small: SmallDeployment): Promise<Run> {
  const { account, region, clock } = small.context();
  const folder = await findRun(small.stateDir, { account, region, stack }, { id: undefined, closedToo: false });
  if (folder === undefined) throw new Error("there is no open run");
  return openRun(folder, clock);
}

/** Signs of a deploy on a cluster that is not encrypted: an empty database, and the stack's events. Nothing is made. */
async function refusesWhatIsNotV0WithData(small: SmallDeployment): Promise<void> {
  await small.onTarget((session) => session.query("alter table items rename to items_away"));
  expect(await refusal(prepareOn(small))).toMatch(/is empty or missing.*restore-snapshot/);
  await small.onTarget((session) => session.query("alter table items_away rename to items"));
  const events = small.local.world.cloudformation.get(stack)?.events ?? [];
  const [first] = events;
  if (first === undefined) throw new Error("the seeded stack has no events");
  events.unshift({ ...first, id: "earlier", type: "AWS::RDS::DBCluster", physicalId: "bedrockchatstack-earlier" });
  expect(await refusal(prepareOn(small))).toMatch(/has taken the place of bedrockchatstack-earlier/);
  events.shift();
  const { account, region } = small.context();
  const folder = await findRun(small.stateDir, { account, region, stack }, { id: undefined, closedToo: true });
  expect(folder).toBeUndefined();
}

/** Where the secret of the old cluster holds a login that may read of `items` whose rows they are, and no more. */
async function withLowlyLogin<T>(small: SmallDeployment, work: () => Promise<T>): Promise<T> {
  const { secretArn: SecretId } = (await small.deployment()).database;
  const { secrets } = small.context().aws;
  const { SecretString = "{}" } = await secrets.getSecretValue({ SecretId });
  const login = { ...(JSON.parse(SecretString) as object), username: "lowly", password: "lowly" };
  await small.onTarget((session) => session.query("create role lowly login password 'lowly'"));
  await small.onTarget((session) => session.query("grant select (botid) on items to lowly"));
  await secrets.putSecretValue({ SecretId, SecretString: JSON.stringify(login) });
  try {
    return await work();
  } finally {
    await secrets.putSecretValue({ SecretId, SecretString });
    await small.onTarget((session) => session.query("revoke select (botid) on items from lowly"));
    await small.onTarget((session) => session.query("drop role lowly"));
  }
}

/** Where RDS told of a snapshot that it does not find today, as of an automated one by its name alone. */
function tellingOfSnapshots(small: SmallDeployment, SnapshotType: string): Context {
  const context = small.context();
  const { rds } = context.aws;
  const describeDBClusterSnapshots = (async (input: DescribeDBClusterSnapshotsCommandInput) => {
    const { DBClusterSnapshots = [] } = await rds.describeDBClusterSnapshots(input);
    return { DBClusterSnapshots: DBClusterSnapshots.map((one) => ({ ...one, SnapshotType })), $metadata: {} };
  }) as typeof rds.describeDBClusterSnapshots;
  const changed = Object.assign(Object.create(rds) as typeof rds, { describeDBClusterSnapshots });
  return { ...context, aws: { ...context.aws, rds: changed } };
}

test("where an administrator has made DMS's roles, the permission to make roles is not asked for", async () => {
  const scope = { account: "111122223333", region: "us-east-1", stack };
  const dmsRoles = ["service", "secrets"].map((name) => `arn:aws:iam::${scope.account}:role/${name}`);
  const policy = readPolicy(JSON.stringify(operatorPolicy({ ...scope, dmsRoles })));
  await using small = await smallDeployment({ stage: "before-deploy", policy, rows: 2, bots: 1 });
  const permissionsWith = async (...flags: string[]) => {
    const argv = ["prepare", "--no-baseline", "--json", "--state-dir", small.stateDir, "--poll-seconds", "0.01"];
    const { stdout } = await runInProcess([...argv, ...flags], small.local.environment);
    const { checks } = JSON.parse(stdout) as Awaited<ReturnType<typeof prepare>>;
    return checks.find((one) => one.check === "permissions");
  };
  expect(await permissionsWith("--dms-roles", dmsRoles.join(","))).toMatchObject({ verdict: "ok" });
  const lacking = await permissionsWith();
  expect([lacking?.verdict, lacking?.what]).toEqual(["warning", expect.stringContaining("iam:CreateRole")]);
});
