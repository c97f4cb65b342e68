import type { ExecuteStatementRequest, ExecuteStatementResponse, SqlParameter } from "@aws-sdk/client-rds-data";
import { columnMetadata } from "./column-metadata.ts";
import { badRequest, databaseError } from "./faults.ts";
import { type BoundStatement, bindParameters } from "./parameter-values.ts";
import { formatRecords, recordsOf } from "./records.ts";
import { resultTypes } from "./result-types.ts";
import type { Session, StatementResult } from "./session.ts";

/** How the result of a statement is wanted. */
type ResultWishes = Pick<ExecuteStatementRequest, "includeResultMetadata" | "formatRecordsAs" | "resultSetOptions">;

/**
 * Runs one statement and gives its result as ExecuteStatement does. A statement with rows counts none as updated, `RETURNING` included.
 * Throws UnsupportedResultException for rows that the Data API does not give.
 */
export async function execute(
  session: Session,
  statement: BoundStatement,
  wishes: ResultWishes,
): Promise<ExecuteStatementResponse> {
  const result = await session.run(statement);
  if (result.fields.length === 0) return { numberOfRecordsUpdated: result.rowCount, generatedFields: [] };
  return { numberOfRecordsUpdated: 0, ...(await rowsOf(session, result, wishes)) };
}

async function rowsOf(
  { client }: Session,
  { fields, rows }: StatementResult,
  wishes: ResultWishes,
): Promise<ExecuteStatementResponse> {
  const types = await resultTypes(client, fields);
  const records = recordsOf(rows, types, wishes.resultSetOptions ?? {});
  if (wishes.formatRecordsAs === "JSON") {
    const labels = fields.map(({ name }) => name);
    // Two columns of one name would be one member of the object.
    if (new Set(labels).size < labels.length) throw badRequest("JSON needs another label for each column.");
    return { formattedRecords: formatRecords(records, labels) };
  }
  if (wishes.includeResultMetadata !== true) return { records };
  return { records, columnMetadata: await columnMetadata(client, fields, types) };
}

/** The statements of a batch, one for each set of parameters; one without any where there is no set. */
export function bindBatch(sql: string, parameterSets: readonly (readonly SqlParameter[])[] = []): BoundStatement[] {
  return (parameterSets.length === 0 ? [[]] : parameterSets).map((parameters) => bindParameters(sql, parameters));
}

/** Runs the statements of a batch. Throws DatabaseErrorException for one that gives rows: batches are for data manipulation. */
export async function executeBatch(session: Session, statements: readonly BoundStatement[]): Promise<void> {
  for (const statement of statements) {
    const { fields } = await session.run(statement);
    if (fields.length > 0) throw databaseError("A result was returned when none was expected.");
  }
}
