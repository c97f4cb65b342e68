import type { ClientBase, FieldDef } from "pg";

/** How a value is given: as which member of a Field. */
export type FieldKind = "boolean" | "bytes" | "long" | "double" | "decimal" | "string";

/** A column's type as the Data API knows it. */
export interface ResultType {
  readonly typeName: string;
  /** Missing where the Data API does not give such values. */
  readonly kind?: FieldKind;
  readonly isArray: boolean;
}

/**
 * The scalar types that the Data API gives for Aurora PostgreSQL, by PostgreSQL's own names, beside enumerations (Aurora user guide,
 * data-api-operations). `timestamptz`, `oid`, `"char"`, `regtype`, `halfvec` and all others are not on its list.
 */
const scalars: Readonly<Record<string, FieldKind>> = {
  bool: "boolean",
  bytea: "bytes",
  int2: "long",
  int4: "long",
  int8: "long",
  float4: "double",
  float8: "double",
  numeric: "decimal",
  bpchar: "string",
  cidr: "string",
  date: "string",
  inet: "string",
  json: "string",
  jsonb: "string",
  name: "string",
  text: "string",
  time: "string",
  timestamp: "string",
  uuid: "string",
  varchar: "string",
  vector: "string",
};

/** Those whose arrays it gives. */
const elements = new Set(
  "bool bit date numeric float8 int4 int2 int8 json float4 text bpchar varchar name time timestamp uuid".split(" "),
);

interface TypeRow {
  readonly oid: string;
  readonly typname: string;
  readonly typtype: string;
  readonly element: string | null;
}

/** The types of the columns, in their order. */
export async function resultTypes(client: ClientBase, fields: readonly FieldDef[]): Promise<ResultType[]> {
  const oids = [...new Set(fields.map(({ dataTypeID }) => dataTypeID))];
  const { rows } = await client.query<TypeRow>(
    `select t.oid::text, t.typname, t.typtype, e.typname as element
     from pg_catalog.pg_type t left join pg_catalog.pg_type e on e.oid = t.typelem and e.typarray = t.oid
     where t.oid = any ($1::oid[])`,
    [oids],
  );
  const types = new Map(rows.map((row) => [Number(row.oid), typeOf(row)]));
  return fields.map(({ dataTypeID }) => types.get(dataTypeID) ?? { typeName: String(dataTypeID), isArray: false });
}

function typeOf({ typname, typtype, element }: TypeRow): ResultType {
  if (element !== null) {
    const kind = element === "bit" ? "string" : scalars[element];
    return { typeName: typname, isArray: true, ...(elements.has(element) && kind && { kind }) };
  }
  const kind = typtype === "e" ? "string" : scalars[typname];
  return { typeName: typname, isArray: false, ...(kind && { kind }) };
}
