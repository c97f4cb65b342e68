import type { Context } from "../context.ts";
import { withSession } from "../database/with-session.ts";
import type { Run } from "../provision/run.ts";
import type { Bot } from "../stack/bots.ts";
import type { Deployment } from "../stack/deployment.ts";
import { checkSchema } from "../verify/check-schema.ts";
import { judgeAround } from "../verify/judge-around.ts";
import { reconcile, type Reconciliation } from "../verify/reconcile.ts";
import type { RetrievalLimits } from "../verify/judge-retrieval.ts";
import type { RetrievalCheck } from "../verify/retrieval-check.ts";
import type { SchemaCheck } from "../verify/schema-check.ts";
import type { Comparison } from "../verify/compare-sides.ts";
import type { SideContent } from "../verify/side-content.ts";
import type { Finding } from "../verify/verification.ts";
import { checkRetrieval } from "./check-retrieval.ts";
import type { ExpectedSide } from "./expected-side.ts";
import { baselineOf } from "./baseline.ts";
import { indexesBefore, sourceSchemaOf } from "./note-load.ts";
import { describeMeasure } from "./retrieval-baseline.ts";
import { tried } from "./tried.ts";
import { tunedDefinitions } from "./tune-index.ts";

/** What is known of the rows when the rest is looked at. */
export interface Rows {
  readonly side: ExpectedSide;
  readonly source: SideContent;
  readonly target: SideContent;
  readonly comparison: Comparison;
  readonly bots: readonly Bot[] | undefined;
}

/** What a verification of level `all` has found besides the rows. */
export interface Around {
  /** Null where it could not be looked at: the findings say why. */
  readonly schema: SchemaCheck | null;
  readonly retrieval: RetrievalCheck | null;
  readonly reconciliation: Reconciliation;
  readonly findings: readonly Finding[];
}

/** Looks at what is around the rows: the schema with its indexes, what the application's query finds, and what DynamoDB knows of the bots. */
export async function lookAround(
  rows: Rows,
  limits: RetrievalLimits,
  deployment: Deployment,
  context: Context,
  run: Run,
): Promise<Around> {
  const schema = await tried("the schema", context, () => schemaOf(rows.side, deployment, context, run));
  const retrieval = await tried("retrieval", context, () => retrievalOf(limits, deployment, context, run));
  const compared = new Map(rows.comparison.bots.map(({ bot, verdict }) => [bot, verdict]));
  const { source, target, bots } = rows;
  const reconciliation = reconcile({ bots, source: source.bots, target: target.bots, compared });
  const around = { schema: schema.value, retrieval: retrieval.value, reconciliation };
  return { ...around, findings: [...judgeAround(around), ...schema.failed, ...retrieval.failed] };
}

async function retrievalOf(
  limits: RetrievalLimits,
  { database }: Deployment,
  context: Context,
  run: Run,
): Promise<RetrievalCheck> {
  using task = context.progress.begin(`retrieval of ${database.label}`);
  const check = await withSession(database, context, (session) => checkRetrieval(session, context, run, limits, task));
  task.end(describeMeasure(check.measure));
  return check;
}

async function schemaOf(side: ExpectedSide, deployment: Deployment, context: Context, run: Run): Promise<SchemaCheck> {
  using task = context.progress.begin("schema and indexes");
  const check = await withSession(deployment.database, context, async (target) => {
    const known = { ...(await indexesBefore(target, run)), tuned: await tunedDefinitions(target, run) };
    const knownSource = sourceSchemaOf(run) ?? baselineOf(run)?.schema;
    if (side.what !== "temporary cluster") return checkSchema({ source: knownSource, target }, known);
    return withSession(side.database, context, (source) => checkSchema({ source, target }, known));
  });
  task.end(check.outcome);
  return check;
}
