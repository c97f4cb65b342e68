import type { ComparedColumn } from "../database/canonical-row.ts";
import { recordSchema } from "../database/catalog.ts";
import { id } from "../database/identifiers.ts";
import { rowHash } from "../database/row-hash.ts";
import type { SqlTransaction } from "../database/session.ts";
import { items } from "./items-table.ts";
import { noteLoadedAmong } from "./loaded-rows.ts";
import { ofBots } from "./some-bots.ts";

/** Rows of the source on their way into `items`, and the rows of `items` that such have taken the place of: in the run's record on the target. */
const staged = id(recordSchema, "repair_item");
const replaced = id(recordSchema, "replaced_item");
/** Rows that are written in one statement: the vector index makes it slow. */
const rowsAtOnce = 1_000;

/** Makes both tables; what an interrupted repair has staged goes. */
export async function createRepairTables(session: SqlTransaction): Promise<void> {
  await session.query(`drop table if exists ${staged}`);
  await session.query(`create table ${staged} (like ${items}, primary key (id))`);
  await session.query(`create table if not exists ${replaced} (like ${items})`);
}

export async function dropStaged(session: SqlTransaction): Promise<void> {
  await session.query(`drop table if exists ${staged}`);
}

export async function emptyStaged(session: SqlTransaction): Promise<void> {
  await session.query(`truncate table ${staged}`);
}

/**
 * Stages rows, each as `itemLines` gives it. Gives those that are now the rows with these hashes: a value that a text or a cast had changed
 * would not be among them.
 */
export async function stageRows(
  session: SqlTransaction,
  columns: readonly ComparedColumn[],
  lines: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const names = columns.map(({ name }) => id(name));
  const given = names.map((name) => `${name} text`).join(", ");
  const values = columns.map(({ name, type }) => `given.${id(name)}::${type}`).join(", ");
  const rows = await session.query<{ id: string; hash: string }>(
    `insert into ${staged} (${names.join(", ")})
     select ${values} from json_to_recordset($1::text::json) as given(${given})
     returning id::text as "id", ${rowHash(columns)}::text as "hash"`,
    [`[${lines.join(",")}]`],
  );
  return new Map(rows.map((row) => [row.id, row.hash]));
}

/** Takes bots' rows out of what is staged. */
export async function unstageBots(session: SqlTransaction, bots: readonly (string | null)[]): Promise<void> {
  for (const some of [bots.filter((bot) => bot !== null), bots.filter((bot) => bot === null)]) {
    const { condition, value } = ofBots(some);
    if (some.length > 0) await session.query(`delete from ${staged} where ${condition}`, [value]);
  }
}

export interface Written {
  readonly bot: string | null;
  readonly inserted: number;
  readonly changed: number;
}

/**
 * Writes what is staged into `items`: rows that are not there are inserted, the others changed in all columns, and what these were is kept in
 * the record. All count as loaded rows, which `undo` removes. Gives how many of each bot, and how many of them are not as they were staged,
 * which must be none.
 */
export async function writeStaged(
  session: SqlTransaction,
  columns: readonly ComparedColumn[],
): Promise<{ readonly written: readonly Written[]; readonly wrong: number }> {
  const written = await session.query<Written>(
    `select botid::text as "bot", count(*) filter (where not there)::float8 as "inserted",
            count(*) filter (where there)::float8 as "changed"
       from (select botid, exists (select from ${items} item where item.id = one.id) as there from ${staged} as one) as one
      group by botid`,
  );
  let wrong = 0;
  for (let last = ""; ;) {
    const [portion] = await session.query<{ upto: string | null }>(
      `select max(id)::text as "upto" from (select id from ${staged} where id > $1::text::bpchar order by id limit ${rowsAtOnce}) as one`,
      [last],
    );
    const upto = portion?.upto ?? null;
    if (upto === null) return { written, wrong };
    wrong += await writePortion(session, columns, [last, upto]);
    last = upto;
  }
}

async function writePortion(
  session: SqlTransaction,
  columns: readonly ComparedColumn[],
  range: readonly [after: string, upto: string],
): Promise<number> {
  const names = columns.map(({ name }) => id(name));
  const within = "id > $1::text::bpchar and id <= $2::text::bpchar";
  const those = `select * from ${staged} where ${within}`;
  await session.query(
    `insert into ${replaced} select * from ${items} where id in (select id from ${staged} where ${within})`,
    range,
  );
  await session.query(
    `update ${items} as item set ${names.map((name) => `${name} = one.${name}`).join(", ")}
       from (${those}) as one where item.id = one.id and item.botid is not distinct from one.botid`,
    range,
  );
  await session.query(
    `insert into ${items} (${names.join(", ")})
     select ${names.join(", ")} from (${those}) as one where not exists (select from ${items} item where item.id = one.id)`,
    range,
  );
  await noteLoadedAmong(session, `select id from ${staged} where ${within}`, range);
  const [counted] = await session.query<{ wrong: number }>(
    `select count(*)::float8 as "wrong"
       from (select id, ${rowHash(columns)} as hash from ${staged} where ${within}) as one
       left join (select id, ${rowHash(columns)} as hash from ${items}
                   where id in (select id from ${staged} where ${within})) as item using (id)
      where item.hash is distinct from one.hash`,
    range,
  );
  return counted?.wrong ?? 0;
}
