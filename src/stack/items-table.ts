/** The table that Bedrock Chat keeps its embeddings in: what is migrated. */
export const itemsTable = { schema: "public", table: "items" } as const;
