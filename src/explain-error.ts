import { ExpectedError, exitCode, UsageError } from "./errors.ts";

/** Ctrl-C, as the abort signal's reason. */
export class Interrupted extends ExpectedError {
  constructor() {
    super(
      "Stopped. Nothing was undone.",
      "`bedrock-chat-migrate status` shows what exists; the same command goes on.",
      exitCode.interrupted,
    );
  }
}

/** An error as the operator is told it: what AWS, PostgreSQL or the SDK say gets a next step; undefined for a defect of ours. */
export function explainError(error: unknown): ExpectedError | undefined {
  if (error instanceof ExpectedError) return error;
  if (!(error instanceof Error)) return undefined;
  if (error.name === "CredentialsProviderError" || error.name === "TokenProviderError")
    return new UsageError(
      "There are no AWS credentials.",
      "Set AWS_PROFILE (or pass --profile), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws sso login`.",
      { cause: error },
    );
  if (error.message === "Region is missing")
    return new UsageError("No AWS Region is set.", "Pass --region, or set AWS_REGION.", { cause: error });
  if ("$fault" in error) return explainAws(error);
  if ("severity" in error)
    return new ExpectedError(
      `PostgreSQL: ${error.message}`,
      "Mend what it says, then run the same command again.",
      undefined,
      {
        cause: error,
      },
    );
  if ("code" in error && ["ECONNREFUSED", "ENOTFOUND", "ETIMEDOUT", "ECONNRESET"].includes(String(error.code)))
    return new ExpectedError(
      `AWS cannot be reached: ${error.message || String(error.code)}`,
      "Check the network, --region, and AWS_ENDPOINT_URL if it is set. Then run the same command again.",
      undefined,
      { cause: error },
    );
  return undefined;
}

const badCredentials = [
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "SignatureDoesNotMatch",
  "InvalidSignatureException",
];

function explainAws(error: Error): ExpectedError {
  if (badCredentials.includes(error.name))
    return new UsageError(
      `AWS refuses the credentials: ${error.message}`,
      "Renew them (`aws sso login`), or pass --profile.",
      {
        cause: error,
      },
    );
  if (/^AccessDenied|^UnauthorizedOperation/.test(error.name))
    return new ExpectedError(
      `AWS denies it: ${error.message}`,
      "Allow the named action for this role or user, then run the same command again.",
      undefined,
      { cause: error },
    );
  return new ExpectedError(
    `AWS answers ${error.name}: ${error.message}`,
    "Nothing was undone. Run the same command again when it is mended.",
    undefined,
    { cause: error },
  );
}
