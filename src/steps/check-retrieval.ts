import type { Context } from "../context.ts";
import type { SqlSession } from "../database/session.ts";
import type { Task } from "../progress.ts";
import type { Run } from "../provision/run.ts";
import { adviceOn } from "../verify/advise-index.ts";
import { judgeRetrieval, type RetrievalLimits } from "../verify/judge-retrieval.ts";
import { checkLists } from "../verify/probed-lists.ts";
import { measureRetrieval, usualRetrieval } from "../verify/retrieval.ts";
import type { RetrievalCheck } from "../verify/retrieval-check.ts";
import { notedRetrieval } from "./retrieval-baseline.ts";
import { optionsLike } from "./tune-index.ts";

/**
 * Measures the new cluster with the baseline's queries, and with others for large bots that the baseline does not know; looks whether its
 * index is trained. Changes nothing.
 */
export async function checkRetrieval(
  session: SqlSession,
  context: Pick<Context, "clock">,
  run: Run,
  limits: RetrievalLimits,
  task: Task,
): Promise<RetrievalCheck> {
  const baseline = notedRetrieval(run, "source") ?? null;
  const before = baseline?.measure ?? null;
  const options = { ...optionsLike(before, context), bots: usualRetrieval.bots };
  const measure = await measureRetrieval(session, options, task);
  task.state("the lists of the index");
  const lists = await checkLists(session, measure.rows);
  const verdict = judgeRetrieval(measure, before ?? undefined, limits);
  return {
    outcome: outcomeOf(verdict, lists, measure.rows),
    verdict,
    measure,
    baseline,
    untouched: notedRetrieval(run, "target") ?? null,
    lists,
    advice: adviceOn(measure),
  };
}

/** Nothing to find in an empty table is no fault of retrieval: that rows are missing is told elsewhere. */
function outcomeOf(
  { verdict, minRecall }: RetrievalCheck["verdict"],
  lists: RetrievalCheck["lists"],
  rows: number,
): RetrievalCheck["outcome"] {
  if (verdict === "worse" || verdict === "below --min-recall") return "wrong";
  if (lists.some((one) => one.verdict === "trained on nothing")) return "wrong";
  const enough = verdict === "no baseline" && minRecall !== null;
  return verdict === "as good as before" || enough || rows === 0 ? "ok" : "unknown";
}
