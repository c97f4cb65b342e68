import { expect, test } from "vitest";
import { chooseTemplateVersion } from "../../src/steps/choose-template-version.ts";
import { judgePreparation, type PreparationFacts } from "../../src/steps/judge-preparation.ts";
import { outcomeOf } from "../../src/steps/preparation-check.ts";

const now = new Date("2026-11-24T12:00:00Z");

/** Everything as it should be. */
const good: PreparationFacts = {
  stack: "BedrockChatStack",
  stackStatus: "UPDATE_COMPLETE",
  now,
  templateVersion: "15.3",
  cluster: {
    identifier: "bedrockchatstack-old",
    arn: "arn:aws:rds:us-east-1:111122223333:cluster:bedrockchatstack-old",
    status: "available",
    engineVersion: "15.3",
    dataApi: true,
    deletionProtection: false,
    backupRetentionDays: 1,
    instances: ["writer"],
    stackInstances: ["writer"],
    replicas: [],
  },
  publishedApis: { value: [] },
  syncing: { value: [] },
  versions: { value: ["15.3", "15.12", "16.8"] },
  supportEnd: { value: new Date("2028-02-29T23:59:59Z") },
  schedules: { value: [] },
  permissions: { principal: "arn:aws:iam::111122223333:user/operator", denied: [] },
  baseline: { value: { rows: 300, bots: 5 } },
};

const stop = {
  name: "Stop",
  action: "stop" as const,
  expression: "cron(0 20 * * ? *)",
  timezone: "UTC",
  enabled: true,
  next: { at: new Date("2026-11-24T20:00:00Z") },
};
const cluster = (more: Partial<PreparationFacts["cluster"]>) => ({ cluster: { ...good.cluster, ...more } });
const one = (facts: Partial<PreparationFacts>, check: string) =>
  judgePreparation({ ...good, ...facts }).find((found) => found.check === check);

test("where all is well, all is ok, and the outcome is ready", () => {
  const checks = judgePreparation(good);
  expect(checks.filter((found) => found.verdict !== "ok")).toEqual([]);
  expect(outcomeOf(checks)).toBe("ready");
});

test.each<[string, Partial<PreparationFacts>, string, "blocking" | "warning" | "unknown", RegExp]>([
  [
    "stack",
    { stackStatus: "UPDATE_ROLLBACK_FAILED" },
    "a stack between two versions",
    "blocking",
    /aws cloudformation describe-stack-events --stack-name 'BedrockChatStack'/,
  ],
  [
    "stack",
    { stackStatus: "UPDATE_ROLLBACK_COMPLETE" },
    "a deploy that was taken back",
    "warning",
    /aws cloudformation describe-stack-events/,
  ],
  [
    "cluster",
    cluster({ status: "stopped" }),
    "a stopped cluster",
    "blocking",
    /^aws rds start-db-cluster --db-cluster-identifier bedrockchatstack-old$/,
  ],
  ["cluster", cluster({ status: "modifying" }), "a cluster at work", "blocking", /Wait/],
  [
    "published APIs",
    { publishedApis: { value: [{ title: "Handbook", stack: "ApiPublishmentStackX" }] } },
    "a published API",
    "blocking",
    /aws cloudformation delete-stack --stack-name ApiPublishmentStackX$/,
  ],
  [
    "published APIs",
    { publishedApis: { unknown: "AccessDenied", remedy: "Mend it." } },
    "no look at the bots",
    "unknown",
    /Mend/,
  ],
  [
    "synchronisation",
    { syncing: { value: [{ title: "Handbook", id: "01H", status: "RUNNING" }] } },
    "a bot being synchronised",
    "blocking",
    /SUCCEEDED or FAILED/,
  ],
  [
    "v1's engine version",
    { versions: { value: ["15.2", "15.12", "15.10", "16.8"] } },
    "15.3 gone",
    "blocking",
    /cdk\/lib\/constructs\/vectorstore.ts, line 46[^]*of\("15.10", "15"\)[^]*prepare --template-version 15.10[^]*15.12, 16.8/,
  ],
  [
    "v1's engine version",
    cluster({ engineVersion: "15.12" }),
    "a cluster that was upgraded by hand",
    "blocking",
    /of\("15.12", "15"\)/,
  ],
  [
    "v1's engine version",
    { versions: { unknown: "Throttling", remedy: "Mend it." } },
    "versions not told",
    "unknown",
    /Mend/,
  ],
  [
    "deletion of the old cluster",
    cluster({ deletionProtection: true }),
    "deletion protection",
    "blocking",
    /^aws rds modify-db-cluster --db-cluster-identifier bedrockchatstack-old --no-deletion-protection --apply-immediately$/,
  ],
  [
    "deletion of the old cluster",
    cluster({ instances: ["writer", "by-hand"], replicas: ["global cluster g"] }),
    "an instance and a replica that are not the stack's",
    "blocking",
    /^aws rds delete-db-instance --db-instance-identifier by-hand\nRemove or promote global cluster g/,
  ],
  [
    "baseline",
    { baseline: { unknown: "no route", remedy: "Mend it." } },
    "a cluster out of reach",
    "unknown",
    /--no-baseline/,
  ],
  ["baseline", { baseline: "skipped" }, "no baseline wanted", "warning", /without --no-baseline/],
  [
    "engine support",
    { supportEnd: { value: new Date("2026-11-23T23:59:59Z") } },
    "an engine past its support",
    "warning",
    /after the migration/,
  ],
  ["engine support", { supportEnd: { value: undefined } }, "support not told by AWS", "warning", /release calendar/],
  ["stop schedule", { schedules: { value: [stop] } }, "a stop within a day", "warning", /"rdbSchedules"/],
  [
    "stop schedule",
    { schedules: { value: [{ ...stop, next: undefined }] } },
    "a stop at a time not understood",
    "warning",
    /"rdbSchedules"/,
  ],
  [
    "stop schedule",
    { schedules: { unknown: "AccessDenied", remedy: "Mend it." } },
    "no look at schedules",
    "warning",
    /rdbSchedules/,
  ],
  [
    "Data API",
    cluster({ dataApi: false }),
    "the Data API off",
    "warning",
    /^aws rds enable-http-endpoint --resource-arn arn:aws:rds:us-east-1:111122223333:cluster:bedrockchatstack-old$/,
  ],
  [
    "permissions",
    { permissions: { principal: "p", denied: [{ action: "dms:StartDataMigration", statement: "S" }] } },
    "a missing permission",
    "warning",
    /iam-policy/,
  ],
  [
    "permissions",
    { permissions: { unknown: "AccessDenied" } },
    "permissions that IAM does not tell",
    "unknown",
    /iam-policy[^]*prepare --no-permissions/,
  ],
  ["permissions", { permissions: "skipped" }, "no permissions asked for", "warning", /iam-policy/],
])("%s: %j is told as %s, with its remedy", (check, facts, _, verdict, remedy) => {
  const found = one(facts, check);
  expect(found?.verdict).toBe(verdict);
  expect(found?.remedy).toMatch(remedy);
  expect(outcomeOf(found === undefined ? [] : [found])).toBe(
    { blocking: "blocked", unknown: "unknown", warning: "ready" }[verdict],
  );
});

test.each<[string, Partial<typeof stop>]>([
  ["later than in a day", { next: { at: new Date("2026-11-25T12:00:01Z") } }],
  ["switched off", { enabled: false }],
])("a stop that is %s is in nobody's way", (_, more) => {
  expect(one({ schedules: { value: [{ ...stop, ...more }] } }, "stop schedule")?.verdict).toBe("ok");
});

test("what blocks counts before what is not known", () => {
  const checks = judgePreparation({
    ...good,
    stackStatus: "UPDATE_FAILED",
    versions: { unknown: "?", remedy: "Mend it." },
  });
  expect(outcomeOf(checks)).toBe("blocked");
});

test("where no version would do, that is said with those there are", () => {
  const choice = chooseTemplateVersion("15.3", "16.8", ["15.3", "16.6"], "Chat");
  expect(choice.fits).toBe(false);
  expect(choice.reason).toContain("15.3, 16.6");
});
