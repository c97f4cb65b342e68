import { readFile } from "node:fs/promises";
import { Client } from "pg";
import { connectToAws } from "../../src/aws/connect.ts";
import { readLogin } from "../../src/database/login.ts";
import { readDeployment } from "../../src/stack/deployment.ts";
import { run } from "./product.ts";

/** Connections of a test's own to the temporary and the new cluster, as their master users. */
export async function openBoth(
  environment: Readonly<Record<string, string>>,
): Promise<AsyncDisposable & { readonly source: Client; readonly target: Client }> {
  const value = (name: string): string => environment[name] ?? "";
  const credentials = { accessKeyId: value("AWS_ACCESS_KEY_ID"), secretAccessKey: value("AWS_SECRET_ACCESS_KEY") };
  const aws = connectToAws({
    region: value("AWS_REGION"),
    profile: undefined,
    signal: new AbortController().signal,
    fixed: { endpoint: value("AWS_ENDPOINT_URL"), credentials },
  });
  const ca = await readFile(value("BEDROCK_CHAT_MIGRATE_CA_FILE"), "utf8");
  const open = async (host: string, port: number, secretArn: string): Promise<Client> => {
    const { username, password } = await readLogin(aws, secretArn);
    const client = new Client({ host, port, database: "postgres", user: username, password, ssl: { ca } });
    // The cluster may go away under it: that is what some tests are about.
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  // The command's own answer tells where the temporary cluster is.
  const restored = JSON.parse((await run(["restore-snapshot", "--json"], environment)).stdout) as {
    endpoint: string;
    port: number;
    secretArn: string;
  };
  const { database } = await readDeployment(aws, "BedrockChatStack");
  const source = await open(restored.endpoint, restored.port, restored.secretArn);
  const target = await open(database.host, database.port, database.secretArn);
  return {
    source,
    target,
    async [Symbol.asyncDispose]() {
      await Promise.all([source.end(), target.end()]);
    },
  };
}
