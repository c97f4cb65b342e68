import { denialOf } from "../aws/denied.ts";
import { awsErrorName } from "../aws/errors.ts";
import { ExpectedError } from "../errors.ts";
import { type Database, refusedLogin, UnreachableError } from "./session.ts";

/** An error of PostgreSQL that the Data API has told, in the members that the driver's own errors have. */
class DataApiDatabaseError extends Error {
  readonly severity: string;
  /** Its SQLSTATE. */
  readonly code: string;

  constructor(severity: string, message: string, code: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DataApiDatabaseError";
    this.severity = severity;
    this.code = code;
  }
}

const otherWay = "or go there directly (--connect direct: from inside the VPC, or through a tunnel)";

/** What a failed call of the Data API means, with its way out; the error itself where that is AWS's, not the Data API's own. */
export function explainDataApi(database: Database, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const where = `${database.label} (Data API of ${database.clusterArn})`;
  const expected = (message: string, hint: string) => new ExpectedError(message, hint, undefined, { cause: error });
  const unreachable = (message: string, hint: string) =>
    new UnreachableError(message, hint, undefined, { cause: error });
  switch (awsErrorName(error)) {
    case "DatabaseErrorException":
    case "BadRequestException":
      return databaseError(database, where, error);
    case "HttpEndpointNotEnabledException":
      return unreachable(
        `The Data API of ${database.label} is not enabled.`,
        `aws rds enable-http-endpoint --resource-arn ${database.clusterArn}; ${otherWay}.`,
      );
    case "AccessDeniedException":
    case "ForbiddenException":
      return expected(
        denialOf(error) ?? `AWS denies it: ${error.message}`,
        `\`iam-policy\` prints the policy that this role or user needs. The Data API takes rds-data actions on ${database.clusterArn}, and secretsmanager:GetSecretValue on ${database.secretArn}; ${otherWay}.`,
      );
    case "SecretsErrorException":
    case "InvalidSecretException":
      return expected(
        `The Data API cannot read the login of ${database.label} from secret ${database.secretArn}: ${error.message}`,
        `It takes secretsmanager:GetSecretValue on it, and a JSON object with username and password in it; ${otherWay}.`,
      );
    case "UnsupportedResultException":
      return expected(
        `The Data API does not give the result of a statement on ${database.label}: ${error.message}`,
        `It gives rows of 64 KB and answers of 1 MiB at most; ${otherWay.slice(3)}.`,
      );
    case "StatementTimeoutException":
      return expected(
        `A statement on ${database.label} took longer than the 45 seconds that the Data API gives it.`,
        `Raise the cluster's minimum capacity for the time of the migration; ${otherWay}. The statement and its transaction were undone: run the same command again, and it goes on.`,
      );
    case "TransactionNotFoundException":
      return unreachable(
        `The transaction on ${database.label} was ended meanwhile: ${error.message}`,
        "Was the cluster restarted, or this machine asleep? Run the same command again.",
      );
    case "DatabaseResumingException":
    case "DatabaseUnavailableException":
    case "DatabaseNotFoundException":
      return unreachable(
        `Cannot reach ${where}: ${error.message}`,
        "Does the cluster have a running writer (aws rds describe-db-clusters)? Run the same command again when it has.",
      );
    default:
      return error;
  }
}

/**
 * The connection between the Data API and the server broke, or the server stops or starts: class 08 and 57P0x, as for a connection of one's
 * own. AWS documents exceptions of its own for that; whether these texts come through as well it does not say. A driver's own words (of
 * AWS's JDBC drivers) have no SQLSTATE.
 */
function isConnectionLoss(state: string, message: string): boolean {
  return (
    /^(08|57P0)/.test(state) ||
    (state === "" && /communications link failure|the connection attempt failed|i\/o error occurred/i.test(message))
  );
}

/** `ERROR: relation "x" does not exist; Position: 15; SQLState: 42P01`: the state is only in the text. */
function databaseError(database: Database, where: string, error: Error): unknown {
  const [, severity = "ERROR", words = ""] = /^(?:(ERROR|FATAL|PANIC): )?([^]*)$/.exec(error.message) ?? [];
  const state = /SQLState: ([0-9A-Z]{5})/.exec(words)?.[1] ?? "";
  const message = words.replace(/[;\s]*(Position: \d+; )?SQLState: [0-9A-Z]{5}.*$/s, "");
  // What a refused login is answered with is not documented: the words are PostgreSQL's in any case.
  const refused = state === "28P01" || state === "28000" || /password authentication failed/i.test(message);
  const cause = new DataApiDatabaseError(severity, message, refused ? "28P01" : state, { cause: error });
  if (refused) return refusedLogin(where, database, message, cause);
  if (isConnectionLoss(state, message))
    return new UnreachableError(
      `Cannot reach ${where}: ${message.split("\n", 1).join("")}`,
      "Was its writer stopped, or did it fail over (aws rds describe-events)? Run the same command again when it is available.",
      undefined,
      { cause },
    );
  return state === "" ? error : cause;
}
