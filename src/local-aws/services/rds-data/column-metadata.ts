import type { ColumnMetadata } from "@aws-sdk/client-rds-data";
import type { ClientBase, FieldDef } from "pg";
import type { ResultType } from "./result-types.ts";

interface Column {
  readonly table: string;
  readonly name: string;
  readonly notNull: boolean;
  readonly isSerial: boolean;
}

/** Codes of `java.sql.Types`, which `type` is one of; 1111 is OTHER, 2003 ARRAY. */
const jdbcTypes: Readonly<Record<string, number>> = {
  bool: -7,
  bytea: -2,
  int2: 5,
  int4: 4,
  int8: -5,
  float4: 7,
  float8: 8,
  numeric: 2,
  bpchar: 1,
  date: 91,
  name: 12,
  text: 12,
  time: 92,
  timestamp: 93,
  varchar: 12,
};

/** What the Data API tells of the columns: `nullable` is 0 (not null), 1 (nullable) or 2 (unknown: computed). */
export async function columnMetadata(
  client: ClientBase,
  fields: readonly FieldDef[],
  types: readonly ResultType[],
): Promise<ColumnMetadata[]> {
  const columns = await columnsOf(client, fields);
  return fields.map((field, index) => {
    const { typeName = "", isArray = false, kind } = types[index] ?? {};
    const column = columns.get(`${field.tableID}.${field.columnID}`);
    return {
      name: column?.name ?? field.name,
      label: field.name,
      type: isArray ? 2003 : (jdbcTypes[typeName] ?? 1111),
      typeName,
      schemaName: "",
      tableName: column?.table ?? "",
      isAutoIncrement: column?.isSerial ?? false,
      isSigned: kind === "long" || kind === "double" || kind === "decimal",
      isCurrency: false,
      isCaseSensitive: kind === "string",
      nullable: column === undefined ? 2 : column.notNull ? 0 : 1,
      arrayBaseColumnType: isArray ? (jdbcTypes[typeName.slice(1)] ?? 1111) : 0,
    };
  });
}

async function columnsOf(client: ClientBase, fields: readonly FieldDef[]): Promise<ReadonlyMap<string, Column>> {
  const tables = [...new Set(fields.map(({ tableID }) => tableID))].filter((oid) => oid !== 0);
  if (tables.length === 0) return new Map();
  const { rows } = await client.query<Column & { readonly key: string }>(
    `select c.oid || '.' || a.attnum as key, c.relname as table, a.attname as name, a.attnotnull as "notNull",
            a.attidentity <> '' or coalesce(pg_get_expr(d.adbin, d.adrelid) like 'nextval(%', false) as "isSerial"
     from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
     left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where a.attrelid = any ($1::oid[]) and a.attnum > 0`,
    [tables],
  );
  return new Map(rows.map((row) => [row.key, row]));
}
