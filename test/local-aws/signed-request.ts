import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";

/** A request that no SDK client would send, signed as one: for what a server must refuse. */
export async function sendSigned(
  endpoint: string,
  service: string,
  request: { readonly path?: string; readonly headers: Record<string, string>; readonly body: string },
): Promise<{ status: number; body: string; headers: Headers }> {
  const signer = new SignatureV4({
    credentials: { accessKeyId: "LOCALAWSACCESSKEY", secretAccessKey: "local-aws-secret-access-key" },
    region: "us-east-1",
    service,
    sha256: Sha256,
  });
  const { path = "/" } = request;
  const { host } = new URL(endpoint);
  const unsigned = new HttpRequest({
    method: "POST",
    path,
    headers: { host, ...request.headers },
    body: request.body,
  });
  const { headers } = await signer.sign(unsigned);
  const response = await fetch(new URL(path, endpoint), { method: "POST", headers, body: request.body });
  return { status: response.status, body: await response.text(), headers: response.headers };
}
