import type { Context } from "../context.ts";
import { tableColumns } from "../database/canonical-row.ts";
import type { Database } from "../database/session.ts";
import { withSession } from "../database/with-session.ts";
import { itemsTable } from "../stack/items-table.ts";
import { type ComparedBot, differingBots } from "../verify/compare-sides.ts";
import type { Differences } from "../verify/differences.ts";
import { type FindOptions, findDifferences } from "../verify/differing-rows.ts";

/** Names the rows of the bots that differ among these, each side in one snapshot. */
export async function nameDifferences(
  databases: { readonly source: Database; readonly target: Database },
  bots: readonly ComparedBot[],
  maxDifferences: number,
  context: Context,
): Promise<Differences> {
  const differing = differingBots(bots);
  const changedRightly = bots.filter((one) => one.target > 0 && one.verdict !== "equal" && !differing.includes(one));
  const idsOf = (some: readonly ComparedBot[]) => some.map(({ bot }) => bot);
  using task = context.progress.begin("differing rows");
  const titles: FindOptions["titles"] = new Map(
    bots.flatMap(({ bot, title }) => (title === null ? [] : [[bot, title]])),
  );
  const snapshot = { isolation: "repeatable read", readOnly: true, settings: { row_security: "off" } } as const;
  const differences = await withSession(databases.source, context, (here) =>
    withSession(databases.target, context, (there) =>
      here.transaction(snapshot, (source) =>
        there.transaction(snapshot, async (target) => {
          const columns = {
            source: await tableColumns(source, itemsTable),
            target: await tableColumns(target, itemsTable),
          };
          const options = { columns, maxDifferences, titles, others: idsOf(changedRightly) };
          return findDifferences({ source, target }, idsOf(differing), options, task);
        }),
      ),
    ),
  );
  const { missing, extra, changed, moved } = differences.rows;
  task.end(`${missing} missing, ${extra} extra, ${changed} changed, ${moved} moved to another bot`);
  return differences;
}
