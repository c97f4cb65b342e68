import { expect, test } from "vitest";
import { judgeSchema, type SchemaQuestion } from "../../src/verify/judge-schema.ts";
import { schemaCheckSchema } from "../../src/verify/schema-check.ts";
import type { ApplicationPrivileges, SchemaFacts } from "../../src/verify/schema-facts.ts";

const ivfflat = (lists: number, name = "idx_items_embedding") =>
  `CREATE INDEX ${name} ON public.items USING ivfflat (embedding vector_l2_ops) WITH (lists='${lists}')`;
const column = (name: string, type: string, nullable = true, optional = nullable) => ({
  name,
  type,
  nullable,
  optional,
});
const columns = [
  column("id", "character(26)", false),
  column('so "urce"', "text"),
  column("embedding", "vector(1024)"),
];
const key = { index: "items_pkey", definition: "CREATE UNIQUE INDEX items_pkey ON public.items USING btree (id)" };
const botid = {
  index: "idx_items_botid",
  definition: "CREATE INDEX idx_items_botid ON public.items USING btree (botid)",
};
const extension = (version: string, offered: string | null = version, schema = "public") => [
  { name: "vector", version, schema, offered },
];
const index = (one: { index: string; definition: string }, usable = true, primary = false) => ({
  ...one,
  usable,
  primary,
});
const vectorIndex = (lists = 100, name = "idx_items_embedding") =>
  index({ index: name, definition: ivfflat(lists, name) });
const indexes = [index(botid), vectorIndex(), index(key, true, true)];
const facts: SchemaFacts = { table: { columns, primaryKey: ["id"] }, indexes, extensions: extension("0.8.0") };
const privileges: ApplicationPrivileges = {
  user: "post gres",
  owner: "root",
  owns: true,
  select: true,
  insert: true,
  delete: true,
  closedSchemas: [],
};

/** The source as it is after a load: without its vector index. */
const question: SchemaQuestion = {
  source: { ...facts, indexes: indexes.filter((one) => one.index !== "idx_items_embedding") },
  target: facts,
  privileges,
  stored: [{ index: "idx_items_embedding", definition: ivfflat(100) }],
  noted: [ivfflat(77)],
  tuned: new Map(),
};

function judged(more: Partial<SchemaQuestion>): readonly [string, readonly string[]] {
  const { outcome, findings } = schemaCheckSchema.parse(judgeSchema({ ...question, ...more }));
  const told = findings.filter(({ verdict }) => verdict !== "same");
  return [
    outcome,
    told.map((one) => `${one.kind} ${one.subject} ${one.verdict}${one.remedy === null ? "" : `: ${one.remedy}`}`),
  ];
}

const target = (more: Partial<SchemaFacts>): Partial<SchemaQuestion> => ({ target: { ...facts, ...more } });
const shaped = (all: typeof columns, primaryKey = ["id"]) => target({ table: { columns: all, primaryKey } });
const without = (name: string) => indexes.filter((one) => one.index !== name);

test("two like sides are as expected, and everything that was compared is named", () => {
  expect(judged({})).toEqual(["ok", []]);
  const subjects = judgeSchema(question).findings.map(({ kind, subject }) => `${kind} ${subject}`);
  expect(subjects).toEqual([
    "column id",
    'column so "urce"',
    "column embedding",
    'primary key "public"."items"',
    "extension vector",
    ...["select", "insert", "delete"].map((one) => `privilege post gres: ${one} on "public"."items"`),
    'privilege post gres: ownership of "public"."items"',
    "index idx_items_botid",
    "index items_pkey",
    "index idx_items_embedding",
  ]);
});

test.each<[string, Partial<SchemaQuestion>, string]>([
  ["no table", { target: { indexes: [], extensions: facts.extensions } }, 'table "public"."items" missing: The stack'],
  [
    "a column missing",
    shaped([columns[0]!, columns[2]!]),
    'column so "urce" missing: ALTER TABLE "public"."items" ADD COLUMN "so ""urce""" text;',
  ],
  [
    "another type",
    shaped([columns[0]!, column('so "urce"', "character varying(9)"), columns[2]!]),
    'column so "urce" different: ALTER TABLE "public"."items" ALTER COLUMN "so ""urce""" TYPE text;',
  ],
  [
    "other dimensions",
    shaped([...columns.slice(0, 2), column("embedding", "vector(512)")]),
    "column embedding different: Embeddings of another kind",
  ],
  [
    "a column that no insert of the application's fills",
    shaped([...columns, column("n", "integer", false, false)]),
    'column n extra: ALTER TABLE "public"."items" ALTER COLUMN "n" DROP NOT NULL;',
  ],
  [
    "a type off the search path",
    shaped([...columns.slice(0, 2), column("embedding", '"Ext".vector(1024)')]),
    'column embedding different: ALTER ROLE "post gres" SET search_path = "$user", public, "Ext";',
  ],
  [
    "no primary key",
    { ...target({ table: { columns, primaryKey: [] }, indexes: without("items_pkey") }) },
    'primary key "public"."items" missing: ALTER TABLE "public"."items" ADD PRIMARY KEY ("id");',
  ],
  ["another primary key", shaped(columns, ["id", "botid"]), 'primary key "public"."items" different: Drop the one'],
  ["no extension", target({ extensions: [] }), 'extension vector missing: CREATE EXTENSION "vector" SCHEMA "public";'],
  [
    "an older extension, and a newer one on offer",
    target({ extensions: extension("0.7.9", "0.8.0") }),
    'extension vector older: ALTER EXTENSION "vector" UPDATE;',
  ],
  [
    "an older extension, and no other on offer",
    target({ extensions: extension("0.7.9") }),
    "extension vector older: The new cluster's engine offers 0.7.9 at most",
  ],
  [
    "no vector index",
    target({ indexes: without("idx_items_embedding") }),
    `index idx_items_embedding missing: ${ivfflat(100)};`,
  ],
  [
    "no other index",
    target({ indexes: without("idx_items_botid") }),
    `index idx_items_botid missing: ${botid.definition};`,
  ],
  [
    "an invalid index",
    target({ indexes: [...without("idx_items_botid"), index(botid, false)] }),
    'index idx_items_botid invalid: REINDEX INDEX CONCURRENTLY "public"."idx_items_botid";',
  ],
  [
    "another index",
    target({ indexes: [...without("idx_items_embedding"), vectorIndex(10)] }),
    `index idx_items_embedding different: BEGIN; DROP INDEX "public"."idx_items_embedding"; ${ivfflat(100)}; COMMIT;`,
  ],
  [
    "a number of lists other than the one that was chosen",
    {
      ...target({ indexes: [...without("idx_items_embedding"), vectorIndex(11)] }),
      tuned: new Map([["idx_items_embedding", ivfflat(10)]]),
    },
    "index idx_items_embedding different: BEGIN;",
  ],
  [
    "another operator class than was chosen",
    {
      ...target({
        indexes: [
          ...without("idx_items_embedding"),
          index({ index: "idx_items_embedding", definition: ivfflat(10).replace("l2", "cosine") }),
        ],
      }),
      tuned: new Map([["idx_items_embedding", ivfflat(10)]]),
    },
    "index idx_items_embedding different: BEGIN;",
  ],
  ...(["select", "insert", "delete"] as const).map((one): [string, Partial<SchemaQuestion>, string] => [
    `no ${one}`,
    { privileges: { ...privileges, [one]: false } },
    `privilege post gres: ${one} on "public"."items" missing: GRANT ${one.toUpperCase()} ON "public"."items" TO "post gres";`,
  ]),
  [
    "not the owner",
    { privileges: { ...privileges, owns: false } },
    'privilege post gres: ownership of "public"."items" missing: ALTER TABLE "public"."items" OWNER TO "post gres";',
  ],
  [
    "a closed schema",
    { privileges: { ...privileges, closedSchemas: ["Ext"] } },
    'privilege post gres: usage on schema Ext missing: GRANT USAGE ON SCHEMA "Ext" TO "post gres";',
  ],
])("wrong: %s", (_, more, told) => {
  const [outcome, all] = judged(more);
  expect([outcome, all.length]).toEqual(["wrong", 1]);
  expect(all[0]).toContain(told);
});

test.each<[string, Partial<SchemaQuestion>, readonly string[]]>([
  ["a newer extension", target({ extensions: extension("0.10.0") }), ["extension vector newer"]],
  ["an extension elsewhere", target({ extensions: extension("0.8.0", null, "ext") }), ["extension vector different"]],
  ["a column more", shaped([...columns, column("added", "text")]), ["column added extra"]],
  [
    "another nullability",
    shaped([columns[0]!, column('so "urce"', "text", false), columns[2]!]),
    ['column so "urce" different: ALTER TABLE "public"."items" ALTER COLUMN "so ""urce""" DROP NOT NULL;'],
  ],
  [
    "the lists that the index policy chose",
    {
      ...target({ indexes: [...without("idx_items_embedding"), vectorIndex(10)] }),
      tuned: new Map([["idx_items_embedding", ivfflat(10).replace("lists='10'", "lists = 10")]]),
    },
    ["index idx_items_embedding tuned"],
  ],
  [
    "an index of another name",
    target({ indexes: [...without("idx_items_embedding"), vectorIndex(100, '"neu ""x"""')] }),
    [],
  ],
  ["an index more", target({ indexes: [...indexes, vectorIndex(5, "mine")] }), ["index mine extra"]],
  [
    "what a concurrent build has left",
    target({ indexes: [...indexes, { ...vectorIndex(5, "mine"), usable: false }] }),
    ['index mine invalid: DROP INDEX "public"."mine";'],
  ],
])("said, and no fault: %s", (_, more, told) => {
  expect(judged(more)).toEqual(["ok", told]);
});

test("what was noted of the source's vector index is expected where nothing tells what the target had", () => {
  const quoted = 'CREATE INDEX "na ""me"" ON " ON public.items USING hnsw (embedding vector_l2_ops)';
  const [outcome, told] = judged({ stored: [], noted: [quoted] });
  expect([outcome, told]).toEqual([
    "wrong",
    [`index na "me" ON  missing: ${quoted};`, "index idx_items_embedding extra"],
  ]);
  expect(judged({ stored: [], noted: [], source: facts })).toEqual(["ok", []]);
});

test("what cannot be compared is not taken for the same", () => {
  const unknown = { source: undefined, stored: [], noted: [] };
  expect(judged(unknown)).toEqual(["unknown", ['table "public"."items" unknown', "index indexes unknown"]]);
  expect(judged({ ...unknown, privileges: { ...privileges, insert: false } })[0]).toBe("wrong");
  expect(judged(target({ extensions: extension("0.8.0-dev") }))).toEqual(["unknown", ["extension vector unknown"]]);
});
