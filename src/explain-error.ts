import { defaultStack } from "./command-for.ts";
import { denialOf, howToAllow } from "./aws/denied.ts";
import { ExpectedError, exitCode, UnverifiedError, UsageError } from "./errors.ts";

/** What a verification that could not look throws: never the exit code of "different". Usage, Ctrl-C and defects stay what they are. */
export function asUnverified(error: unknown, stack?: string): unknown {
  const expected = explainError(error, stack);
  if (expected?.exitCode !== exitCode.failed) return error;
  return new UnverifiedError(`Could not verify: ${expected.message}`, expected.hint, { cause: error });
}

/** An error as the operator is told it: what AWS, PostgreSQL or the SDK say gets a next step; undefined for a defect of ours. */
export function explainError(error: unknown, stack = defaultStack): ExpectedError | undefined {
  if (error instanceof ExpectedError) return error;
  if (!(error instanceof Error)) return undefined;
  if (error.name === "CredentialsProviderError" || error.name === "TokenProviderError")
    return new UsageError(
      "There are no AWS credentials.",
      `Set AWS_PROFILE (or pass --profile), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run \`aws sso login\`. The SDK says: ${error.message}`,
      { cause: error },
    );
  if (error.message === "Region is missing")
    return new UsageError("No AWS Region is set.", "Pass --region, or set AWS_REGION.", { cause: error });
  if ("$fault" in error) return explainAws(error, stack);
  if ("severity" in error)
    return new ExpectedError(
      `PostgreSQL: ${error.message}`,
      "Mend what it says, then run the same command again.",
      undefined,
      {
        cause: error,
      },
    );
  if ("code" in error && networkErrors.has(String(error.code)))
    return new ExpectedError(
      `AWS cannot be reached: ${error.message || String(error.code)}`,
      "Check the network, --region, and AWS_ENDPOINT_URL if it is set. Then run the same command again.",
      undefined,
      { cause: error },
    );
  if (error.name === "TimeoutError")
    return new ExpectedError(
      `AWS does not answer: ${error.message}`,
      "Check the network. Then run the same command again.",
      undefined,
      {
        cause: error,
      },
    );
  if ("code" in error && "syscall" in error && fileErrors.has(String(error.code)))
    return new UsageError(error.message, "Mend the file or folder, or name another one (--state-dir, --ca-file).", {
      cause: error,
    });
  return undefined;
}

/** The system's words for a network that does not answer, and Node's for a certificate that is not trusted (a proxy's, often). */
const networkErrors = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** The system's words for a folder or disk that does not take the journal. */
const fileErrors = new Set(["EACCES", "EISDIR", "ENOENT", "ENOSPC", "ENOTDIR", "EPERM", "EROFS"]);

const badCredentials = [
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "SignatureDoesNotMatch",
  "InvalidSignatureException",
];

function explainAws(error: Error, stack: string): ExpectedError {
  if (badCredentials.includes(error.name))
    return new UsageError(
      `AWS refuses the credentials: ${error.message}`,
      "Renew them (`aws sso login`), or pass --profile.",
      {
        cause: error,
      },
    );
  const denial = denialOf(error);
  if (denial !== undefined)
    return new ExpectedError(
      denial,
      `${howToAllow({ stack })} Nothing was undone: allow it, then run the same command again.`,
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
