import { createHash, timingSafeEqual } from "node:crypto";
import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import type { WireRequest } from "./protocol/protocol.ts";
import type { Refusals } from "./protocol/refusals.ts";

/** The account of the access key id `LOCALAWSACCESSKEY`. */
export const defaultAccountId = "111122223333";

/** The access key id of the default account; that of any other account is its twelve digits. */
export const defaultAccessKeyId = "LOCALAWSACCESSKEY";

/** The secret access key of every access key id. */
export const secretAccessKey = "local-aws-secret-access-key";

/** A SigV4 `Authorization` header, read: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export interface Authorization {
  readonly accessKeyId: string;
  readonly region: string;
  readonly signingName: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** What the header says; `undefined` where it is no SigV4 header of a complete shape. */
export function readAuthorization(header: string): Authorization | undefined {
  const scope = /Credential=([^/,\s]+)\/\d{8}\/([^/,\s]+)\/([^/,\s]+)\/aws4_request/.exec(header);
  const signedHeaders = /SignedHeaders=([^,\s]+)/.exec(header)?.[1]?.split(";");
  const signature = /Signature=([0-9a-f]{64})/.exec(header)?.[1];
  if (!header.startsWith("AWS4-HMAC-SHA256 ") || !scope || !signedHeaders || !signature) return undefined;
  const [, accessKeyId = "", region = "", signingName = ""] = scope;
  return { accessKeyId, region, signingName, signedHeaders, signature };
}

/** The account that may use this access key id. Throws the protocol's invalid-token refusal for ids that the local AWS never gave. */
export function accountOf(authorization: Authorization, refuse: Refusals): string {
  const { accessKeyId } = authorization;
  if (accessKeyId === defaultAccessKeyId) return defaultAccountId;
  if (/^\d{12}$/.test(accessKeyId)) return accessKeyId;
  throw refuse.invalidToken();
}

/** Throws the protocol's refusal unless the request was signed, as it arrived, with the secret access key. */
export async function verifySignature(
  request: WireRequest,
  authorization: Authorization,
  refuse: Refusals,
): Promise<void> {
  const signed = await signAgain(request, authorization);
  const expected = readAuthorization(signed.headers["authorization"] ?? "")?.signature ?? "";
  const declared = request.headers["x-amz-content-sha256"];
  const bodyIsDeclared = declared === undefined || declared === sha256Hex(request.body);
  if (!bodyIsDeclared || !sameText(expected, authorization.signature)) throw refuse.signatureDoesNotMatch();
}

async function signAgain(request: WireRequest, authorization: Authorization): Promise<HttpRequest> {
  const { accessKeyId, region, signingName, signedHeaders } = authorization;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey },
    region,
    service: signingName,
    sha256: Sha256,
    applyChecksum: false,
  });
  const url = new URL(request.path, "http://localhost");
  const unsigned = new HttpRequest({
    method: request.method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(signedHeaders.map((name) => [name, request.headers[name] ?? ""])),
    body: request.body,
  });
  const options = { signingDate: signingDate(request), signableHeaders: new Set(signedHeaders) };
  return HttpRequest.clone(await signer.sign(unsigned, options));
}

/** `20260731T120000Z`, the form of the header `X-Amz-Date`. */
function signingDate(request: WireRequest): Date {
  const text = request.headers["x-amz-date"] ?? "";
  const date = new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  return Number.isNaN(date.getTime()) ? new Date(0) : date;
}

function sha256Hex(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex");
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
