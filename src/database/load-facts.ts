import { id } from "./identifiers.ts";
import type { SqlTransaction } from "./session.ts";

/** What the login of this session may do and hand on, as far as a load needs it. */
export interface Privileges {
  readonly user: string;
  readonly createsRoles: boolean;
  /** Whether it may make another role a member of rds_superuser; true where there is no such role. */
  readonly grantsSuperuser: boolean;
  readonly isSuperuser: boolean;
  readonly ownsTable: boolean;
  /** SELECT, INSERT, UPDATE, DELETE and TRUNCATE on the table, with the right to grant them. */
  readonly grantsTable: boolean;
  /** CREATE on the database and on the table's schema, with the right to grant it. */
  readonly grantsDatabase: boolean;
  readonly grantsSchema: boolean;
}

/** What the session's user may do with a table; undefined where the table is not there. */
export async function privilegesOn(
  session: SqlTransaction,
  schema: string,
  table: string,
): Promise<Privileges | undefined> {
  const [privileges] = await session.query<Privileges>(
    // Before PostgreSQL 16 CREATEROLE is enough to grant any role that is no superuser.
    `with me as (select rolname, rolsuper, rolcreaterole from pg_roles where rolname = current_user),
          rds as (select oid from pg_roles where rolname = 'rds_superuser')
     select me.rolname::text as "user", me.rolsuper or me.rolcreaterole as "createsRoles",
            me.rolsuper or coalesce((select pg_has_role(current_user, oid, 'MEMBER WITH ADMIN OPTION')
                                         or (me.rolcreaterole and current_setting('server_version_num')::int < 160000)
                                       from rds), true) as "grantsSuperuser",
            me.rolsuper or coalesce((select pg_has_role(current_user, oid, 'MEMBER') from rds), true) as "isSuperuser",
            pg_has_role(current_user, c.relowner, 'USAGE') as "ownsTable",
            (select bool_and(has_table_privilege(c.oid, p || ' WITH GRANT OPTION'))
               from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p) as "grantsTable",
            has_database_privilege(current_database(), 'CREATE WITH GRANT OPTION') as "grantsDatabase",
            has_schema_privilege(c.relnamespace, 'CREATE WITH GRANT OPTION') as "grantsSchema"
       from me, pg_class c where c.oid = to_regclass($1)`,
    [id(schema, table)],
  );
  return privileges;
}

/** What a server runs, and what it has of memory to build an index with. */
export interface ServerFacts {
  readonly majorVersion: number;
  readonly sharedBuffers: number;
  readonly maintenanceWorkMem: number;
}

/** The server as it is now: a serverless one gives itself more when it is scaled up. */
export async function serverFacts(session: SqlTransaction): Promise<ServerFacts> {
  const [facts] = await session.query<ServerFacts>(
    `select current_setting('server_version_num')::int / 10000 as "majorVersion",
            pg_size_bytes(current_setting('shared_buffers'))::float8 as "sharedBuffers",
            pg_size_bytes(current_setting('maintenance_work_mem'))::float8 as "maintenanceWorkMem"`,
  );
  if (facts === undefined) throw new Error("a select without a from gave no row");
  return facts;
}

/** Bytes of a table that is there, with its indexes and what is kept beside it. */
export async function tableBytes(session: SqlTransaction, schema: string, table: string): Promise<number> {
  const [size] = await session.query<{ bytes: number }>(
    `select pg_total_relation_size(to_regclass($1))::float8 as "bytes"`,
    [id(schema, table)],
  );
  return size?.bytes ?? 0;
}
