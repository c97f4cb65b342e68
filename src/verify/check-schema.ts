import type { SqlSession } from "../database/session.ts";
import type { SchemaCheck } from "./schema-check.ts";
import { judgeSchema, type SchemaQuestion } from "./judge-schema.ts";
import { applicationPrivileges, schemaFacts, type SchemaFacts } from "./schema-facts.ts";

/** The two sides of a schema check. */
export interface SchemaSides {
  /** What is known of it where it is gone; undefined where nothing is. */
  readonly source: SqlSession | SchemaFacts | undefined;
  /** Logged in as the application is: its privileges are this login's. */
  readonly target: SqlSession;
}

/** Compares what is around the rows of `items` on two sides, as `judgeSchema` does. Throws what a session throws. */
export async function checkSchema(
  { source, target }: SchemaSides,
  known: Pick<SchemaQuestion, "stored" | "noted" | "tuned">,
): Promise<SchemaCheck> {
  return judgeSchema({
    ...known,
    source: source !== undefined && "query" in source ? await schemaFacts(source) : source,
    target: await schemaFacts(target),
    privileges: await applicationPrivileges(target),
  });
}
