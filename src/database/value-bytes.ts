import type { ColumnType } from "./column-types.ts";
import { id } from "./identifiers.ts";

/**
 * OIDs below are written down in PostgreSQL's own source, the same in every database of every version; those from here on are given out when it
 * is built, when a cluster is made, or by a database itself (`FirstGenbkiObjectId`, `access/transam.h`).
 */
const firstGivenOid = 10_000;

/**
 * SQL that stands for a value in a canonical byte string: of a type with the same OID everywhere, different for any two different values, and
 * with no OID in its bytes that a database has given out. Undefined where there is no such thing: a type that has no send function.
 *
 * `record_send` and `array_send` write OIDs, so what is not built in is sent by its type's own function (a vector as the bits of its
 * floats), or taken apart (composite types, arrays and ranges of such types), or, where the bytes are an OID or an OID's stand-in (an
 * enum, a regclass), written as text.
 */
export function valueBytes(
  value: string,
  oid: number,
  types: ReadonlyMap<number, ColumnType>,
  depth = 0,
): string | undefined {
  const type = types.get(oid);
  if (type === undefined) return undefined;
  const part = (of: string, itsType: number | null = type.of) => valueBytes(of, itsType ?? 0, types, depth + 1);
  if (isNameOfObject(type) || type.kind === "e") return `${value}::text`;
  if (type.kind === "d") return ofDomain(value, type, types, depth);
  if (type.isArray) {
    const plain = part("element");
    // Nothing is to be done with the elements: their own bytes do.
    if (plain === "element" && oid < firstGivenOid) return value;
    return ofArray(value, `s${depth}`, part);
  }
  if (oid < firstGivenOid) return type.send === null ? undefined : value;
  if (type.kind === "c") return ofComposite(value, type, part);
  if (type.kind === "r") return ofRange(value, part);
  if (type.kind === "m") return ofMultirange(value, `s${depth}`, part);
  return type.kind === "b" && type.send !== null ? `${type.send}(${value})` : undefined;
}

type PartBytes = (value: string, type?: number) => string | undefined;

/** regclass, regtype, regrole, ...: the binary form is the OID that the object has in this database. */
function isNameOfObject({ oid, name }: ColumnType): boolean {
  return oid < firstGivenOid && name.startsWith("reg");
}

/** In a row, the domain's own OID would stand. */
function ofDomain(
  value: string,
  type: ColumnType,
  types: ReadonlyMap<number, ColumnType>,
  depth: number,
): string | undefined {
  const base = types.get(type.of ?? 0);
  return base && valueBytes(`(${value})::${id(base.schema, base.name)}`, base.oid, types, depth);
}

/** A null and a composite value whose attributes are all null are two values, though `is null` holds for both. */
function ofComposite(value: string, { attributes }: ColumnType, part: PartBytes): string | undefined {
  const parts = attributes.map(({ name, type }) => part(`(${value}).${id(name)}`, type));
  if (parts.includes(undefined)) return undefined;
  return `case when ${value} is distinct from null then record_send(row(${parts.join(", ")})) end`;
}

/** Its bounds and dimensions, and the elements in their order. */
function ofArray(value: string, alias: string, part: PartBytes): string | undefined {
  const element = part(`${alias}.element`);
  if (element === undefined) return undefined;
  const elements = `select unnest(${value}) as element, generate_series(1, cardinality(${value})) as place`;
  const all = `select array_agg(record_send(row(${element})) order by ${alias}.place) from (${elements}) as ${alias}`;
  return `case when ${value} is not null then record_send(row(array_dims(${value}), (${all}))) end`;
}

function ofRange(value: string, part: PartBytes): string | undefined {
  const bounds = [part(`lower(${value})`), part(`upper(${value})`)];
  if (bounds.includes(undefined)) return undefined;
  const facts = ["isempty", "lower_inc", "upper_inc", "lower_inf", "upper_inf"].map((name) => `${name}(${value})`);
  return `case when ${value} is not null then record_send(row(${[...facts, ...bounds].join(", ")})) end`;
}

/** Its ranges are in order and do not touch: that form is the only one. */
function ofMultirange(value: string, alias: string, part: PartBytes): string | undefined {
  const range = part(`${alias}.range`);
  if (range === undefined) return undefined;
  const all = `select array_agg(record_send(row(${range})) order by ${alias}.range) from (select unnest(${value}) as range) as ${alias}`;
  return `case when ${value} is not null then record_send(row((${all}))) end`;
}
