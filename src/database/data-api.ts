import type { ExecuteStatementRequest } from "@aws-sdk/client-rds-data";
import { denialOf } from "../aws/denied.ts";
import { awsErrorName } from "../aws/errors.ts";
import type { Context } from "../context.ts";
import { type CallContext, called } from "./data-api-calls.ts";
import { rowsOf } from "./data-api-rows.ts";
import { namedParameters } from "./named-parameters.ts";
import {
  type Database,
  type SqlSession,
  type SqlTransaction,
  type SqlValue,
  type TransactionOptions,
  UnreachableError,
} from "./session.ts";
import { setLocal, transactionModes, transactionSettings } from "./transaction-settings.ts";

export type DataApiContext = CallContext & Pick<Context, "aws">;

/**
 * A session on a cluster through its Data API, as the user of its secret: each statement on a connection of its own, those of a
 * transaction on one. Errors of PostgreSQL have its SQLSTATE; those of the Data API are as `called` tells them.
 */
export function dataApiSession(database: Database, context: DataApiContext): SqlSession {
  return {
    query: (statement, values) => query(database, context, undefined, statement, values),
    transaction: (options, work) => transaction(database, context, options, work),
    async start(statement) {
      const sent = execute(database, context, true, { sql: statement, continueAfterTimeout: true });
      return sent.then(
        () => "ended",
        (error: unknown) => {
          if (error instanceof Error && awsErrorName(error.cause) === "StatementTimeoutException") return "goes on";
          throw error;
        },
      );
    },
  };
}

async function query<Row>(
  database: Database,
  context: DataApiContext,
  transactionId: string | undefined,
  statement: string,
  values: readonly SqlValue[] = [],
): Promise<Row[]> {
  // To look, or to set, twice is to do it once.
  const repeated = /^\s*(explain \([^()]*\) )?(select|set)\b/i.test(statement);
  const request = { ...namedParameters(statement, values), ...(transactionId !== undefined && { transactionId }) };
  return rowsOf(await execute(database, context, repeated, request)) as Row[];
}

function execute(
  database: Database,
  context: DataApiContext,
  repeated: boolean,
  request: Pick<ExecuteStatementRequest, "sql" | "parameters" | "transactionId" | "continueAfterTimeout">,
) {
  const whole = {
    ...at(database),
    database: database.name,
    ...request,
    includeResultMetadata: true,
    resultSetOptions: { longReturnType: "STRING", decimalReturnType: "STRING" },
  } as const;
  return called(database, context, repeated, () =>
    context.aws.rdsData.executeStatement(whole, { abortSignal: context.signal }),
  );
}

function at({ clusterArn, secretArn }: Database) {
  return { resourceArn: clusterArn, secretArn };
}

async function transaction<T>(
  database: Database,
  context: DataApiContext,
  options: TransactionOptions,
  work: (transaction: SqlTransaction) => Promise<T>,
): Promise<T> {
  const { rdsData } = context.aws;
  const { transactionId } = await called(database, context, true, () =>
    rdsData.beginTransaction({ ...at(database), database: database.name }, { abortSignal: context.signal }),
  );
  const inside: SqlTransaction = {
    query: (statement, values) => query(database, context, transactionId, statement, values),
  };
  try {
    const modes = transactionModes(options);
    if (modes !== "") await inside.query(`set transaction ${modes}`);
    for (const [name, value] of Object.entries(transactionSettings(options))) await inside.query(setLocal(name, value));
    const result = await work(inside);
    await commit(database, context, inside, transactionId);
    return result;
  } catch (error) {
    // By a signal of its own: after Ctrl-C the locks must go, too. An error in it has ended it already.
    const abortSignal = AbortSignal.timeout(5_000);
    await rdsData
      .rollbackTransaction({ ...at(database), transactionId }, { abortSignal })
      .catch((failure: unknown) => sayDenial(database, failure, context));
    throw error;
  }
}

/** A transaction that may not be rolled back keeps its locks for a while: nobody should wonder why. */
function sayDenial(database: Database, error: unknown, { progress }: DataApiContext): void {
  const denial = denialOf(error);
  if (denial !== undefined) progress.say(`${database.label}: a transaction is not rolled back: ${denial}`);
}

/** One whose answer is lost may have been done: PostgreSQL itself is asked then. */
async function commit(
  database: Database,
  context: DataApiContext,
  inside: SqlTransaction,
  transactionId: string | undefined,
): Promise<void> {
  const [written] = await inside.query<{ xid: string | null }>(
    `select pg_current_xact_id_if_assigned()::text as "xid"`,
  );
  const request = { ...at(database), transactionId };
  try {
    await called(database, context, true, () =>
      context.aws.rdsData.commitTransaction(request, { abortSignal: context.signal }),
    );
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    const xid = written?.xid ?? null;
    if (xid === null) return;
    const status = `select pg_xact_status($1::text::xid8) as "status"`;
    const [end] = await query<{ status: string }>(database, context, undefined, status, [xid]);
    if (end?.status !== "committed") throw error;
  }
}
