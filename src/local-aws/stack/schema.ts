import type { Client } from "pg";

/**
 * Makes the application's schema as its custom resource does: as the master user, on Create and (in v1) on Update alike, and so
 * dropping `items` with all its rows first. The vector index is made on the empty table.
 */
export async function createSchema(client: Client, dimensions: number): Promise<void> {
  const statements = [
    "CREATE EXTENSION IF NOT EXISTS pgcrypto",
    "CREATE EXTENSION IF NOT EXISTS vector",
    "DROP TABLE IF EXISTS items",
    `CREATE TABLE items (
       id CHAR(26) PRIMARY KEY,
       botid CHAR(26),
       content TEXT,
       source TEXT,
       embedding vector(${String(dimensions)})
     )`,
    "CREATE INDEX idx_items_embedding ON items USING ivfflat (embedding vector_l2_ops) WITH (lists = 100)",
    "CREATE INDEX idx_items_botid ON items (botid)",
  ];
  for (const statement of statements) await client.query(statement);
}
