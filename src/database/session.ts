import type { DBCluster } from "@aws-sdk/client-rds";
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
 *
 * Over the Data API a string is a varchar (cast it where its place is another type), a statement has 45 seconds, its rows 1 MiB: what may
 * be more is read in pages. A row needs a column; types that the Data API does not give (`timestamptz`, `oid`, `"char"`, `regclass`,
 * `void`, `halfvec`), dates and times are cast to text.
 */
export interface SqlSession {
  query<Row>(statement: string, values?: readonly SqlValue[]): Promise<Row[]>;
  /** Commits when `work` ends, rolls back when it throws. Half a minute without a statement ends it, one that is read-only two and a half. */
  transaction<T>(options: TransactionOptions, work: (transaction: SqlTransaction) => Promise<T>): Promise<T>;
  /**
   * Runs one statement that may take longer than a call may. "goes on": it runs still, or ended unheard; `runLong` makes something
   * dependable of that.
   */
  start(statement: string): Promise<"ended" | "goes on">;
  /** Runs one statement that PostgreSQL allows in no transaction and that may take long; there is no such thing over the Data API. */
  readonly alone?: (statement: string) => Promise<unknown>;
}

export type SqlTransaction = Pick<SqlSession, "query">;

/** Where a database is, and which secret opens it. */
export interface Database {
  /** How progress and errors call it, for example "the new cluster". */
  readonly label: string;
  readonly side: "source" | "target";
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly secretArn: string;
  readonly clusterArn: string;
  /** Whether the cluster's HTTP endpoint is enabled. */
  readonly hasDataApi: boolean;
}

/** The database of a cluster that RDS describes. */
export function databaseOf(
  cluster: Pick<DBCluster, "DBClusterArn" | "Endpoint" | "Port" | "HttpEndpointEnabled">,
  named: Pick<Database, "label" | "side" | "secretArn">,
): Database {
  return {
    ...named,
    host: cluster.Endpoint ?? "",
    port: cluster.Port ?? 5432,
    name: "postgres",
    clusterArn: cluster.DBClusterArn ?? "",
    hasDataApi: cluster.HttpEndpointEnabled === true,
  };
}

/** A database that could not be reached or logged in to. */
export class UnreachableError extends ExpectedError {}

/** PostgreSQL refuses the login that a secret holds. */
export function refusedLogin(where: string, database: Database, why: string, cause: unknown): UnreachableError {
  return new UnreachableError(
    `${where} refuses the login of secret ${database.secretArn}: ${why}`,
    "Was the password changed by hand, or is a rotation half done? `aws secretsmanager rotate-secret` ends one.",
    undefined,
    { cause },
  );
}

/** The SQLSTATE of an error from PostgreSQL; "" for anything else. */
export function sqlState(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
