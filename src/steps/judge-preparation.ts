import { commandFor } from "../command-for.ts";
import type { ClusterSchedule } from "../stack/schedules.ts";
import type { Firing } from "../stack/next-firing.ts";
import { chooseTemplateVersion } from "./choose-template-version.ts";
import { check, counted, type Known, type PreparationCheck, unknown } from "./preparation-check.ts";
import { failedEvents } from "./judge-stack.ts";
import type { SimulatedPermissions } from "./simulate-permissions.ts";

export interface PreparedCluster {
  readonly identifier: string;
  readonly arn: string;
  readonly status: string;
  readonly engineVersion: string;
  readonly dataApi: boolean;
  readonly deletionProtection: boolean;
  readonly backupRetentionDays: number;
  /** Its instances, and those of them that are the stack's. */
  readonly instances: readonly string[];
  readonly stackInstances: readonly string[];
  /** Aurora global database, or clusters that replicate from it. */
  readonly replicas: readonly string[];
}

export interface PreparationFacts {
  readonly stack: string;
  readonly stackStatus: string;
  readonly now: Date;
  /** Engine version that v1's template names. */
  readonly templateVersion: string;
  readonly cluster: PreparedCluster;
  /** Stacks of published APIs that exist, with the bot's title. */
  readonly publishedApis: Known<readonly { readonly title: string; readonly stack: string }[]>;
  /** Bots that are QUEUED or RUNNING. */
  readonly syncing: Known<readonly { readonly title: string; readonly id: string; readonly status: string }[]>;
  /** Engine versions that can be created now. */
  readonly versions: Known<readonly string[]>;
  readonly supportEnd: Known<Date | undefined>;
  readonly schedules: Known<readonly (ClusterSchedule & { readonly next: Firing })[]>;
  /** "skipped" where it was not wanted. */
  readonly permissions: SimulatedPermissions | "skipped";
  /** Rows of the baseline; "skipped" where it was not wanted. */
  readonly baseline: Known<{ readonly rows: number; readonly bots: number }> | "skipped";
}

/** Everything that was checked, in the order in which it is best mended. Pure. */
export function judgePreparation(facts: PreparationFacts): PreparationCheck[] {
  return [
    judgeStackStatus(facts),
    judgeClusterStatus(facts.cluster),
    judgePublishedApis(facts.publishedApis),
    judgeSyncing(facts.syncing),
    judgeTemplate(facts),
    judgeDeletion(facts.cluster),
    judgeBaseline(facts),
    judgeSupport(facts),
    judgeSchedules(facts),
    judgeDataApi(facts.cluster),
    judgeBackups(facts.cluster),
    judgePermissions(facts),
  ];
}

function judgeStackStatus({ stack, stackStatus }: PreparationFacts): PreparationCheck {
  const name = "stack";
  if (/_FAILED$|^DELETE_|^REVIEW_|^ROLLBACK_COMPLETE$/.test(stackStatus))
    return check(
      name,
      "blocking",
      `Stack ${stack} is ${stackStatus}: it cannot be deployed to as it is.`,
      failedEvents(stack),
    );
  if (stackStatus.endsWith("ROLLBACK_COMPLETE"))
    return check(
      name,
      "warning",
      `Stack ${stack} is ${stackStatus}: its last deploy failed and was taken back. The next one will fail alike unless it was mended.`,
      failedEvents(stack),
    );
  return check(name, "ok", `${stack} is ${stackStatus}.`);
}

function judgeClusterStatus({ identifier, status }: PreparedCluster): PreparationCheck {
  const name = "cluster";
  if (status === "available") return check(name, "ok", `${identifier} is available, and not encrypted: v0's.`);
  return check(
    name,
    "blocking",
    `${identifier} is ${status}: no snapshot can be taken of it, and a deploy would fail on it.`,
    status === "stopped"
      ? `aws rds start-db-cluster --db-cluster-identifier ${identifier}`
      : "Wait until it is available, then run this again.",
  );
}

/** A published API's stack imports the outputs of the database: CloudFormation then refuses to change them, or to delete the cluster. */
function judgePublishedApis(apis: PreparationFacts["publishedApis"]): PreparationCheck {
  const name = "published APIs";
  if ("unknown" in apis) return unknown(name, apis);
  if (apis.value.length === 0) return check(name, "ok", "No bot has one.");
  return check(
    name,
    "blocking",
    `${counted(apis.value.length, "bot has a published API", "bots have a published API")}, whose stack uses the old cluster: ${apis.value.map((one) => `${one.title} (${one.stack})`).join(", ")}.`,
    [
      "Delete them in the application (they can be published again after the deploy), or:",
      ...apis.value.map((one) => `aws cloudformation delete-stack --stack-name ${one.stack}`),
    ].join("\n"),
  );
}

function judgeSyncing(syncing: PreparationFacts["syncing"]): PreparationCheck {
  const name = "synchronisation";
  if ("unknown" in syncing) return unknown(name, syncing);
  if (syncing.value.length === 0) return check(name, "ok", "No bot is QUEUED or RUNNING.");
  const bots = syncing.value.map((one) => `${one.title} (${one.id}, ${one.status})`).join(", ");
  return check(
    name,
    "blocking",
    `${counted(syncing.value.length, "bot is being synchronised", "bots are being synchronised")}, and would lose what is about to be written: ${bots}.`,
    "Wait until they are SUCCEEDED or FAILED, then run this again. One that hangs: see its embedding task in ECS, or save the bot once more.",
  );
}

function judgeTemplate({ stack, versions, cluster, templateVersion }: PreparationFacts): PreparationCheck {
  const name = "v1's engine version";
  if ("unknown" in versions) return unknown(name, versions);
  const choice = chooseTemplateVersion(templateVersion, cluster.engineVersion, versions.value, stack);
  return choice.fits ? check(name, "ok", choice.reason) : check(name, "blocking", choice.reason, choice.remedy);
}

function judgeDeletion(cluster: PreparedCluster): PreparationCheck {
  const name = "deletion of the old cluster";
  const { identifier } = cluster;
  const foreign = cluster.instances.filter((one) => !cluster.stackInstances.includes(one));
  const obstacles = [
    ...(cluster.deletionProtection
      ? [
          {
            what: "it is protected against deletion",
            remedy: `aws rds modify-db-cluster --db-cluster-identifier ${identifier} --no-deletion-protection --apply-immediately`,
          },
        ]
      : []),
    ...foreign.map((one) => ({
      what: `instance ${one} is not the stack's`,
      remedy: `aws rds delete-db-instance --db-instance-identifier ${one}`,
    })),
    ...cluster.replicas.map((one) => ({
      what: `${one} replicates from it`,
      remedy: `Remove or promote ${one} first (RDS console).`,
    })),
  ];
  if (obstacles.length === 0)
    return check(name, "ok", "Nothing keeps CloudFormation from deleting it, with a final snapshot.");
  return check(
    name,
    "blocking",
    `CloudFormation could not delete ${identifier}: ${obstacles.map(({ what }) => what).join("; ")}.`,
    obstacles.map(({ remedy }) => remedy).join("\n"),
  );
}

function judgeBaseline({ stack, baseline }: PreparationFacts): PreparationCheck {
  const name = "baseline";
  if (baseline === "skipped")
    return check(
      name,
      "warning",
      "Not recorded (--no-baseline): nothing will say later what the old cluster held, and whether it holds rows at all was not looked at.",
      "Run prepare without --no-baseline from where the cluster can be reached.",
    );
  if ("unknown" in baseline)
    return check(
      name,
      "unknown",
      `The cluster cannot be looked into: ${baseline.unknown}`,
      `${baseline.remedy}\nWhere it cannot be reached at all, go without: ${commandFor("prepare", { stack }, "--no-baseline")}`,
    );
  const { rows, bots } = baseline.value;
  return check(name, "ok", `${rows.toLocaleString("en-US")} rows of ${counted(bots, "bot", "bots")} recorded.`);
}

function judgeSupport({ supportEnd, cluster, now }: PreparationFacts): PreparationCheck {
  const name = "engine support";
  const major = cluster.engineVersion.split(".")[0] ?? "";
  if ("unknown" in supportEnd || supportEnd.value === undefined)
    return check(
      name,
      "warning",
      `Not known: AWS does not say until when PostgreSQL ${major} is supported${"unknown" in supportEnd ? ` (${supportEnd.unknown})` : ""}.`,
      "See the release calendar in Aurora PostgreSQL's release notes.",
    );
  const day = supportEnd.value.toISOString().slice(0, 10);
  if (supportEnd.value > now) return check(name, "ok", `PostgreSQL ${major} has standard support until ${day}.`);
  return check(
    name,
    "warning",
    `Standard support of PostgreSQL ${major} ended on ${day}: what is created with it is charged for Extended Support, the temporary cluster included.`,
    "Nothing has to be done for the migration. To end it, upgrade the new cluster after the migration.",
  );
}

/** A deploy and a migration take hours: a stop in the middle of them costs a restart. */
const soon = 24 * 3600 * 1000;

function judgeSchedules({ schedules, now }: PreparationFacts): PreparationCheck {
  const name = "stop schedule";
  if ("unknown" in schedules)
    return check(
      name,
      "warning",
      `Could not be looked at: ${schedules.unknown}`,
      `${schedules.remedy}\nOr look for rdbSchedules in cdk/cdk.json.`,
    );
  const stops = schedules.value.filter((one) => one.action === "stop" && one.enabled);
  const imminent = stops.filter(
    ({ next }) => next === undefined || (next !== "never" && next.at.getTime() - now.getTime() < soon),
  );
  if (imminent.length === 0)
    return check(
      name,
      "ok",
      stops.length === 0
        ? "The stack stops its cluster on no schedule."
        : `${firing(stops)}: not in the next 24 hours.`,
    );
  return check(
    name,
    "warning",
    `The stack stops its cluster on a schedule, and a deploy or a migration can be in the middle: ${firing(imminent)}.`,
    'Deploy with `"rdbSchedules": { "stop": {}, "start": {} }` in cdk/cdk.json, and put yours back when the migration is verified; or choose the time.',
  );
}

function firing(schedules: readonly (ClusterSchedule & { readonly next: Firing })[]): string {
  return schedules
    .map(({ name, expression, timezone, next }) => {
      const when =
        next === undefined
          ? "at a time that is not understood here"
          : next === "never"
            ? "never again"
            : `next ${next.at.toISOString()}`;
      return `${name}, ${expression} ${timezone}, ${when}`;
    })
    .join("; ");
}

function judgeDataApi({ dataApi, arn }: PreparedCluster): PreparationCheck {
  const name = "Data API";
  if (dataApi) return check(name, "ok", "On.");
  return check(
    name,
    "warning",
    "Off (v0 before 0.4.4): the old cluster can be looked into from inside its VPC only. v1 turns it on for the new one.",
    `aws rds enable-http-endpoint --resource-arn ${arn}`,
  );
}

function judgeBackups({ backupRetentionDays }: PreparedCluster): PreparationCheck {
  return check(
    "automated backups",
    "ok",
    `Kept for ${counted(backupRetentionDays, "day", "days")}; they go with the old cluster. What stays: prepare's snapshot, and CloudFormation's final one.`,
  );
}

/**
 * Never blocking: a simulation does not know every policy that will count (session policies, resource policies), and what is missing can be
 * given after the deploy. Where there is none, nothing is known.
 */
function judgePermissions({ stack, permissions }: PreparationFacts): PreparationCheck {
  const name = "permissions";
  const policy = `\`${commandFor("iam-policy", { stack })}\` prints what is needed; attach it to whoever runs the migration.`;
  if (permissions === "skipped")
    return check(name, "warning", "Not asked for (--no-permissions): a command may stop for want of one.", policy);
  if ("unknown" in permissions)
    return check(
      name,
      "unknown",
      `IAM does not tell what the operator may do: ${permissions.unknown}`,
      `${policy}\nWhere it cannot be told at all, go without: ${commandFor("prepare", { stack }, "--no-permissions")}.`,
    );
  if (permissions.denied.length === 0)
    return check(name, "ok", `${permissions.principal} may do all that the migration calls.`);
  const denied = [...new Set(permissions.denied.map(({ action, statement }) => `${action} (${statement})`))];
  return check(name, "warning", `${permissions.principal} may not: ${denied.join(", ")}.`, policy);
}
