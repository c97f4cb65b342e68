import type { Context } from "../context.ts";
import { lockTimeout, underLock } from "../database/build-index.ts";
import type { ComparedColumn } from "../database/canonical-row.ts";
import type { SqlSession, SqlTransaction } from "../database/session.ts";
import { ExpectedError } from "../errors.ts";
import type { Task } from "../progress.ts";
import { forgetIncomplete } from "../stack/bot-decisions.ts";
import { heldIds } from "../stack/held-rows.ts";
import { itemLines } from "../stack/item-lines.ts";
import { items } from "../stack/items-table.ts";
import { emptyStaged, stageRows, unstageBots, writeStaged, type Written } from "../stack/repair-rows.ts";
import { type Both, type BotRows, type FoundRows, walkDifferences } from "../verify/walk-differences.ts";

/** Rows that travel together: so many, or so many characters. A request of the Data API has 4 MiB. */
const rowsAtOnce = 200;
const charactersAtOnce = 500_000;

export interface Copied {
  readonly written: readonly Written[];
  /** Bots that are not as they were when the repair began: nothing of them was written. */
  readonly meanwhile: readonly (string | null)[];
}

export interface CopyRules {
  readonly columns: readonly ComparedColumn[];
  /** The ids that each bot held when the operator was asked: one that holds others now was synced meanwhile, with whatever result. */
  readonly held: ReadonlyMap<string | null, string>;
  /** Throws where the run does not hold the target any more; asked under the lock. */
  readonly stillHolds: (transaction: SqlTransaction) => Promise<void>;
}

/**
 * Copies the missing and changed rows of a group of bots from the source. They are staged in the run's record first, and proven there to be the
 * source's by their hashes; one transaction then moves them in, which keeps writers waiting no longer than that. A bot that its user has
 * synced meanwhile is left out.
 */
export async function copyRows(
  sides: Both<SqlSession>,
  bots: readonly BotRows[],
  { columns, held, stillHolds }: CopyRules,
  task: Task,
  context: Context,
): Promise<Copied> {
  const { source, target } = sides;
  const group = bots.map(({ bot }) => bot);
  const wanted = await heldIds(source, group);
  const foreign = new Set<string | null>();
  await emptyStaged(target);
  const stage = async (found: FoundRows) => {
    context.signal.throwIfAborted();
    if (found.extra.length > 0) foreign.add(found.bot);
    else await stageFound(sides, columns, found);
  };
  await walkDifferences(sides, bots, columns, stage, task);
  return underLock("Repairing bots", task, context, () =>
    target.transaction({ settings: { lock_timeout: lockTimeout } }, async (transaction) => {
      await transaction.query(`lock table ${items} in share row exclusive mode`);
      await stillHolds(transaction);
      const now = await heldIds(transaction, group);
      const meanwhile = group.filter((bot) => foreign.has(bot) || now.get(bot) !== held.get(bot));
      await unstageBots(transaction, meanwhile);
      const { written, wrong } = await writeStaged(transaction, columns);
      const after = await heldIds(transaction, group);
      const whole = group.filter((bot) => !meanwhile.includes(bot));
      if (wrong > 0 || whole.some((bot) => after.get(bot) !== wanted.get(bot))) throw notAsOnSource(wrong);
      await forgetIncomplete(transaction, whole);
      return { written, meanwhile };
    }),
  );
}

async function stageFound(
  { source, target }: Both<SqlSession>,
  columns: readonly ComparedColumn[],
  { missing, changed, hashes }: FoundRows,
): Promise<void> {
  const names = columns.map(({ name }) => name);
  let lines: string[] = [];
  let characters = 0;
  const flush = async () => {
    if (lines.length > 0) await stageProven(target, columns, lines, hashes);
    [lines, characters] = [[], 0];
  };
  for await (const { line } of itemLines(source, names, [...missing, ...changed])) {
    if (lines.length >= rowsAtOnce || (characters > 0 && characters + line.length > charactersAtOnce)) await flush();
    lines.push(line);
    characters += line.length;
  }
  await flush();
}

async function stageProven(
  target: SqlTransaction,
  columns: readonly ComparedColumn[],
  lines: readonly string[],
  hashes: ReadonlyMap<string, string>,
): Promise<void> {
  const staged = await stageRows(target, columns, lines);
  const wrong = [...staged].filter(([id, hash]) => hashes.get(id) !== hash).length;
  if (wrong > 0) throw notAsOnSource(wrong);
}

function notAsOnSource(rows: number): ExpectedError {
  return new ExpectedError(
    `${rows > 0 ? `${rows} copied rows` : "Bots that were copied"} are not as they are on the temporary cluster.`,
    "Nothing of them was written. Does anything else write to the temporary cluster? Then run repair again.",
  );
}
