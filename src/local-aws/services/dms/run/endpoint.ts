import type { DataProviderDescriptor } from "@aws-sdk/client-database-migration-service";
import { Client, type ClientBase } from "pg";
import { z } from "zod";
import type { DbCluster } from "../../rds/state.ts";
import type { World } from "../../../world.ts";
import { findSecret, secretProblem } from "../access.ts";
import { MigrationFailure, messageOf } from "./migration-failure.ts";

/** A database as a data migration reaches it: data provider and secret put together. */
export interface Endpoint {
  readonly side: "source" | "target";
  readonly cluster: DbCluster;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string;
  readonly sslMode: "none" | "require";
}

/** The members of a secret that DMS reads; it ignores all others (user guide, security_iam_secretsmanager). */
const credentials = z.object({ username: z.string().min(1), password: z.string().min(1) });

/** Puts an endpoint together; fails the migration when secret, role or database are not there. */
export function endpointOf(
  world: World,
  side: Endpoint["side"],
  descriptor: DataProviderDescriptor | undefined,
): Endpoint {
  const provider = world.dms.dataProviders.get(descriptor?.DataProviderArn ?? "");
  const {
    ServerName = "",
    Port = 0,
    DatabaseName = "",
    SslMode = "none",
  } = provider?.Settings?.PostgreSqlSettings ?? {};
  return {
    side,
    cluster: availableCluster(world, side, ServerName, Port),
    host: ServerName,
    port: Port,
    database: DatabaseName,
    ...credentialsOf(world, side, descriptor),
    sslMode: SslMode === "none" ? "none" : "require",
  };
}

/** Lends a connection as the endpoint's user; fails the migration when the login is refused. */
export async function withLogin<T>(endpoint: Endpoint, work: (client: ClientBase) => Promise<T>): Promise<T> {
  const client = new Client({
    host: endpoint.host,
    port: endpoint.port,
    database: endpoint.database,
    user: endpoint.username,
    password: endpoint.password,
    ssl: endpoint.sslMode === "none" ? false : { rejectUnauthorized: false },
    connectionTimeoutMillis: 20_000,
    application_name: "AWS DMS data migration",
  });
  client.on("error", () => undefined); // a lost connection is told by the next query
  try {
    await client.connect();
  } catch (error) {
    throw new MigrationFailure(`Unable to connect to ${endpoint.side}. ${messageOf(error)}`, { cause: error });
  }
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** What libpq programs need to reach the endpoint, but for the password: a process's environment is read as easily as its arguments. */
export function libpqEnvironment(endpoint: Endpoint): Record<string, string> {
  return {
    PGHOST: endpoint.host,
    PGPORT: String(endpoint.port),
    PGDATABASE: endpoint.database,
    PGUSER: endpoint.username,
    PGSSLMODE: endpoint.sslMode === "none" ? "disable" : "require",
    PGAPPNAME: "AWS DMS data migration",
  };
}

/** A password file for it (PostgreSQL manual, "The Password File"). */
export function libpqPasswordFile({ password }: Endpoint): string {
  return `*:*:*:*:${password.replaceAll(/[\\:]/g, "\\$&")}\n`;
}

function availableCluster(world: World, side: string, serverName: string, port: number): DbCluster {
  const cluster = [...world.rds.clusters.values()].find(
    (candidate) => candidate.endpoint === serverName && candidate.port === port,
  );
  if (cluster === undefined) {
    throw new MigrationFailure(`Unable to connect to ${side}. No database answers at ${serverName}:${String(port)}.`);
  }
  if (cluster.status !== "available" || !cluster.instances.some((instance) => instance.status === "available")) {
    throw new MigrationFailure(`Unable to connect to ${side}. The cluster ${cluster.identifier} is ${cluster.status}.`);
  }
  return cluster;
}

function credentialsOf(
  world: World,
  side: string,
  descriptor: DataProviderDescriptor | undefined,
): z.infer<typeof credentials> {
  const { SecretsManagerSecretId, SecretsManagerAccessRoleArn } = descriptor ?? {};
  const problem = secretProblem(world, SecretsManagerSecretId, SecretsManagerAccessRoleArn);
  if (problem !== undefined) throw new MigrationFailure(`Can't read the secret of the ${side}. ${problem.message}`);
  const parsed = credentials.safeParse(contentOf(findSecret(world, SecretsManagerSecretId)?.value ?? ""));
  if (parsed.success) return parsed.data;
  throw new MigrationFailure(`The secret of the ${side} must be JSON with the members username and password.`);
}

function contentOf(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
