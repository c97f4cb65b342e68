import { escapeIdentifier, escapeLiteral, type Client } from "pg";
import { honourReplicationMembership } from "../../../postgres/privileges.ts";
import { withLogin, type Endpoint } from "./endpoint.ts";
import { MigrationFailure, messageOf } from "./migration-failure.ts";
import type { Plan } from "./plan.ts";
import { quoted, type TableName } from "./tables.ts";

/** `publication_<suffix>` (user guide, dm-migrating-data-postgresql). */
export function publicationName({ suffix }: Pick<Plan, "suffix">): string {
  return `publication_${suffix}`;
}

/** `migration_subscriber_<suffix>`: the subscription, and its replication slot. */
export function subscriptionName({ suffix }: Pick<Plan, "suffix">): string {
  return `migration_subscriber_${suffix}`;
}

/** Makes the publication as the source's user, who must own the tables. */
export async function createPublication(plan: Plan, tables: readonly TableName[]): Promise<void> {
  const name = escapeIdentifier(publicationName(plan));
  await withLogin(plan.source, async (client) => {
    await client.query(`DROP PUBLICATION IF EXISTS ${name}`);
    await client.query(`CREATE PUBLICATION ${name} FOR TABLE ${tables.map(quoted).join(", ")}`);
  }).catch((error: unknown) => {
    throw new MigrationFailure(`Creating the publication on the source failed. ${messageOf(error)}`, { cause: error });
  });
}

/**
 * Makes the subscription, its slot and the list of tables to copy, and sets it going. PostgreSQL 15 lets only superusers do
 * this; RDS lets `rds_superuser`. So `rdsadmin` makes it, disabled, and hands it over: it runs with its owner's privileges.
 */
export async function createSubscription(plan: Plan): Promise<void> {
  const name = escapeIdentifier(subscriptionName(plan));
  await requireRdsSuperuser(plan);
  await asSuperuser(plan.source, honourReplicationMembership);
  await asSuperuser(plan.target, async (client) => {
    await client.query(
      `CREATE SUBSCRIPTION ${name} CONNECTION ${escapeLiteral(connectionString(plan.source))}
         PUBLICATION ${escapeIdentifier(publicationName(plan))} WITH (enabled = false, copy_data = true)`,
    );
    await handOver(client, subscriptionName(plan), plan.target.username);
    await client.query(`ALTER SUBSCRIPTION ${name} ENABLE`);
  }).catch((error: unknown) => {
    throw new MigrationFailure(`Creating the subscription on the target failed. ${messageOf(error)}`, { cause: error });
  });
}

/** Lets a subscription that was stopped go on; fails the migration when it is gone, since then so is the place to go on from. */
export async function enableSubscription(plan: Plan): Promise<void> {
  await asSuperuser(plan.target, async (client) => {
    if (!(await subscriptionExists(client, plan))) throw subscriptionGone(plan);
    await client.query(`ALTER SUBSCRIPTION ${escapeIdentifier(subscriptionName(plan))} ENABLE`);
  });
}

/** The failure of a migration whose subscription somebody dropped. */
export function subscriptionGone(plan: Plan): MigrationFailure {
  return new MigrationFailure(`The subscription ${subscriptionName(plan)} is gone from the target.`);
}

/** Ends streaming. Subscription, slot and publication stay, as AWS leaves them. No effect when there is none. */
export async function disableSubscription(plan: Plan): Promise<void> {
  await asSuperuser(plan.target, async (client) => {
    if (!(await subscriptionExists(client, plan))) return;
    await client.query(`ALTER SUBSCRIPTION ${escapeIdentifier(subscriptionName(plan))} DISABLE`);
  });
}

/** Removes subscription and slot, as far as they are there; the publication stays. */
export async function removeReplication(plan: Plan): Promise<void> {
  const name = escapeIdentifier(subscriptionName(plan));
  await asSuperuser(plan.target, async (client) => {
    if (!(await subscriptionExists(client, plan))) return;
    await client.query(`ALTER SUBSCRIPTION ${name} DISABLE`);
    await client.query(`ALTER SUBSCRIPTION ${name} SET (slot_name = NONE)`);
    await client.query(`DROP SUBSCRIPTION ${name}`);
  });
  await withLogin(plan.source, async (client) => {
    await client.query(
      `SELECT pg_terminate_backend(active_pid, 10000) FROM pg_replication_slots WHERE slot_name = $1 AND active`,
      [subscriptionName(plan)],
    );
    await client.query("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1", [
      subscriptionName(plan),
    ]);
  });
}

/** A connection of `rdsadmin` that leaves no statement in the server's log, whatever the parameter group says of logging. */
async function asSuperuser<T>(endpoint: Endpoint, work: (client: Client) => Promise<T>): Promise<T> {
  return await endpoint.cluster.server.asSuperuser(endpoint.database, async (client) => {
    await client.query(`SET log_statement = 'none'; SET log_min_duration_statement = -1; SET log_duration = off;
      SET log_min_duration_sample = -1; SET log_transaction_sample_rate = 0; SET log_min_error_statement = 'panic'`);
    return await work(client);
  });
}

/** "setting up logical replication requires rds_superuser privileges" (user guide, dm-data-providers-target-postgresql). */
async function requireRdsSuperuser({ target }: Plan): Promise<void> {
  const isMember = await withLogin(target, async (client) => {
    const { rows } = await client.query<{ member: boolean }>(
      "SELECT pg_has_role(current_user, oid, 'member') AS member FROM pg_roles WHERE rolname = 'rds_superuser'",
    );
    return rows[0]?.member === true;
  });
  if (isMember) return;
  throw new MigrationFailure(
    "The user of the target database needs the role rds_superuser to set up logical replication.",
  );
}

/** The dependency keeps the new owner from being dropped before the subscription, as everywhere in PostgreSQL. */
async function handOver(client: Client, subscription: string, owner: string): Promise<void> {
  const ids = `(SELECT oid FROM pg_subscription WHERE subname = $1)`;
  await client.query(
    `UPDATE pg_subscription SET subowner = (SELECT oid FROM pg_roles WHERE rolname = $2) WHERE subname = $1`,
    [subscription, owner],
  );
  await client.query(`DELETE FROM pg_shdepend WHERE classid = 'pg_subscription'::regclass AND objid = ${ids}`, [
    subscription,
  ]);
  await client.query(
    `INSERT INTO pg_shdepend (dbid, classid, objid, objsubid, refclassid, refobjid, deptype)
     SELECT 0, 'pg_subscription'::regclass, ${ids}, 0, 'pg_authid'::regclass, oid, 'o' FROM pg_roles WHERE rolname = $2`,
    [subscription, owner],
  );
}

async function subscriptionExists(client: Client, plan: Plan): Promise<boolean> {
  const { rowCount } = await client.query("SELECT FROM pg_subscription WHERE subname = $1", [subscriptionName(plan)]);
  return rowCount === 1;
}

/** libpq's key = 'value' form. */
function connectionString(endpoint: Endpoint): string {
  const parts = {
    host: endpoint.host,
    port: String(endpoint.port),
    dbname: endpoint.database,
    user: endpoint.username,
    password: endpoint.password,
    sslmode: endpoint.sslMode === "none" ? "disable" : "require",
  };
  return Object.entries(parts)
    .map(([key, value]) => `${key}='${value.replace(/[\\']/g, "\\$&")}'`)
    .join(" ");
}
