import { z } from "zod";
import { AwsFault } from "../../fault.ts";
import type { World } from "../../world.ts";
import { writerOf } from "../rds/describe.ts";
import type { DbCluster } from "../rds/state.ts";
import { findSecret } from "../secrets-manager-lookup.ts";
import { badRequest, databaseUnavailable, validation } from "./faults.ts";

/** Whom a call logs in as, and where. */
export interface Login {
  readonly cluster: DbCluster;
  readonly username: string;
  readonly password: string;
  /** Left out: PostgreSQL's own default, a database of the user's name. */
  readonly database: string | undefined;
}

/** What every call has. */
export interface LoginInput {
  readonly resourceArn: string | undefined;
  readonly secretArn: string | undefined;
  readonly database?: string | undefined;
  readonly schema?: string | undefined;
}

const credentials = z.object({ username: z.string().min(1), password: z.string() });

/**
 * The login that a call names. Throws what the Data API answers where the endpoint is not enabled (or the ARN is no cluster's, which it
 * tells in the same words), the cluster has no available writer, or the secret is not there or no login.
 */
export function loginOf(world: World, { resourceArn, secretArn, database, schema }: LoginInput): Login {
  if (schema !== undefined) throw validation("Schema parameter isn't supported.");
  const cluster = reachableCluster(world, resourceArn ?? "");
  return { cluster, ...credentialsOf(world, secretArn ?? ""), database };
}

function reachableCluster(world: World, arn: string): DbCluster {
  if (!arn.startsWith("arn:")) throw badRequest(`${arn} is not an ARN.`);
  const cluster = [...world.rds.clusters.values()].find((candidate) => candidate.arn === arn);
  if (!cluster?.httpEndpointEnabled)
    throw new AwsFault("HttpEndpointNotEnabledException", `HttpEndpoint is not enabled for resource ${arn}`);
  const writer = writerOf(cluster);
  if (!writer) throw new AwsFault("DatabaseNotFoundException", "The DB cluster doesn't have a DB instance.", 404);
  if (writer.status !== "available" || !cluster.server.running) throw databaseUnavailable();
  return cluster;
}

function credentialsOf(world: World, secretArn: string): z.infer<typeof credentials> {
  const secret = findSecret(world, secretArn);
  if (!secret || secret.deletedAt !== undefined)
    throw new AwsFault("SecretsErrorException", `The secret ${secretArn} wasn't found.`);
  const parsed = credentials.safeParse(contentOf(secret.value));
  if (parsed.success) return parsed.data;
  throw new AwsFault("InvalidSecretException", `The secret ${secretArn} isn't JSON with a username and a password.`);
}

function contentOf(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
