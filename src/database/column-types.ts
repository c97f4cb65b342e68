import { id } from "./identifiers.ts";
import type { TableName } from "./count-table.ts";
import type { SqlTransaction } from "./session.ts";

/** A type of `pg_type`, as far as its values can be sent. */
export interface ColumnType {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** `typtype`: b(ase), c(omposite), d(omain), e(num), r(ange), m(ultirange), p(seudo). */
  readonly kind: string;
  /** Its `typsend`, as SQL calls it; null where it has none. */
  readonly send: string | null;
  /** What a domain is made of, an array or a multirange holds, a range is of. */
  readonly of: number | null;
  readonly isArray: boolean;
  /** The attributes of a composite type, in its own order. */
  readonly attributes: readonly { readonly name: string; readonly type: number }[];
}

/** The types of a table's columns, and all that these are made of. */
export async function columnTypes(
  session: SqlTransaction,
  { schema, table }: TableName,
): Promise<Map<number, ColumnType>> {
  const types = await session.query<ColumnType>(
    `with recursive made_of (oid) as (
       select a.atttypid from pg_attribute a
        where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped
       union
       select part.oid
         from made_of join pg_type t on t.oid = made_of.oid
              cross join lateral (
                select t.typbasetype where t.typtype = 'd'
                union all
                select t.typelem where t.typsubscript = 'pg_catalog.array_subscript_handler'::regproc
                union all
                select r.rngsubtype from pg_range r where r.rngtypid = t.oid
                union all
                select r.rngtypid from pg_range r where r.rngmultitypid = t.oid
                union all
                select a.atttypid from pg_attribute a
                 where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
              ) part (oid)
     )
     select t.oid::int8::float8 as "oid", n.nspname::text as "schema", t.typname::text as "name", t.typtype::text as "kind",
            quote_ident(s.nspname) || '.' || quote_ident(p.proname) as "send",
            case when t.typtype = 'd' then t.typbasetype::int8::float8
                 when t.typsubscript = 'pg_catalog.array_subscript_handler'::regproc then t.typelem::int8::float8
                 when t.typtype = 'r' then (select r.rngsubtype::int8::float8 from pg_range r where r.rngtypid = t.oid)
                 when t.typtype = 'm' then (select r.rngtypid::int8::float8 from pg_range r where r.rngmultitypid = t.oid)
             end as "of",
            t.typsubscript = 'pg_catalog.array_subscript_handler'::regproc as "isArray",
            coalesce((select json_agg(json_build_object('name', a.attname, 'type', a.atttypid::int8) order by a.attnum)
                        from pg_attribute a
                       where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped),
                     '[]') as "attributes"
       from made_of join pg_type t on t.oid = made_of.oid
            join pg_namespace n on n.oid = t.typnamespace
            left join pg_proc p on p.oid = t.typsend
            left join pg_namespace s on s.oid = p.pronamespace`,
    [id(schema, table)],
  );
  return new Map(types.map((type) => [type.oid, type]));
}
