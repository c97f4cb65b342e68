import { AwsFault } from "../fault.ts";
import type { Service } from "../service.ts";

/** The refusals that every service has, in the codes that its protocol family uses for them. */
export interface Refusals {
  readonly missingToken: () => AwsFault;
  readonly invalidToken: () => AwsFault;
  readonly incompleteSignature: (header: string) => AwsFault;
  readonly signatureDoesNotMatch: () => AwsFault;
  readonly throttled: () => AwsFault;
  readonly internal: () => AwsFault;
  readonly denied: (message: string) => AwsFault;
  readonly unknownOperation: (message: string) => AwsFault;
  readonly malformed: (member: string, expected: string) => AwsFault;
}

const texts = {
  missingToken: "Request is missing Authentication Token",
  invalidToken: "The security token included in the request is invalid.",
  throttled: "Rate exceeded",
  internal: "We encountered an internal error. Please try again.",
  signature:
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
  credentials: "AWS was not able to validate the provided access credentials",
};

/** https://docs.aws.amazon.com/awssupport/latest/APIReference/CommonErrors.html (the JSON services' list). */
const json: Refusals = {
  missingToken: () => new AwsFault("MissingAuthenticationTokenException", texts.missingToken, 403),
  invalidToken: () => new AwsFault("UnrecognizedClientException", texts.invalidToken, 400),
  incompleteSignature: (header) => new AwsFault("IncompleteSignatureException", incomplete(header), 400),
  signatureDoesNotMatch: () => new AwsFault("InvalidSignatureException", texts.signature, 400),
  throttled: () => new AwsFault("ThrottlingException", texts.throttled, 400),
  internal: () => new AwsFault("InternalFailure", texts.internal, 500),
  denied: (message) => new AwsFault("AccessDeniedException", message, 400),
  unknownOperation: (message) => new AwsFault("UnknownOperationException", message, 400),
  malformed: (member, expected) => new AwsFault("SerializationException", `${member} is not ${expected}`, 400),
};

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html */
const query: Refusals = {
  missingToken: () => new AwsFault("MissingAuthenticationToken", texts.missingToken, 403),
  invalidToken: () => new AwsFault("InvalidClientTokenId", texts.invalidToken, 403),
  incompleteSignature: (header) => new AwsFault("IncompleteSignature", incomplete(header), 400),
  signatureDoesNotMatch: () => new AwsFault("SignatureDoesNotMatch", texts.signature, 403),
  throttled: () => new AwsFault("Throttling", texts.throttled, 400),
  internal: () => new AwsFault("InternalFailure", texts.internal, 500),
  denied: (message) => new AwsFault("AccessDenied", message, 403),
  unknownOperation: (message) => new AwsFault("InvalidAction", message, 400),
  malformed: (member, expected) => new AwsFault("MalformedInput", `${member} is not ${expected}`, 400),
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const ec2: Refusals = {
  missingToken: query.missingToken,
  invalidToken: () => new AwsFault("AuthFailure", texts.credentials, 401),
  incompleteSignature: query.incompleteSignature,
  signatureDoesNotMatch: query.signatureDoesNotMatch,
  throttled: () => new AwsFault("RequestLimitExceeded", "Request limit exceeded.", 503),
  internal: () => new AwsFault("InternalError", "An internal error has occurred", 500),
  denied: (message) =>
    new AwsFault("UnauthorizedOperation", `You are not authorized to perform this operation. ${message}`, 403),
  unknownOperation: query.unknownOperation,
  malformed: (member, expected) => new AwsFault("InvalidParameterValue", `${member} is not ${expected}`, 400),
};

/** Refusals by protocol. */
export const refusals: Readonly<Record<Service["protocol"], Refusals>> = {
  "json-1.1": json,
  "rest-json-1": { ...json, denied: (message) => new AwsFault("AccessDeniedException", message, 403) },
  query,
  "ec2-query": ec2,
};

/** What a service of this protocol answers when required members are missing; `paths` are those of `missingMembers`. */
export function missingMemberFault(service: Service, paths: readonly string[]): AwsFault {
  const [first = ""] = paths;
  const validation =
    service.missingMemberCode ?? (service.protocol.includes("json") ? "ValidationException" : undefined);
  if (!validation)
    return new AwsFault("MissingParameter", `The request must contain the parameter ${parameterName(first)}`);
  const errors = paths.map((path) => `Value null at '${path}' failed to satisfy constraint: Member must not be null`);
  const count = `${paths.length} validation error${paths.length === 1 ? "" : "s"} detected`;
  return new AwsFault(validation, `${count}: ${errors.join("; ")}`);
}

/** `dBClusterIdentifier` -> `DBClusterIdentifier`: MissingParameter names the parameter as the request would. */
function parameterName(path: string): string {
  return path.replaceAll(".member", "").replace(/^[a-z]/, (letter) => letter.toUpperCase());
}

function incomplete(header: string): string {
  return `Authorization header requires 'Credential' parameter, 'SignedHeaders' parameter and 'Signature' parameter. Authorization=${header.split(" ")[0] ?? ""}`;
}
