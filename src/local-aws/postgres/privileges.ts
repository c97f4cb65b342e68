import { escapeIdentifier, escapeLiteral } from "pg";
import type { Client } from "pg";
import { scramVerifier } from "./scram.ts";
import type { PostgresServer } from "./server.ts";

/** Who a new cluster's master user is, and the database that is made for it. */
export interface MasterUser {
  readonly username: string;
  readonly password: string;
  readonly databaseName: string;
}

/**
 * Roles that `rds_superuser` is a member of, with the first major version that has them (Aurora User Guide, "Understanding the
 * rds_superuser role"; predefined roles: PostgreSQL manual).
 */
const memberships: readonly (readonly [role: string, since: number])[] = [
  ["pg_monitor", 10],
  ["pg_signal_backend", 10],
  ["pg_read_all_data", 14],
  ["pg_write_all_data", 14],
  ["pg_checkpoint", 15],
  ["pg_create_subscription", 16],
  ["pg_use_reserved_connections", 16],
  ["pg_maintain", 17],
  ["rds_replication", 10],
  ["rds_password", 10],
];

/**
 * Gives a new server, which runs, the roles and privileges that RDS gives one: a master user who is no superuser but a member of
 * `rds_superuser`, and owns its databases. (On RDS the right to replicate comes with membership of `rds_replication`; PostgreSQL
 * itself wants the attribute REPLICATION, so the master user has that here.)
 */
export async function grantAsRds(server: PostgresServer, master: MasterUser, majorVersion: number): Promise<void> {
  const name = escapeIdentifier(master.username);
  const verifier = escapeLiteral(await scramVerifier(master.password));
  await server.asSuperuser("postgres", async (client) => {
    for (const role of ["rds_superuser", "rds_replication", "rds_password", "rds_iam", "rds_ad"]) {
      await client.query(`CREATE ROLE ${role} NOLOGIN`);
    }
    for (const [role] of memberships.filter(([, since]) => majorVersion >= since)) {
      await client.query(`GRANT ${role} TO rds_superuser WITH ADMIN OPTION`);
    }
    await client.query(`GRANT SET ON PARAMETER session_replication_role TO rds_superuser WITH GRANT OPTION`);
    await client.query(
      `CREATE ROLE ${name} LOGIN CREATEDB CREATEROLE REPLICATION PASSWORD ${verifier} VALID UNTIL 'infinity'`,
    );
    await client.query(`GRANT rds_superuser TO ${name} WITH ADMIN OPTION`);
    await client.query(`CREATE DATABASE rdsadmin`);
    await client.query(`REVOKE ALL ON DATABASE rdsadmin FROM PUBLIC`);
    for (const database of ["postgres", "template1"]) await client.query(`ALTER DATABASE ${database} OWNER TO ${name}`);
    if (master.databaseName !== "postgres") {
      await client.query(`CREATE DATABASE ${escapeIdentifier(master.databaseName)} OWNER ${name}`);
    }
  });
}

/** Changes a role's password as RDS changes its master user's: by a verifier, so that the server's log cannot hold the password. */
export async function changePassword(server: PostgresServer, role: string, password: string): Promise<void> {
  const verifier = escapeLiteral(await scramVerifier(password));
  await server.asSuperuser("postgres", (client) =>
    client.query(`ALTER ROLE ${escapeIdentifier(role)} PASSWORD ${verifier}`),
  );
}

/**
 * Gives the attribute REPLICATION to the login roles that are members of `rds_replication`: on RDS the membership is enough, and
 * the attribute cannot be given by the master user. Whoever acts for AWS (the local DMS) calls it before it replicates.
 */
export async function honourReplicationMembership(client: Client): Promise<void> {
  const { rows } = await client.query<{ role: string }>(
    `SELECT rolname AS role FROM pg_roles
      WHERE rolcanlogin AND NOT rolreplication AND NOT rolsuper AND pg_has_role(oid, 'rds_replication', 'member')`,
  );
  for (const { role } of rows) await client.query(`ALTER ROLE ${escapeIdentifier(role)} REPLICATION`);
}
