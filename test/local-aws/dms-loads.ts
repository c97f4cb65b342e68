import type {
  DataMigration,
  MigrationTypeValue,
  StartReplicationMigrationTypeValue,
  TablePreparationMode,
} from "@aws-sdk/client-database-migration-service";
import { expect } from "vitest";
import type { DbCluster } from "../../src/local-aws/services/rds/state.ts";
import { defaultVariants } from "../../src/local-aws/variants.ts";
import { sql, startTwoClusters } from "./dms-clusters.ts";
import { createReady, putSecret, rulesFor, untilStatus } from "./dms-setting.ts";

/** The statuses, as they are spelled by default, in which a load goes no further by itself. */
const ends = ["load-complete-replication-ongoing", "stopped", "failed"];

/** A table as `items` is on the source, for a target that has it already. */
export const emptyItems = "CREATE TABLE items (id char(26) PRIMARY KEY, embedding vector(3))";

/** Two clusters, the source with 100 rows in `items`, and short words for what the tests do with data migrations. */
export async function loadsBetweenClusters() {
  const at = await startTwoClusters();
  const { dms, source, target, world } = at;

  /** Makes both databases as they are before the first load, whatever a test has left. */
  async function reset(): Promise<void> {
    Object.assign(at.variants, defaultVariants);
    logInWith(at.secretArn);
    for (const migration of world.dms.dataMigrations.values()) await removed(migration.DataMigrationArn ?? "");
    await clean(target, dropSubscriptions);
    await clean(source, "SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE active");
    await clean(source, "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots", dropPublications);
    await sql(
      source,
      emptyItems,
      "CREATE INDEX by_vector ON items USING ivfflat (embedding vector_l2_ops) WITH (lists = 1)",
      "CREATE TABLE other (id int PRIMARY KEY)",
      "INSERT INTO items SELECT n::text, '[1,2,3]' FROM generate_series(1, 100) n",
    );
  }

  /** A data migration of `items`, or of the tables of a pattern, ready to start. */
  async function ready(
    mode?: TablePreparationMode,
    type: MigrationTypeValue = "full-load-and-cdc",
    { tables = "items", jobs = 2, filters = [] }: { tables?: string; jobs?: number; filters?: object[] } = {},
  ): Promise<string> {
    return await createReady(dms, {
      DataMigrationName: "load",
      MigrationProjectIdentifier: at.project,
      DataMigrationType: type,
      ServiceAccessRoleArn: at.roleArn,
      NumberOfJobs: jobs,
      SelectionRules: rulesFor("public", tables, filters),
      ...(mode !== undefined && { TargetDataSettings: [{ TablePreparationMode: mode }] }),
    });
  }

  /** Starts a data migration, and gives it as it is when its load has ended. */
  async function start(
    DataMigrationIdentifier: string,
    StartType: StartReplicationMigrationTypeValue = "start-replication",
  ): Promise<DataMigration> {
    await dms.startDataMigration({ DataMigrationIdentifier, StartType });
    return await untilStatus(dms, DataMigrationIdentifier, ends);
  }

  async function stopped(DataMigrationIdentifier: string): Promise<void> {
    await dms.stopDataMigration({ DataMigrationIdentifier });
    await untilStatus(dms, DataMigrationIdentifier, ["stopped"]);
  }

  async function removed(DataMigrationIdentifier: string): Promise<void> {
    const status = world.dms.dataMigrations.get(DataMigrationIdentifier)?.DataMigrationStatus ?? "";
    const rests = ["ready", "stopped", "failed", "load-complete", "completed"].includes(status);
    if (!rests) await stopped(DataMigrationIdentifier);
    await dms.deleteDataMigration({ DataMigrationIdentifier });
    await expect(untilStatus(dms, DataMigrationIdentifier, ["none"])).rejects.toThrow(/is gone/);
  }

  /** Makes DMS log in to the target as `loader`, who has the documented rights and owns nothing, until `reset`. */
  async function loginAsLoader(): Promise<void> {
    await target.server.asSuperuser("postgres", (client) => client.query(makeLoader));
    logInWith(putSecret(world, "loader", { username: "loader", password: "loader-Password-1" }));
  }

  function logInWith(secret: string): void {
    const project = world.dms.migrationProjects.get(at.project)?.TargetDataProviderDescriptors?.[0];
    if (project !== undefined) project.SecretsManagerSecretId = secret;
  }

  return { ...at, reset, ready, start, stopped, removed, loginAsLoader };
}

const dropSubscriptions = `DO $$ DECLARE s name; BEGIN FOR s IN SELECT subname FROM pg_subscription LOOP
  EXECUTE format('ALTER SUBSCRIPTION %I DISABLE', s); EXECUTE format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', s);
  EXECUTE format('DROP SUBSCRIPTION %I', s); END LOOP; END $$`;

const dropPublications = `DO $$ DECLARE p name; BEGIN FOR p IN SELECT pubname FROM pg_publication LOOP
  EXECUTE format('DROP PUBLICATION %I', p); END LOOP; END $$`;

const makeLoader = `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'loader') THEN
    CREATE ROLE loader LOGIN PASSWORD 'loader-Password-1' IN ROLE rds_superuser; END IF; END $$;
  GRANT CREATE ON SCHEMA public TO loader;
  ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON TABLES TO loader`;

async function clean(cluster: DbCluster, ...statements: string[]): Promise<void> {
  await cluster.server.asSuperuser("postgres", async (client) => {
    for (const statement of statements) await client.query(statement);
    await client.query("DROP TABLE IF EXISTS items, other, more");
  });
  await sql(cluster, "CREATE EXTENSION IF NOT EXISTS vector");
}

/** How many rows a table has. */
export async function count(cluster: DbCluster, table = "items"): Promise<number> {
  const [row] = await sql<{ n: number }>(cluster, `SELECT count(*)::int AS n FROM ${table}`);
  return row?.n ?? -1;
}

/** The names of the indexes of a table. */
export async function indexesOf(cluster: DbCluster, table = "items"): Promise<string[]> {
  const rows = await sql<{ name: string }>(
    cluster,
    `SELECT indexname AS name FROM pg_indexes WHERE tablename = '${table}' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** Polls until a look gives what is wanted. */
export async function eventually(look: () => Promise<unknown>, wanted: unknown): Promise<void> {
  await expect.poll(look, { timeout: 20_000, interval: 50 }).toEqual(wanted);
}
