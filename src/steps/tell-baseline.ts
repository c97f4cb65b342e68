import type { Context } from "../context.ts";
import type { Database } from "../database/session.ts";
import { withSession } from "../database/with-session.ts";
import type { Run } from "../provision/run.ts";
import { readContent } from "../verify/read-content.ts";
import type { BotContent, SideContent } from "../verify/side-content.ts";
import { baselineOf, contentOfBaseline } from "./baseline.ts";

export interface ChangedBot {
  readonly bot: string | null;
  readonly before: number;
  readonly after: number;
}

/** Bots whose rows are not as many as before, or, where their ids are known, not the same ones: a sync gives all of them new ids. Pure. */
export function changedSince(before: Pick<SideContent, "bots">, now: Pick<SideContent, "bots">): ChangedBot[] {
  const [earlier, later] = [before, now].map(({ bots }) => new Map(bots.map((one) => [one.bot, one])));
  return [...new Set([...before.bots, ...now.bots].map(({ bot }) => bot))]
    .filter((bot) => !isSame(earlier?.get(bot), later?.get(bot)))
    .map((bot) => ({ bot, before: earlier?.get(bot)?.rows ?? 0, after: later?.get(bot)?.rows ?? 0 }));
}

function isSame(before: BotContent | undefined, now: BotContent | undefined): boolean {
  if (before?.rows !== now?.rows) return false;
  if (before?.lastId === null) return true;
  return before?.firstId === now?.firstId && before?.lastId === now?.lastId;
}

/**
 * Says how the restored data differs from the baseline that `prepare` noted; nothing where it noted none. No verdict: between the two users
 * may have written, and what was restored is what the migration will be proven against. Counts and ids tell of every sync, and are read fast.
 */
export async function tellBaseline(restored: Database, context: Context, run: Run): Promise<void> {
  const baseline = baselineOf(run);
  if (baseline === undefined) return;
  using task = context.progress.begin(`counting ${restored.label}`);
  const now = await withSession(restored, context, (session) => readContent(session, { level: "counts" }, task));
  const changed = changedSince(contentOfBaseline(baseline), now);
  if (changed.length === 0) {
    task.end(`every bot has as many rows as in the baseline of ${baseline.at}`);
    return;
  }
  const some = changed.slice(0, 10).map((one) => `${one.bot ?? "(no bot)"} ${one.before} -> ${one.after}`);
  const more = changed.length > some.length ? `, and ${changed.length - some.length} more` : "";
  task.end(
    `the rows of ${changed.length} bots are not those of the baseline of ${baseline.at}, which changes between the two explain: ${some.join(", ")}${more}`,
  );
}
