import type { ListedRow } from "../../src/verify/differences.ts";
import type { Row, VerifiedTarget } from "./verified-target.ts";

/** What is done to rows of a verified target. */
export interface RowMutation {
  readonly what: string;
  readonly statements: readonly string[];
  /** What is to be said of it: nothing else. */
  readonly listed: readonly NamedRow[];
  /** Where another program, as it is by default, sees nothing, and why. */
  readonly unseenAsText?: string;
}

type Kind = ListedRow["kind"];
export interface NamedRow {
  readonly kind: Kind;
  readonly id: string;
  readonly bot: string | null;
  readonly to?: string | null;
  readonly columns?: readonly object[];
}

/** Each way in which rows can be wrong while all looks well. */
export function rowMutations({
  rows,
  bots,
  prepared,
}: Pick<VerifiedTarget, "rows" | "bots" | "prepared">): RowMutation[] {
  const of = (bot: number) => rows.filter((row) => row.bot === bots[bot]?.id && isFull(row) && row !== prepared);
  const [first, second, third] = of(0);
  const [other] = of(1);
  if (!first || !second || !third || !other) throw new Error("too few rows");
  const withoutContent = rows.find(({ content }) => content === null);
  const nobodys = rows.find(({ bot }) => bot === null);
  if (!withoutContent || !nobodys) throw new Error("no such rows");
  const empty = bots.at(-1)?.id;
  const changed = ({ id, bot }: Row, ...columns: object[]): NamedRow => ({ kind: "changed", id, bot, columns });
  const element = (found: object) => changed(prepared, { column: "embedding", elements: 1, first: found });
  const set = (what: string, { id }: Row = prepared) => [`update items set ${what} where id = '${id}'`];
  const fresh = "01FRESH0000000000000000000";
  const younger = "01ZNEW00000000000000000000";
  const insert = `insert into items values ('${fresh}', '${first.bot}', 'x', 'y', null)`;
  const swaps = (["content", "source", "embedding"] as const).flatMap((column) =>
    (
      [
        ["of one bot", second],
        ["of two bots", other],
      ] as const
    ).map(([whose, partner]): RowMutation => {
      const swapped = (row: Row, swappedWith: string) => changed(row, { column, swappedWith });
      return {
        what: `${column} swapped between two rows ${whose}`,
        statements: [swap(column, first, partner)],
        listed: [swapped(first, partner.id), swapped(partner, first.id)],
      };
    }),
  );
  return [
    {
      what: "one bit of one float",
      statements: set("embedding = '[0,1.0000001,-2,3,0.5,0.25,-0.125,8]'"),
      listed: [
        element({
          element: 2,
          source: { value: "1", bits: "3f800000" },
          target: { value: "1.0000001", bits: "3f800001" },
          ulps: 1,
        }),
      ],
    },
    {
      what: "-0.0 against 0.0",
      statements: set("embedding = '[-0.0,1,-2,3,0.5,0.25,-0.125,8]'"),
      listed: [element({ element: 1, source: { bits: "00000000" }, target: { bits: "80000000" }, ulps: 0 })],
    },
    {
      what: "NULL against an empty text",
      statements: set("source = null"),
      listed: [changed(prepared, { column: "source", looks: "NULL against empty", target: null })],
    },
    {
      what: "an empty text against NULL",
      statements: set("content = ''", withoutContent),
      listed: [changed(withoutContent, { column: "content", looks: "NULL against empty", source: null })],
    },
    {
      what: "the word NULL against NULL",
      statements: set("content = 'NULL'", withoutContent),
      listed: [changed(withoutContent, { column: "content", looks: "NULL against text", source: null })],
      unseenAsText: "it writes NULL as that word",
    },
    {
      what: "the end of a column at the beginning of the next one",
      statements: set("content = 'x', source = 'NULL|y'", nobodys),
      listed: [changed(nobodys, { column: "content", looks: "truncated" }, { column: "source" })],
      unseenAsText: "it joins columns, of which the one between these is NULL, by a character that they may hold",
    },
    {
      what: "a trailing blank",
      statements: set("content = content || ' '"),
      listed: [changed(prepared, { column: "content", looks: "trailing blanks" })],
    },
    ...swaps,
    {
      what: "two rows with each other's ids",
      statements: (["content", "source", "embedding"] as const).map((column) => swap(column, first, second)),
      listed: [first, second].map((row) =>
        changed(row, { column: "content" }, { column: "embedding" }, { column: "source" }),
      ),
    },
    {
      what: "a row of another bot",
      statements: set(`botid = '${other.bot}'`, first),
      listed: [{ kind: "moved", id: first.id, bot: first.bot, to: other.bot, columns: [] }],
    },
    {
      what: "a row of a bot that has none",
      statements: set(`botid = '${empty}'`, first),
      listed: [{ kind: "moved", id: first.id, bot: first.bot, to: empty ?? null, columns: [] }],
    },
    {
      what: "the only row of no bot, of a bot that has none",
      statements: set(`botid = '${empty}'`, nobodys),
      listed: [{ kind: "moved", id: nobodys.id, bot: null, to: empty ?? null, columns: [] }],
    },
    {
      what: "a row of no bot any more",
      statements: set("botid = null", first),
      listed: [{ kind: "moved", id: first.id, bot: first.bot, to: null, columns: [] }],
    },
    {
      what: "one row missing",
      statements: [`delete from items where id = '${third.id}'`],
      listed: [{ kind: "missing", id: third.id, bot: third.bot }],
    },
    { what: "one row too many", statements: [insert], listed: [{ kind: "extra", id: fresh, bot: first.bot }] },
    {
      what: "one row missing, another too many",
      statements: [`delete from items where id = '${third.id}'`, insert],
      listed: [
        { kind: "missing", id: third.id, bot: third.bot },
        { kind: "extra", id: fresh, bot: first.bot },
      ],
    },
    {
      what: "a younger row instead of the only one of no bot, which nobody syncs",
      statements: set(`id = '${younger}'`, nobodys),
      listed: [
        { kind: "missing", id: nobodys.id, bot: null },
        { kind: "extra", id: younger, bot: null },
      ],
    },
    {
      what: "a content that lacks its last byte",
      statements: set("content = left(content, -1)"),
      listed: [
        changed(prepared, {
          column: "content",
          looks: "truncated",
          source: { characters: 14, bytes: 17 },
          target: { characters: 13, bytes: 16 },
        }),
      ],
    },
    {
      what: "another Unicode normalisation",
      statements: set("content = normalize(content, NFD)"),
      listed: [changed(prepared, { column: "content", looks: "Unicode normalisation" })],
    },
  ];
}

function isFull({ content, source, embedding }: Row): boolean {
  return (content ?? "") !== "" && source !== null && embedding !== null;
}

function swap(column: string, a: Row, b: Row): string {
  return `update items set ${column} = other.${column} from items other
           where (items.id, other.id) in (('${a.id}', '${b.id}'), ('${b.id}', '${a.id}'))`;
}
