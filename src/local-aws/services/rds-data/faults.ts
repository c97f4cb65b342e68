import { DatabaseError } from "pg";
import { AwsFault } from "../../fault.ts";

/** The request is wrong in itself. */
export function badRequest(message: string): AwsFault {
  return new AwsFault("BadRequestException", message);
}

/** The request asks for what Aurora PostgreSQL's Data API does not have: multi-statements, `schema`. */
export function validation(message: string): AwsFault {
  return new AwsFault("ValidationException", message);
}

/** PostgreSQL refused, or the transaction is busy. */
export function databaseError(message: string): AwsFault {
  return new AwsFault("DatabaseErrorException", message);
}

/** The writer cannot be reached now. */
export function databaseUnavailable(): AwsFault {
  return new AwsFault("DatabaseUnavailableException", "The writer instance in the DB cluster isn't available.", 504);
}

/** The cluster had paused (Serverless v2 with a minimum of 0), and resumes for this call, which has had no effect. */
export function databaseResuming(): AwsFault {
  return new AwsFault(
    "DatabaseResumingException",
    "The Aurora DB instance is resuming after being auto-paused. Please wait a few seconds and try again.",
  );
}

/** The rows have a type, a shape or a size that the Data API does not give. */
export function unsupportedResult(message: string): AwsFault {
  return new AwsFault("UnsupportedResultException", message);
}

/** The statement took longer than a call may. */
export function statementTimeout(): AwsFault {
  return new AwsFault("StatementTimeoutException", "Request timed out");
}

/** No such transaction, or none any more. */
export function transactionNotFound(id: string): AwsFault {
  return new AwsFault("TransactionNotFoundException", `Transaction ${id} is not found`, 404);
}

/** Whether it is `statementTimeout()`. */
export function isTimeout(error: unknown): boolean {
  return error instanceof AwsFault && error.code === "StatementTimeoutException";
}

/**
 * What a failure is answered with. That of PostgreSQL: its own words and SQLSTATE (`ERROR: relation "x" does not exist; Position: 15;
 * SQLState: 42P01`). A connection that broke, or is refused by a server that stops or starts (class 57P): the writer is not available.
 */
export function faultOf(error: unknown): unknown {
  if (error instanceof DatabaseError) return error.code?.startsWith("57P") ? databaseUnavailable() : refusalOf(error);
  return isLostConnection(error) ? databaseUnavailable() : error;
}

function refusalOf({ severity, message, detail, hint, position, code }: DatabaseError): AwsFault {
  if (code === "42601" && message.includes("cannot insert multiple commands"))
    return validation("Multistatements aren't supported.");
  const more = { Detail: detail, Hint: hint, Position: position, SQLState: code };
  const parts = Object.entries(more).flatMap(([name, text]) => (text === undefined ? [] : [`${name}: ${text}`]));
  return databaseError([`${severity ?? "ERROR"}: ${message}`, ...parts].join("; "));
}

/** Of Node.js by its code; those of pg have none. */
function isLostConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return "syscall" in error || /^(Connection terminated|Client (was closed|has encountered))/.test(error.message);
}
