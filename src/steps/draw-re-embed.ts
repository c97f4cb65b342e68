import type { BotOutcome } from "../re-embed/embedding-work.ts";
import type { SkippedBot, SkipReason } from "../re-embed/select-bots.ts";
import type { Page } from "../terminal/page.ts";
import { absent, type Cell, table } from "../terminal/table.ts";
import { duration } from "../terminal/duration.ts";
import type { PlannedReEmbed } from "./plan-re-embed.ts";
import type { ReEmbedResult } from "./re-embed.ts";

/** `1 bot`, `1,200 bots` */
function count(number: number, what: string): string {
  return `${number.toLocaleString("en-US")} ${what}${number === 1 ? "" : "s"}`;
}

/** What is to be done, and what it takes, as lines. */
export function describePlan({ plan, selection, earlier }: PlannedReEmbed): string[] {
  const { task, prices, dollars, documents, tasks, concurrency, minutes } = plan;
  const money = (amount: number) => `$${amount.toFixed(2)}`;
  return [
    `To embed: ${count(plan.bots, "bot")} with ${count(documents, "document")}, by ${count(tasks, "Fargate task")} (${task.vcpu} vCPU, ${task.memory} GiB, ${task.architecture}), ${concurrency} at a time.`,
    `About ${duration(minutes * 60_000)} and ${money(dollars.total)} (Fargate ${money(dollars.fargate)}, embedding ${money(dollars.embedding)}), at prices of ${prices.region}, ${prices.asOf}. What the documents hold is not known before: --task-minutes tells a task's average.`,
    ...(earlier.size === 0
      ? []
      : [`Embedded by this run before, and not again: ${count(earlier.size, "bot")} (--again embeds them, too).`]),
    ...describeSkipped(selection.skipped),
  ];
}

const reasons: Record<SkipReason, string> = {
  "no knowledge": "no knowledge, so nothing to embed",
  sitemap: "sitemap addresses, which Bedrock Chat's embedding task fails for (not implemented upstream)",
  "knowledge base": "a Bedrock Knowledge Base answers, and nobody reads their rows",
};

function describeSkipped(skipped: readonly SkippedBot[]): string[] {
  return (Object.keys(reasons) as SkipReason[]).flatMap((why) => {
    const ids = skipped.filter((one) => one.why === why).map(({ id }) => id);
    if (ids.length === 0) return [];
    const named = ids.length > 5 ? `${ids.slice(0, 5).join(", ")}, …` : ids.join(", ");
    return [`Not embedded, ${count(ids.length, "bot")}: ${reasons[why]} (${named}).`];
  });
}

/** What would be done, as text for stdout. */
export function drawPlan(planned: PlannedReEmbed, page: Page): string {
  const rows = planned.selection.selected.map(({ id, title, documents }) => [
    id,
    title,
    documents,
    planned.earlier.has(id) ? "embedded before" : "to embed",
  ]);
  return [...describePlan(planned), "", table(["bot", "title", "documents", "what"], rows, page)].join("\n");
}

const outcomes: Record<BotOutcome["outcome"], Cell> = {
  done: { text: "embedded", colour: "good" },
  earlier: { text: "embedded before", colour: "good" },
  elsewhere: { text: "synced by others", colour: "good" },
  failed: { text: "FAILED", colour: "bad" },
  gone: "deleted meanwhile",
  left: { text: "not begun", colour: "bad" },
};

/** What re-embedding has done, as text for stdout. */
export function drawReEmbed(result: ReEmbedResult, page: Page): string {
  const rows = result.bots.map((one) => [
    one.bot,
    one.title,
    outcomes[one.outcome],
    one.rows ?? absent,
    one.tasks,
    one.seconds === null ? absent : duration(one.seconds * 1000),
  ]);
  const { counts, run, minutes, dollars } = result;
  const embedded = counts.done + counts.earlier + counts.elsewhere;
  return [
    table(["bot", "title", "outcome", "rows", "tasks", "time"], rows, page),
    "",
    ...result.bots.filter(({ outcome }) => outcome === "failed" || outcome === "left").map(describeFailure),
    ...describeSkipped(result.skipped),
    `Run ${run}: ${embedded} of ${count(result.bots.length, "bot")} embedded${counts.gone > 0 ? `, ${counts.gone} were deleted meanwhile` : ""}; ${counts.failed} failed, ${counts.left} not begun. ${duration(minutes * 60_000)}, about $${dollars.toFixed(2)}.`,
  ].join("\n");
}

function describeFailure({ bot, title, why, exitCode, stopCode, logStream }: BotOutcome): string {
  const ended = [
    exitCode === null ? "" : `exit code ${exitCode}`,
    stopCode ?? "",
    logStream === null ? "" : `log: ${logStream}`,
  ];
  const evidence = ended.filter((text) => text !== "").join(", ");
  return `NOT embedded: bot ${bot} ${JSON.stringify(title)}: ${why ?? ""}${evidence === "" ? "" : ` (${evidence})`}`;
}
