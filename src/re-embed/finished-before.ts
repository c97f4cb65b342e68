import type { BotRecord } from "./bot-record.ts";
import type { EmbeddedRows } from "./embedded-rows.ts";
import { judgeRows } from "./judge-embedding.ts";

/**
 * The bots that a run has embedded, and whose rows are still those of that embedding, with their number: they need not be paid again. What was
 * finished before `againSince` (milliseconds since 1970) does not count. Pure.
 */
export function finishedBefore(
  records: Iterable<BotRecord>,
  rows: ReadonlyMap<string, EmbeddedRows>,
  againSince: number,
): Map<string, number> {
  // Only bots with knowledge are asked for.
  const knowledge = { sourceUrls: 1, sitemapUrls: 0, filenames: 0 };
  const finished = [...records].filter(
    ({ bot, outcome, since }) =>
      outcome === "done" && since >= againSince && judgeRows({ knowledge }, rows.get(bot), since) === "all",
  );
  return new Map(finished.map(({ bot }) => [bot, rows.get(bot)?.rows ?? 0]));
}
