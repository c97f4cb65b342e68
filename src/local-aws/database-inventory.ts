import type { DbCluster } from "./services/rds/state.ts";
import type { World } from "./world.ts";

/** What a migration could leave in a database: all of it by name, indexes by definition, with a word on those that are not valid. */
interface DatabaseInventory {
  readonly cluster: string;
  readonly roles: readonly string[];
  readonly schemas: readonly string[];
  readonly indexes: readonly string[];
  readonly subscriptions: readonly string[];
  readonly publications: readonly string[];
  readonly slots: readonly string[];
}

/** Looks, as rdsadmin, into every database that takes logins now: what an account's API does not show. */
export async function databasesInside({ rds }: World): Promise<readonly DatabaseInventory[]> {
  const running = [...rds.clusters.values()].filter((cluster) => cluster.server.running);
  // A server that is starting or stopping refuses the login: it is not there yet, or any more.
  const looks = await Promise.allSettled(running.map(lookInside));
  return looks.flatMap((look) => (look.status === "fulfilled" ? [look.value] : []));
}

async function lookInside(cluster: DbCluster): Promise<DatabaseInventory> {
  return cluster.server.asSuperuser(cluster.databaseName, async (client) => {
    const names = async (query: string): Promise<string[]> => {
      const { rows } = await client.query<[string]>({ text: `select ${query}`, rowMode: "array" });
      return rows.map(([name]) => name).toSorted();
    };
    return {
      cluster: cluster.identifier,
      roles: await names("rolname from pg_roles where rolname !~ '^pg_'"),
      schemas: await names("nspname from pg_namespace where nspname !~ '^pg_'"),
      indexes: await names(
        `pg_get_indexdef(indexrelid) || case when indisvalid then '' else ' (not valid)' end
           from pg_index join pg_class on pg_class.oid = indexrelid
          where relnamespace::regnamespace::text !~ '^(pg_|information_schema)'`,
      ),
      subscriptions: await names("subname from pg_subscription"),
      publications: await names("pubname from pg_publication"),
      slots: await names("slot_name from pg_replication_slots"),
    };
  });
}
