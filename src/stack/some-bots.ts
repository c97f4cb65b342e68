/** Rows of several bots, as a condition of a statement: its value is `$1`. */
export interface OfBots {
  readonly condition: string;
  readonly value: string | null;
}

/** The condition that takes the rows of these bots, in a way that an index on botid serves. Null, which is a bot too, stands alone. */
export function ofBots(bots: readonly (string | null)[]): OfBots {
  if (!bots.includes(null))
    return {
      condition: "botid in (select given::bpchar from json_array_elements_text($1::text::json) as given)",
      value: JSON.stringify(bots),
    };
  if (bots.length > 1) throw new Error("rows of no bot are asked for beside those of bots");
  return { condition: "($1::text is null and botid is null)", value: null };
}

/** Bots in groups of so many rows in all, and of so many bots: one alone where it has more; null always alone. */
export function groupsOf<Bot extends { readonly bot: string | null }>(
  bots: readonly Bot[],
  rowsOf: (bot: Bot) => number,
  most: { readonly rows: number; readonly bots: number },
): Bot[][] {
  const groups: Bot[][] = [];
  let rows = Infinity;
  for (const bot of bots) {
    const last = groups.at(-1);
    const fits = rows + rowsOf(bot) <= most.rows && (last?.length ?? 0) < most.bots;
    if (last !== undefined && fits && bot.bot !== null && last[0]?.bot !== null) {
      last.push(bot);
      rows += rowsOf(bot);
    } else {
      groups.push([bot]);
      rows = rowsOf(bot);
    }
  }
  return groups;
}
