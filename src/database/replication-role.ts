import { id, lit } from "./identifiers.ts";
import { scramVerifier } from "./scram.ts";
import type { SqlTransaction } from "./session.ts";

export interface ReplicationRole {
  readonly role: string;
  readonly password: string;
  readonly tables: readonly { readonly schema: string; readonly table: string }[];
  /** Whether it will own a subscription. */
  readonly subscribes: boolean;
}

/**
 * Makes the role that DMS logs in to the target with, or gives it the rights that this load needs: those documented on the tables that are
 * loaded, and rds_superuser to subscribe (User Guide, dm-data-providers-target-postgresql). The password travels as a SCRAM verifier.
 */
export async function createReplicationRole(
  session: SqlTransaction,
  { role, password, tables, subscribes }: ReplicationRole,
): Promise<void> {
  const verb = (await roleExists(session, role)) ? "alter" : "create";
  await session.query(`${verb} role ${id(role)} login password ${lit(scramVerifier(password))}`);
  // Membership lets the master user act as this role: only a subscription's owner may drop it.
  await session.query(`grant ${id(role)} to current_user`);
  const [here] = await session.query<{ database: string; superuserRole: boolean }>(
    `select current_database() as "database",
            exists (select from pg_roles where rolname = 'rds_superuser') as "superuserRole"`,
  );
  await session.query(`grant connect, create on database ${id(here?.database ?? "")} to ${id(role)}`);
  for (const schema of new Set(tables.map((one) => one.schema)))
    await session.query(`grant usage, create on schema ${id(schema)} to ${id(role)}`);
  for (const { schema, table } of tables)
    await session.query(`grant select, insert, update, delete, truncate on ${id(schema, table)} to ${id(role)}`);
  if (here?.superuserRole === true)
    await session.query(subscribes ? `grant rds_superuser to ${id(role)}` : `revoke rds_superuser from ${id(role)}`);
}

/**
 * Takes the role away with every right it was given; no effect where it is gone. Its subscriptions must be gone before. What it owns
 * goes to the master user first: DROP OWNED would drop a table that DMS has made, or made anew, with its rows.
 */
export async function dropReplicationRole(session: SqlTransaction, role: string): Promise<void> {
  if (!(await roleExists(session, role))) return;
  await session.query(`reassign owned by ${id(role)} to current_user`);
  await session.query(`drop owned by ${id(role)}`);
  await session.query(`drop role ${id(role)}`);
}

export async function roleExists(session: SqlTransaction, role: string): Promise<boolean> {
  return (await session.query("select 1 as there from pg_roles where rolname = $1", [role])).length > 0;
}
