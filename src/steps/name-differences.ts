import type { Context } from "../context.ts";
import { tableColumns } from "../database/canonical-row.ts";
import type { Database } from "../database/session.ts";
import { withSession } from "../database/with-session.ts";
import { itemsTable } from "../stack/items-table.ts";
import type { Differences } from "../verify/differences.ts";
import { type FindOptions, findDifferences } from "../verify/differing-rows.ts";

/** Names the rows of bots that differ, each side in one snapshot. */
export async function nameDifferences(
  databases: { readonly source: Database; readonly target: Database },
  bots: readonly { readonly bot: string | null; readonly title: string | null }[],
  maxDifferences: number,
  context: Context,
): Promise<Differences> {
  using task = context.progress.begin("differing rows");
  const titles: FindOptions["titles"] = new Map(
    bots.flatMap(({ bot, title }) => (title === null ? [] : [[bot, title]])),
  );
  const options = { isolation: "repeatable read", readOnly: true, settings: { row_security: "off" } } as const;
  const differences = await withSession(databases.source, context, (here) =>
    withSession(databases.target, context, (there) =>
      here.transaction(options, (source) =>
        there.transaction(options, async (target) => {
          const columns = {
            source: await tableColumns(source, itemsTable),
            target: await tableColumns(target, itemsTable),
          };
          const ids = bots.map(({ bot }) => bot);
          return findDifferences({ source, target }, ids, { columns, maxDifferences, titles }, task);
        }),
      ),
    ),
  );
  const { missing, extra, changed, moved } = differences.rows;
  task.end(`${missing} missing, ${extra} extra, ${changed} changed, ${moved} moved to another bot`);
  return differences;
}
