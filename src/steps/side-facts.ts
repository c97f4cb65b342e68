import { vectorIndexes, type VectorIndex } from "../database/catalog.ts";
import { type Privileges, privilegesOn, type ServerFacts, serverFacts } from "../database/load-facts.ts";
import { installedExtension, replicationCapacity, tableShape } from "../database/migration-facts.ts";
import type { SqlSession } from "../database/session.ts";
import { itemsTable } from "../stack/items-table.ts";
import type { SideFacts } from "./judge-preflight.ts";

/** What the judgement of a load knows of one database. */
export interface FoundFacts extends SideFacts {
  readonly server: ServerFacts;
  readonly vectorIndexes: readonly VectorIndex[];
  readonly privileges: Privileges | undefined;
}

/** Looks at a database, and changes nothing. */
export async function factsOf(session: SqlSession): Promise<FoundFacts> {
  const { schema, table } = itemsTable;
  return {
    table: await tableShape(session, schema, table),
    vector: await installedExtension(session, "vector"),
    vectorIndexes: await vectorIndexes(session, schema, table),
    capacity: await replicationCapacity(session),
    server: await serverFacts(session),
    privileges: await privilegesOn(session, schema, table),
  };
}
