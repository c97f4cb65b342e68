import type { Context } from "../context.ts";
import { withLogin } from "./direct.ts";
import { readLogin } from "./login.ts";
import type { Database, SqlSession } from "./session.ts";

/**
 * Lends a session on a database, opened with what its secret holds now. Throws an UnreachableError when the server cannot be reached or
 * refuses the login.
 */
export async function withSession<T>(
  database: Database,
  context: Pick<Context, "aws" | "caFile" | "signal">,
  work: (session: SqlSession) => Promise<T>,
): Promise<T> {
  return withLogin(database, await readLogin(context.aws, database.secretArn), context, work);
}
