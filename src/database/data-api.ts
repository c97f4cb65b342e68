import type { ExecuteStatementRequest, ExecuteStatementResponse } from "@aws-sdk/client-rds-data";
import { awsErrorName } from "../aws/errors.ts";
import type { Context } from "../context.ts";
import { type Look, waitFor } from "../wait.ts";
import { explainDataApi } from "./data-api-errors.ts";
import { rowsOf } from "./data-api-rows.ts";
import { namedParameters } from "./named-parameters.ts";
import type { Database, SqlSession, SqlTransaction, SqlValue, TransactionOptions } from "./session.ts";
import { setLocal, transactionModes } from "./transaction-settings.ts";

export type DataApiContext = Pick<Context, "aws" | "clock" | "pollMs" | "progress" | "signal">;

/** How long a paused cluster may take to resume: "typically about 15 seconds" (Aurora user guide, auto-pause); longer after a day's pause. */
const resumeLimitMs = 3 * 60_000;

/**
 * What is left open by a command that is killed, or whose last call is lost, would hold its locks for the three minutes that the Data API
 * waits for a call. PostgreSQL itself ends it sooner.
 */
const idleLimit = "30s";

/**
 * A session on a cluster through its Data API, as the user of its secret: each statement on a connection of its own, those of a
 * transaction on one. Errors of PostgreSQL have its SQLSTATE; those of the Data API are as `explainDataApi` tells them.
 */
export function dataApiSession(database: Database, context: DataApiContext): SqlSession {
  const outside = statementsOf(database, context, undefined);
  return {
    query: outside.query,
    transaction: (options, work) => transaction(database, context, options, work),
    start: (statement) => outside.start(statement),
  };
}

function statementsOf(database: Database, context: DataApiContext, transactionId: string | undefined) {
  const send = (request: Pick<ExecuteStatementRequest, "sql" | "parameters" | "continueAfterTimeout">) =>
    called(database, context, () =>
      context.aws.rdsData.executeStatement(
        {
          ...named(database),
          database: database.name,
          ...(transactionId !== undefined && { transactionId }),
          ...request,
          includeResultMetadata: true,
          resultSetOptions: { longReturnType: "STRING", decimalReturnType: "STRING" },
        },
        { abortSignal: context.signal },
      ),
    );
  return {
    query: async <Row>(statement: string, values: readonly SqlValue[] = []): Promise<Row[]> =>
      rowsOf(await explained(database, context, send(namedParameters(statement, values)))) as Row[],
    async start(statement: string): Promise<"ended" | "goes on"> {
      const sent: Promise<ExecuteStatementResponse | "goes on"> = send({ sql: statement, continueAfterTimeout: true });
      const answer = await explained(
        database,
        context,
        sent.catch((error: unknown) => {
          if (awsErrorName(error) === "StatementTimeoutException") return "goes on" as const;
          throw error;
        }),
      );
      return answer === "goes on" ? answer : "ended";
    },
  };
}

function named({ clusterArn, secretArn }: Database) {
  return { resourceArn: clusterArn, secretArn };
}

async function transaction<T>(
  database: Database,
  context: DataApiContext,
  options: TransactionOptions,
  work: (transaction: SqlTransaction) => Promise<T>,
): Promise<T> {
  const { rdsData } = context.aws;
  const { transactionId } = await explained(
    database,
    context,
    called(database, context, () =>
      rdsData.beginTransaction({ ...named(database), database: database.name }, { abortSignal: context.signal }),
    ),
  );
  const { query } = statementsOf(database, context, transactionId);
  try {
    const modes = transactionModes(options);
    if (modes !== "") await query(`set transaction ${modes}`);
    const settings = { idle_in_transaction_session_timeout: idleLimit, ...options.settings };
    for (const [name, value] of Object.entries(settings)) await query(setLocal(name, value));
    const result = await work({ query });
    await explained(
      database,
      context,
      rdsData.commitTransaction({ ...named(database), transactionId }, { abortSignal: context.signal }),
    );
    return result;
  } catch (error) {
    // By a signal of its own: after Ctrl-C the locks must go, too. An error in it has ended it already.
    const abortSignal = AbortSignal.timeout(5_000);
    await rdsData.rollbackTransaction({ ...named(database), transactionId }, { abortSignal }).catch(() => undefined);
    throw error;
  }
}

/** Calls again while a cluster that has paused resumes: such a call has had no effect. */
async function called<T>(database: Database, context: DataApiContext, call: () => Promise<T>): Promise<T> {
  let said = false;
  const look = async (): Promise<Look<T>> => {
    try {
      return { done: true, value: await call() };
    } catch (error) {
      if (awsErrorName(error) !== "DatabaseResumingException") throw error;
      if (!said) context.progress.say(`${database.label} was paused, and resumes`);
      said = true;
      return { done: false, state: "resuming" };
    }
  };
  const everyMs = Math.min(context.pollMs, 2_000);
  return waitFor(`The resuming of ${database.label}`, look, context, { timeoutMs: resumeLimitMs, everyMs });
}

async function explained<T>(database: Database, context: DataApiContext, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    context.signal.throwIfAborted();
    throw explainDataApi(database, error);
  }
}
