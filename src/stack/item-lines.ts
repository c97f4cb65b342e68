import { id } from "../database/identifiers.ts";
import type { SqlTransaction } from "../database/session.ts";
import { items } from "./items-table.ts";

/** A row of `items` as it travels between two databases: one JSON object, each column as PostgreSQL writes it as text, or null. */
export interface ItemLine {
  readonly id: string;
  readonly line: string;
}

/** Characters in a piece of a line: a row of an answer of the Data API has 64 KB at most, and a character up to 4 bytes. */
const charactersInPiece = 16_000;
/** Bytes of pieces in an answer: below 1 MiB even where JSON has to write each as two. */
const bytesInPage = 400_000;
/** Rows that are asked for at once: each page looks at all of them that are not there yet. */
const rowsAtOnce = 100;

/** Rows by their ids, in the order of these; those that are not there are left out. However long a row is, it comes, piece by piece. */
export async function* itemLines(
  session: SqlTransaction,
  columns: readonly string[],
  ids: readonly string[],
): AsyncGenerator<ItemLine> {
  for (let at = 0; at < ids.length; at += rowsAtOnce) yield* linesOf(session, columns, ids.slice(at, at + rowsAtOnce));
}

interface Piece {
  readonly n: number;
  readonly piece: number;
  readonly text: string;
  /** The line's last piece, and how many pieces of all lines were left. */
  readonly last: number;
  readonly left: number;
}

async function* linesOf(
  session: SqlTransaction,
  columns: readonly string[],
  ids: readonly string[],
): AsyncGenerator<ItemLine> {
  // By an offset, so that each line is made once.
  const asText = columns.map((name) => `item.${id(name)}::text as ${id(name)}`).join(", ");
  let [line, n, piece] = ["", 0, -1];
  for (;;) {
    const page = await session.query<Piece>(
      `select * from (
         select n::float8 as "n", piece::float8 as "piece", "text", "last"::float8 as "last",
                count(*) over ()::float8 as "left", row_number() over (order by n, piece) as place,
                sum(octet_length("text")) over (order by n, piece) as bytes
           from (select n, piece, (char_length(line) - 1) / ${charactersInPiece} as "last",
                        substr(line, piece * ${charactersInPiece} + 1, ${charactersInPiece}) as "text"
                   from (select given.n, row_to_json(one)::text as line
                           from json_array_elements_text($1::text::json) with ordinality as given(id, n)
                           join ${items} item on item.id = given.id::bpchar
                          cross join lateral (select ${asText}) as one
                          where given.n >= $2::int offset 0) as lines
                  cross join lateral generate_series(0, (char_length(line) - 1) / ${charactersInPiece}) as piece) as pieces
          where n > $2::int or piece > $3::int) as page
        where place = 1 or bytes <= ${bytesInPage} order by "n", "piece"`,
      [JSON.stringify(ids), n, piece],
    );
    for (const one of page) {
      line += one.text;
      [n, piece] = [one.n, one.piece];
      if (one.piece < one.last) continue;
      yield { id: ids[one.n - 1] ?? "", line };
      line = "";
    }
    if (page.length === (page[0]?.left ?? 0)) return;
  }
}
