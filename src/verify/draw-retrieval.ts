import type { Page } from "../terminal/page.ts";
import { absent, type Cell, table } from "../terminal/table.ts";
import { describeLists } from "./judge-around.ts";
import type { RetrievalCheck } from "./retrieval-check.ts";
import type { MeasuredBot } from "./retrieval-measure.ts";

/** What the application's query finds, bot by bot, now and before the load; whether the index is trained; advice. */
export function drawRetrieval({ measure, baseline, verdict, lists, advice }: RetrievalCheck, page: Page): string {
  const before = new Map(baseline?.measure?.bots.map((one) => [one.bot, one]));
  const verdicts = new Map(verdict.bots.map((one) => [one.bot, one.verdict]));
  const rows = measure.bots.map((one): Cell[] => [
    one.bot,
    one.answers.length,
    one.plan ?? absent,
    recallOf(one),
    recallOf(before.get(one.bot)),
    latencyOf(one),
    latencyOf(before.get(one.bot)),
    { text: verdicts.get(one.bot) ?? "not measured", colour: isGood(verdicts.get(one.bot)) ? "good" : "bad" },
  ]);
  const { bots, rows: others } = measure.others;
  const rest = bots === 0 ? "" : `; ${bots} smaller bots with ${others.toLocaleString("en-US")} rows were not asked`;
  const head = ["bot", "queries", "plan", "recall", "before", "ms", "before", "verdict"];
  return [
    `retrieval: the application's query for ${measure.k} rows (recall: mean, worst; ms: p50, p95)${rest}`,
    ...(rows.length === 0 ? [] : [table(head, rows, page)]),
    ...measure.bots.flatMap(notesOf),
    ...lists.map(describeLists),
    ...advice.map((one) => `advice: ${one}`),
  ].join("\n");
}

/** What a row of the table has no room for. */
function notesOf({ bot, answers, fewer, why }: MeasuredBot): string[] {
  return [
    ...(fewer === 0
      ? []
      : [`${bot}: ${fewer} of ${answers.length} answers have fewer rows than asked for; it has more`]),
    ...(why === null ? [] : [`${bot}: ${why}`]),
  ];
}

function isGood(verdict: string | undefined): boolean {
  return verdict === "as good as before" || verdict === "no baseline";
}

function recallOf(bot: MeasuredBot | undefined): string {
  const recall = bot?.recall ?? null;
  return recall === null ? absent : `${recall.mean.toFixed(2)}, ${recall.worst.toFixed(2)}`;
}

function latencyOf(bot: MeasuredBot | undefined): string {
  const latency = bot?.latency ?? null;
  return latency === null ? absent : `${latency.p50.toFixed(1)}, ${latency.p95.toFixed(1)}`;
}
