import { setMaxListeners } from "node:events";
import type { AwsClients } from "./clients.ts";

export interface AwsOptions {
  readonly region: string | undefined;
  readonly profile: string | undefined;
  readonly signal: AbortSignal;
  /** For whoever must not depend on this process's environment: the rehearsal. */
  readonly fixed?: {
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
}

/**
 * The Data API lets a statement run for 45 seconds: no answer before that is none that is lost. And what is lost may have been done: whether it
 * is sent again is not for the SDK to decide (database/data-api-calls.ts).
 */
const forSql = { requestHandler: { requestTimeout: 70_000, throwOnRequestTimeout: true }, maxAttempts: 1 };
const optionsOf = new WeakMap<AwsClients, AwsOptions>();

/** The same clients under another signal: for what must be put back after Ctrl-C, too. */
export function underSignal(clients: AwsClients, signal: AbortSignal): AwsClients {
  const options = optionsOf.get(clients);
  return options === undefined ? clients : connectToAws({ ...options, signal });
}

type Operation = (input: unknown, options: { abortSignal: AbortSignal }) => Promise<unknown>;

/**
 * The SDK's clients by the SDK's own conventions for credentials, Region, profile and endpoint. Each client package is loaded at
 * its first call: `client-ec2` alone costs 0.7 s. Every call ends with the signal, unless it brings one of its own.
 */
export function connectToAws(options: AwsOptions): AwsClients {
  // Every call in flight listens to it.
  setMaxListeners(0, options.signal);
  const config = {
    ...(options.region !== undefined && { region: options.region }),
    ...(options.profile !== undefined && { profile: options.profile }),
    ...options.fixed,
    // Throttling and IAM's slowness are part of the job: the SDK's backoff gets more tries than its default of 3.
    maxAttempts: 8,
  };
  const clients: AwsClients = {
    cloudformation: lazily(async () => new (await import("@aws-sdk/client-cloudformation")).CloudFormation(config)),
    dms: lazily(
      async () => new (await import("@aws-sdk/client-database-migration-service")).DatabaseMigrationService(config),
    ),
    dynamodb: lazily(async () => new (await import("@aws-sdk/client-dynamodb")).DynamoDB(config)),
    ec2: lazily(async () => new (await import("@aws-sdk/client-ec2")).EC2(config)),
    ecs: lazily(async () => new (await import("@aws-sdk/client-ecs")).ECS(config)),
    iam: lazily(async () => new (await import("@aws-sdk/client-iam")).IAM(config)),
    pipes: lazily(async () => new (await import("@aws-sdk/client-pipes")).Pipes(config)),
    rds: lazily(async () => new (await import("@aws-sdk/client-rds")).RDS(config)),
    rdsData: lazily(async () => new (await import("@aws-sdk/client-rds-data")).RDSData({ ...config, ...forSql })),
    scheduler: lazily(async () => new (await import("@aws-sdk/client-scheduler")).Scheduler(config)),
    secrets: lazily(async () => new (await import("@aws-sdk/client-secrets-manager")).SecretsManager(config)),
    sts: lazily(async () => new (await import("@aws-sdk/client-sts")).STS(config)),
  };
  optionsOf.set(clients, options);
  return clients;

  /** Stands for a client that is made at its first use; adds the abort signal to every call that has none. */
  function lazily<Client extends object>(load: () => Promise<Client>): Client {
    let client: Promise<Client> | undefined;
    return new Proxy({} as Client, {
      get: (_, name) => async (input: unknown, own?: { abortSignal: AbortSignal }) => {
        client ??= load();
        const loaded = await client;
        const operation = Reflect.get(loaded, name) as Operation;
        return operation.call(loaded, input, own ?? { abortSignal: options.signal });
      },
    });
  }
}
