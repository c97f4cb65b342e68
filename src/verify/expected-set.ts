import { z } from "zod";
import type { ComparedBot } from "./compare-sides.ts";

const share = z.object({ bots: z.number(), rows: z.number() });

export const expectedSetSchema = z.object({
  source: z.number().describe("rows that the source was restored with, those that were set aside included"),
  kept: share.describe("rows of the source that were not loaded, since their bots are kept as they are on the target"),
  deleted: share.describe("rows of the source that were not loaded, since their bots were deleted since"),
  synced: share.describe("rows of the source that a later sync of their bots has replaced on the target"),
  rows: z.number().describe("rows of the source that are expected on the target: what is left"),
  written: share.describe("rows that users have written on the target: of bots kept, synced since, or new since"),
});

export type ExpectedSet = z.infer<typeof expectedSetSchema>;

/**
 * What of the source is expected on the target, and why the rest is not. Pure.
 */
export function expectedSet(bots: readonly ComparedBot[]): ExpectedSet {
  const of = (...verdicts: readonly ComparedBot["verdict"][]) => bots.filter((bot) => verdicts.includes(bot.verdict));
  const source = (some: readonly ComparedBot[]) => ({
    bots: some.length,
    rows: sum(some.map((bot) => bot.source + bot.setAside)),
  });
  const kept = source(of("kept"));
  const deleted = source(of("deleted since"));
  const synced = source(of("synced since"));
  const users = of("kept", "synced since", "new since").filter((bot) => bot.target > 0);
  const all = sum(bots.map((bot) => bot.source + bot.setAside));
  return {
    source: all,
    kept,
    deleted,
    synced,
    rows: all - kept.rows - deleted.rows - synced.rows,
    written: { bots: users.length, rows: sum(users.map((bot) => bot.target)) },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
