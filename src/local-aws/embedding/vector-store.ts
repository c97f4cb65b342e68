import { Client } from "pg";
import { ulid } from "ulid";
import { callAws, getJson } from "./calls.ts";
import { type Chunk, embedDocuments, type SplitDocument } from "./chunks.ts";
import type { Surroundings } from "./surroundings.ts";

/** What AWS::SecretsManager::SecretTargetAttachment writes. */
interface DatabaseSecret {
  readonly host: string;
  readonly port: number;
  readonly dbname: string;
  readonly username: string;
  readonly password: string;
}

/** Rows of one INSERT statement. */
const batch = 200;

/**
 * Puts the documents' chunks in the place of the bot's rows, in one transaction as upstream's `insert_to_postgres`, on the cluster that
 * the secret names now. Gives the number of rows.
 */
export async function replaceRows(
  surroundings: Surroundings,
  botId: string,
  documents: readonly SplitDocument[],
): Promise<number> {
  const secret = await readSecret(surroundings);
  await requireRoute(surroundings, secret);
  const client = new Client({ ...secret, database: secret.dbname, user: secret.username });
  client.on("error", () => undefined); // a lost connection: the statement in hand tells
  await client.connect();
  try {
    const chunks = embedDocuments(documents, await dimensionsOf(client));
    await client.query("BEGIN");
    await client.query("DELETE FROM items WHERE botid = $1", [botId]);
    for (let start = 0; start < chunks.length; start += batch)
      await insert(client, botId, chunks.slice(start, start + batch));
    await client.query("COMMIT");
    return chunks.length;
  } finally {
    await client.end();
  }
}

async function readSecret(surroundings: Surroundings): Promise<DatabaseSecret> {
  const { SecretString: text } = await callAws(
    surroundings,
    { service: "secretsmanager", target: "secretsmanager.GetSecretValue" },
    { SecretId: surroundings.secretArn },
  );
  return JSON.parse(String(text)) as DatabaseSecret;
}

/** Here the way is always open, so the local AWS is asked whether security groups would let the connection through. */
async function requireRoute({ control }: Surroundings, { host, port }: DatabaseSecret): Promise<void> {
  const { admitted } = await getJson(`${control}/admitted/${String(port)}`);
  if (admitted !== true)
    throw new Error(`Can't create a connection to host ${host} and port ${String(port)} (timed out).`);
}

/** Upstream's model makes 1024; here the table says how many. */
async function dimensionsOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ dimensions: number }>(
    "SELECT atttypmod AS dimensions FROM pg_attribute WHERE attrelid = 'items'::regclass AND attname = 'embedding'",
  );
  return rows[0]?.dimensions ?? 0;
}

async function insert(client: Client, botId: string, chunks: readonly Chunk[]): Promise<void> {
  await client.query(
    `INSERT INTO items (id, botid, content, source, embedding)
     SELECT id, $1, content, source, embedding::vector
       FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS chunk(id, content, source, embedding)`,
    [
      botId,
      chunks.map(() => ulid()),
      chunks.map(({ content }) => content),
      chunks.map(({ source }) => source),
      chunks.map(({ embedding }) => `[${embedding.join(",")}]`),
    ],
  );
}
