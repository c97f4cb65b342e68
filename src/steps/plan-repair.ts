import { tableColumns, type ComparedColumn } from "../database/canonical-row.ts";
import type { Context } from "../context.ts";
import type { SqlSession } from "../database/session.ts";
import { ExpectedError, UsageError } from "../errors.ts";
import { type BotDecision, readDecisions } from "../stack/bot-decisions.ts";
import { type Bot, hasKnowledge } from "../stack/bots.ts";
import { botIds, idsKey } from "../stack/item-ids.ts";
import { countBots, itemsTable } from "../stack/items-table.ts";
import { commonColumns } from "../verify/common-columns.ts";
import type { BotDifferences } from "../verify/differences.ts";
import { findDifferences } from "../verify/differing-rows.ts";
import type { Both } from "../verify/walk-differences.ts";
import { type AsItShouldBe, judgeRepair, type Refusal } from "./judge-repair.ts";

export interface RefusedBot extends BotDifferences {
  readonly why: Refusal;
}

export interface LeftAsItIs extends BotDifferences {
  readonly why: AsItShouldBe;
}

export interface RepairPlan {
  readonly repair: readonly BotDifferences[];
  readonly refused: readonly RefusedBot[];
  readonly left: readonly LeftAsItIs[];
  readonly columns: readonly ComparedColumn[];
  /** The ids that each bot held on the target when this was planned. */
  readonly held: ReadonlyMap<string | null, string>;
  /** Bots that were deleted since, whose loaded rows are there still: an earlier repair was cut off, or the application was. */
  readonly orphaned: readonly string[];
}

/**
 * Looks which of the source's bots have missing or changed rows on the target, and judges each. Throws a UsageError for a bot that the source
 * does not have, an ExpectedError where the tables have other columns or DynamoDB knows none of the bots.
 */
export async function planRepair(
  sides: Both<SqlSession>,
  { bots, known }: { readonly bots: readonly string[] | undefined; readonly known: readonly Bot[] },
  context: Context,
): Promise<RepairPlan> {
  const columns = {
    source: await tableColumns(sides.source, itemsTable),
    target: await tableColumns(sides.target, itemsTable),
  };
  const compared = sameColumns(columns);
  const all = (await countBots(sides.source)).map(({ bot }) => bot);
  const byId = new Map(known.map((bot) => [bot.id, bot]));
  refuseForeignList(all, byId);
  const asked = bots === undefined ? all : namedBots(bots, all);
  const decisions = new Map<string | null, BotDecision>(
    (await readDecisions(sides.target)).map((one) => [one.bot, one]),
  );
  using task = context.progress.begin("comparing");
  const titles = new Map<string | null, string>(known.map(({ id, title }) => [id, title]));
  const held = new Map((await botIds(sides.target)).map((one) => [one.bot, idsKey(one)]));
  // Any bot of the target may hold a row that another one lacks.
  const looked = new Set<string | null>(asked);
  const others = [...held.keys()].filter((bot) => !looked.has(bot));
  const differences = await findDifferences(sides, asked, { columns, maxDifferences: 0, titles, others }, task);
  const { missing, changed, extra, moved } = differences.rows;
  task.end(`${missing} rows missing, ${changed} changed, ${extra} extra, ${moved} of another bot`);
  const judged = differences.bots.map((bot) => {
    const its = bot.bot === null ? undefined : byId.get(bot.bot);
    const judgement = judgeRepair(bot, {
      decision: decisions.get(bot.bot)?.decision,
      known: bot.bot === null || its !== undefined,
      hasKnowledge: its === undefined || hasKnowledge(its),
    });
    return { bot, judgement };
  });
  return {
    repair: judged.flatMap(({ bot, judgement }) => (judgement.verdict === "repair" ? [bot] : [])),
    refused: judged.flatMap(({ bot, judgement }) =>
      judgement.verdict === "refuse" ? [{ ...bot, why: judgement.why }] : [],
    ),
    left: judged.flatMap(({ bot, judgement }) =>
      judgement.verdict === "leave" ? [{ ...bot, why: judgement.why }] : [],
    ),
    columns: compared,
    held,
    orphaned: asked.filter((bot) => bot !== null).filter((bot) => held.has(bot) && !byId.has(bot)),
  };
}

/** The target's columns, where the source has the very same: else a row could not be copied whole. */
function sameColumns(columns: Parameters<typeof commonColumns>[0]): readonly ComparedColumn[] {
  const { uncompared } = commonColumns(columns);
  const types = new Map(columns.source.compared.map(({ name, type }) => [name, type]));
  const others = columns.target.compared.filter(({ name, type }) => types.has(name) && types.get(name) !== type);
  const named = [
    ...uncompared.map(({ column, why }) => `column ${column} is ${why}`),
    ...others.map(({ name }) => `column ${name} has another type`),
  ];
  if (named.length === 0 && columns.target.compared.length > 0) return columns.target.compared;
  throw new ExpectedError(
    `The table items is not the same on both clusters: ${named.join("; ") || "it is not there"}.`,
    "Nothing was changed. Give the new cluster's table the columns of the temporary cluster's, then run repair again.",
  );
}

/** A list of bots that is not this deployment's would let every bot count as deleted. */
function refuseForeignList(bots: readonly (string | null)[], known: ReadonlyMap<string, Bot>): void {
  const named = bots.filter((bot) => bot !== null);
  if (named.length === 0 || named.some((bot) => known.has(bot))) return;
  throw new ExpectedError(
    `DynamoDB knows none of the ${named.length} bots of the temporary cluster (it lists ${known.size} bots).`,
    "Nothing was changed. Is the stack's table of bots what it was? Then run repair again.",
  );
}

function namedBots(bots: readonly string[], all: readonly (string | null)[]): string[] {
  const there = new Set(all);
  const unknown = bots.filter((bot) => !there.has(bot));
  if (unknown.length === 0) return [...bots];
  throw new UsageError(
    `The temporary cluster has no rows of bot ${unknown.join(", ")}.`,
    "--bot takes the id of a bot as verify-counts lists it.",
  );
}
