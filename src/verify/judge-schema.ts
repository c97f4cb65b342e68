import { compareVersions } from "../database/compare-versions.ts";
import { id } from "../database/identifiers.ts";
import { bareType, type Column, type TableShape } from "../database/migration-facts.ts";
import { items } from "../stack/items-table.ts";
import { judgeIndexes, type IndexQuestion } from "./judge-indexes.ts";
import { checkOf, type SchemaCheck, type SchemaFinding } from "./schema-check.ts";
import type { ApplicationPrivileges, SchemaFacts } from "./schema-facts.ts";

export interface SchemaQuestion extends Pick<IndexQuestion, "stored" | "noted" | "tuned"> {
  /** Undefined where it is not known: the temporary cluster is gone, and a baseline of an earlier version of this tool tells less. */
  readonly source: SchemaFacts | undefined;
  readonly target: SchemaFacts;
  /** Undefined where the table is not there. */
  readonly privileges: ApplicationPrivileges | undefined;
}

/**
 * Compares what is around the rows of `items`. Wrong are: a column or the primary key missing, another type or number of dimensions, an
 * extension missing or older, an index missing, invalid or another one, a privilege missing that the application needs. Said, and no fault:
 * what the target has besides, a newer extension, another nullability, a number of `lists` that the index policy has chosen. Pure.
 */
export function judgeSchema({ source, target, privileges, ...indexes }: SchemaQuestion): SchemaCheck {
  const table = { kind: "table", subject: items, remedy: null } as const;
  if (target.table === undefined)
    return checkOf([{ ...table, verdict: "missing", wrong: true, expected: "a table", found: null, remedy: noTable }]);
  const shape = source?.table;
  return checkOf([
    ...(shape === undefined
      ? [{ ...table, verdict: "unknown" as const, wrong: false, expected: null, found: "not known of the source" }]
      : [...judgeColumns(shape, target.table), judgePrimaryKey(shape, target.table)]),
    ...judgeVisibility(target.table, privileges),
    ...(source === undefined ? [] : judgeExtensions(source.extensions, target.extensions)),
    ...judgePrivileges(privileges),
    ...judgeIndexes({ ...indexes, source: source?.indexes, target: target.indexes }),
  ]);
}

const noTable =
  "The stack's custom resource makes it on the next deploy that replaces the cluster: is this the stack's database?";

function judgeColumns(source: TableShape, target: TableShape): SchemaFinding[] {
  const there = new Map(target.columns.map((column) => [column.name, column]));
  const known = new Set(source.columns.map(({ name }) => name));
  return [
    ...source.columns.map((column) => judgeColumn(column, there.get(column.name))),
    ...target.columns.filter(({ name }) => !known.has(name)).map(extraColumn),
  ];
}

function judgeColumn(from: Column, to: Column | undefined): SchemaFinding {
  const about = {
    kind: "column",
    subject: from.name,
    expected: spelled(from),
    found: to ? spelled(to) : null,
  } as const;
  const alter = `ALTER TABLE ${items} ALTER COLUMN ${id(from.name)}`;
  if (to === undefined) {
    const remedy = `ALTER TABLE ${items} ADD COLUMN ${id(from.name)} ${bareType(from.type)}; Its values come with another load.`;
    return { ...about, verdict: "missing", wrong: true, remedy };
  }
  if (bareType(from.type) !== bareType(to.type)) {
    const vector = /^(vector|halfvec|sparsevec|bit)\b/.test(bareType(from.type));
    const remedy = vector
      ? "Embeddings of another kind cannot be carried over: re-embed the bots on the new cluster."
      : `${alter} TYPE ${bareType(from.type)};`;
    return { ...about, verdict: "different", wrong: true, remedy };
  }
  if (from.nullable !== to.nullable)
    return {
      ...about,
      verdict: "different",
      wrong: false,
      remedy: `${alter} ${to.nullable ? "SET" : "DROP"} NOT NULL;`,
    };
  return { ...about, verdict: "same", wrong: false, remedy: null };
}

/** Upstream's embedding task names the columns that it inserts: one that it does not know must do without a value. */
function extraColumn(column: Column): SchemaFinding {
  const about = {
    kind: "column",
    subject: column.name,
    verdict: "extra",
    expected: null,
    found: spelled(column),
  } as const;
  if (column.optional) return { ...about, wrong: false, remedy: null };
  return { ...about, wrong: true, remedy: `ALTER TABLE ${items} ALTER COLUMN ${id(column.name)} DROP NOT NULL;` };
}

function spelled({ type, nullable }: Column): string {
  return `${bareType(type)}${nullable ? "" : " not null"}`;
}

function judgePrimaryKey(source: TableShape, target: TableShape): SchemaFinding {
  const [from, to] = [source, target].map(({ primaryKey }) => (primaryKey.length === 0 ? null : primaryKey.join(", ")));
  const about = { kind: "primary key", subject: items, expected: from ?? null, found: to ?? null } as const;
  if (from === to) return { ...about, verdict: "same", wrong: false, remedy: null };
  if (from === null) return { ...about, verdict: "extra", wrong: false, remedy: null };
  const add = `ALTER TABLE ${items} ADD PRIMARY KEY (${source.primaryKey.map((name) => id(name)).join(", ")});`;
  if (to === null) return { ...about, verdict: "missing", wrong: true, remedy: add };
  const remedy = `Drop the one that is there (\\d ${items} names its constraint), then: ${add}`;
  return { ...about, verdict: "different", wrong: true, remedy };
}

/** The application writes `embedding <-> $1` without a schema: PostgreSQL writes the type with one where the login's search path lacks it. */
function judgeVisibility(target: TableShape, privileges: ApplicationPrivileges | undefined): SchemaFinding[] {
  return target.columns
    .filter(({ type }) => bareType(type) !== type)
    .map(({ name, type }): SchemaFinding => {
      const schema = type.slice(0, type.length - bareType(type).length - 1);
      const remedy = `ALTER ROLE ${id(privileges?.user ?? "")} SET search_path = "$user", public, ${schema};`;
      const expected = `a type on the search path of ${privileges?.user ?? "the login"}`;
      return { kind: "column", subject: name, verdict: "different", wrong: true, expected, found: type, remedy };
    });
}

function judgeExtensions(source: SchemaFacts["extensions"], target: SchemaFacts["extensions"]): SchemaFinding[] {
  const there = new Map(target.map((one) => [one.name, one]));
  const known = new Set(source.map(({ name }) => name));
  return [
    ...source.map((one) => judgeExtension(one, there.get(one.name))),
    ...target
      .filter(({ name }) => !known.has(name))
      .map((one): SchemaFinding => ({ ...extension(one.name), verdict: "extra", found: placed(one) })),
  ];
}

type Extension = SchemaFacts["extensions"][number];

function judgeExtension(from: Extension, to: Extension | undefined): SchemaFinding {
  const about = { ...extension(from.name), expected: placed(from), found: to === undefined ? null : placed(to) };
  if (to === undefined) {
    const remedy = `CREATE EXTENSION ${id(from.name)} SCHEMA ${id(from.schema)};`;
    return { ...about, verdict: "missing", wrong: true, remedy };
  }
  const order = to.version === from.version ? 0 : compareVersions(to.version, from.version);
  if (Number.isNaN(order)) return { ...about, verdict: "unknown" };
  if (order < 0) return { ...about, verdict: "older", wrong: true, remedy: update(from, to) };
  if (from.schema !== to.schema) return { ...about, verdict: "different" };
  return { ...about, verdict: order > 0 ? "newer" : "same" };
}

function update(from: Extension, { offered }: Extension): string {
  const sql = `ALTER EXTENSION ${id(from.name)} UPDATE;`;
  if (offered !== null && compareVersions(offered, from.version) >= 0) return sql;
  return `The new cluster's engine offers ${offered ?? "no version"} at most: upgrade its minor version, then: ${sql}`;
}

function extension(name: string) {
  return { kind: "extension", subject: name, wrong: false, expected: null, remedy: null } as const;
}

function placed({ version, schema }: Extension): string {
  return `${version} in schema ${schema}`;
}

function judgePrivileges(privileges: ApplicationPrivileges | undefined): SchemaFinding[] {
  if (privileges === undefined)
    return [
      {
        kind: "privilege",
        subject: items,
        verdict: "unknown",
        wrong: false,
        expected: null,
        found: null,
        remedy: null,
      },
    ];
  const { user, owner, owns, closedSchemas } = privileges;
  const who = id(user);
  const judge = (subject: string, has: boolean, found: string | null, remedy: string): SchemaFinding => ({
    kind: "privilege",
    subject: `${user}: ${subject}`,
    verdict: has ? "same" : "missing",
    wrong: !has,
    expected: subject,
    found: has ? subject : found,
    remedy: has ? null : remedy,
  });
  return [
    ...(["select", "insert", "delete"] as const).map((one) =>
      judge(`${one} on ${items}`, privileges[one], null, `GRANT ${one.toUpperCase()} ON ${items} TO ${who};`),
    ),
    judge(`ownership of ${items}`, owns, `owned by ${owner}`, `ALTER TABLE ${items} OWNER TO ${who};`),
    ...closedSchemas.map((schema) =>
      judge(`usage on schema ${schema}`, false, null, `GRANT USAGE ON SCHEMA ${id(schema)} TO ${who};`),
    ),
  ];
}
