import {
  type ExecuteStatementCommandInput,
  ExecuteStatementCommand,
  type Field,
  RDSDataClient,
  type SqlParameter,
} from "@aws-sdk/client-rds-data";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { type DataApiLimits, documentedLimits } from "../../src/local-aws/services/rds-data/limits.ts";
import { rdsDataService } from "../../src/local-aws/services/rds-data/service.ts";
import { secretsManagerService } from "../../src/local-aws/services/secrets-manager.ts";
import { clustersOfWorld, firstPassword } from "./rds-clusters.ts";
import { clientSettings } from "./small-world.ts";

type Limits = { -readonly [Name in keyof DataApiLimits]: DataApiLimits[Name] };

/** A world with the cluster `main`, whose Data API is enabled, the secret of its master user, and clients of all three services. */
export async function dataApiWorld() {
  const limits: Limits = { ...documentedLimits };
  const setting = await clustersOfWorld([rdsDataService(limits), secretsManagerService()]);
  const { rds, world, endpoint, makeCluster } = setting;
  const secrets = new SecretsManager(clientSettings(endpoint));
  const data = new RDSDataClient(clientSettings(endpoint));
  await makeCluster("main");
  const resourceArn = world.rds.clusters.get("main")?.arn ?? "";
  await rds.enableHttpEndpoint({ ResourceArn: resourceArn });

  async function makeSecret(name: string, content: object): Promise<string> {
    return (await secrets.createSecret({ Name: name, SecretString: JSON.stringify(content) })).ARN ?? "";
  }
  const secretArn = await makeSecret("main", { username: "postgres", password: firstPassword });
  const login = { resourceArn, secretArn, database: "postgres" };

  async function execute(sql: string, more: Partial<ExecuteStatementCommandInput> = {}) {
    return data.send(new ExecuteStatementCommand({ ...login, sql, ...more }));
  }

  /** The rows of a statement. */
  async function rowsOf(sql: string, parameters: SqlParameter[] = []): Promise<Field[][]> {
    return (await execute(sql, { parameters })).records ?? [];
  }

  return { ...setting, data, secrets, limits, login, makeSecret, execute, rowsOf };
}
