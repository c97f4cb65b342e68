import type { Writable } from "node:stream";
import { ask, confirm } from "./confirm.ts";
import { describePlan } from "./draw-re-embed.ts";
import { narrowed, type PlannedReEmbed, type ReEmbedWishes } from "./plan-re-embed.ts";

const cannotAsk = "re-embed starts tasks that are paid, and cannot ask here.";
const refused = "Nothing was started.";

/** Tells what re-embedding takes and asks, once. Throws where the answer is no, and a UsageError where nobody can be asked. */
export async function confirmReEmbed(planned: PlannedReEmbed, stderr: Writable, signal: AbortSignal): Promise<void> {
  const text = `${describePlan(planned).join("\n")}\n`;
  await confirm({ text, question: `Start them (${planned.plan.tasks})?`, cannotAsk, refused }, stderr, signal);
}

/**
 * Lists the bots page by page, as the table's scan gave them, and asks for each page, all before the first task: gives the plan for those that
 * are wanted. Throws a UsageError where nobody can be asked.
 */
export async function confirmEachPage(
  planned: PlannedReEmbed,
  wishes: ReEmbedWishes,
  stderr: Writable,
  signal: AbortSignal,
): Promise<PlannedReEmbed> {
  stderr.write(`${describePlan(planned).join("\n")}\n`);
  const todo = planned.selection.selected.filter(({ id }) => !planned.earlier.has(id));
  const pages = [...new Set(todo.map(({ page }) => page))].toSorted((a, b) => a - b);
  const wanted = new Set<number>();
  for (const [index, page] of pages.entries()) {
    const bots = todo.filter((bot) => bot.page === page);
    const text = bots.map(({ id, title }) => `  ${id} ${JSON.stringify(title)}\n`).join("");
    const question = `Embed these ${bots.length} (page ${index + 1} of ${pages.length})?`;
    if (await ask({ text, question, cannotAsk, refused }, stderr, signal)) wanted.add(page);
  }
  return narrowed(planned, ({ id, page }) => wanted.has(page) || planned.earlier.has(id), wishes);
}
