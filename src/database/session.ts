import { ExpectedError } from "../errors.ts";

export type SqlValue = string | number | boolean | null;

export interface TransactionOptions {
  /** PostgreSQL's READ COMMITTED when left out. */
  readonly isolation?: "repeatable read";
  readonly readOnly?: boolean;
  /** Settings for this transaction alone (`SET LOCAL`): the only settings there are, since a session may have no connection of its own. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * SQL on one database, whichever way it is reached. Values travel as `$1`, `$2`; numbers that may pass 2^53 are cast to text by the
 * statement. Callers rely on nothing else that a connection has: no session settings, no COPY, one statement a call.
 */
export interface SqlSession {
  query<Row>(statement: string, values?: readonly SqlValue[]): Promise<Row[]>;
  /** Commits when `work` ends, rolls back when it throws. */
  transaction<T>(options: TransactionOptions, work: (transaction: SqlTransaction) => Promise<T>): Promise<T>;
}

export type SqlTransaction = Pick<SqlSession, "query">;

/** Where a database is, and which secret opens it. */
export interface Database {
  /** How progress and errors call it, for example "the new cluster". */
  readonly label: string;
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly secretArn: string;
}

/** A database that could not be reached or logged in to. */
export class UnreachableError extends ExpectedError {}

/** The SQLSTATE of an error from PostgreSQL; "" for anything else. */
export function sqlState(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
