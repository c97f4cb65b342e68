import { request } from "node:http";
import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Surroundings } from "./surroundings.ts";

interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Calls an operation of a JSON service as the task's role, and gives its answer. Throws an Error with the service's code. An SDK client
 * would take longer to load than the whole task takes, and hundreds of tasks share two cores.
 */
export async function callAws(
  surroundings: Surroundings,
  { service, target }: { readonly service: string; readonly target: string },
  input: object,
): Promise<Readonly<Record<string, unknown>>> {
  const { region, accessKeyId, secretAccessKey } = surroundings;
  const url = new URL(surroundings.endpoint);
  const unsigned = new HttpRequest({
    method: "POST",
    protocol: url.protocol,
    hostname: url.hostname,
    port: Number(url.port),
    path: "/",
    headers: {
      host: url.host,
      "content-type": service === "dynamodb" ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1",
      "x-amz-target": target,
    },
    body: JSON.stringify(input),
  });
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey },
    region,
    service,
    sha256: Sha256,
  });
  const { headers } = await signer.sign(unsigned);
  const { status, body } = await send(url, { method: "POST", headers }, JSON.stringify(input));
  const answer = (body ?? {}) as Readonly<Record<string, unknown>>;
  if (status >= 300) {
    const { __type: code = status, message = "", Message = message } = answer;
    throw new Error(`An error occurred (${String(code)}) when calling ${target}: ${String(Message)}`);
  }
  return answer;
}

/** Gets a JSON document. Throws an Error with its `message` where it is none of success. */
export async function getJson(address: string): Promise<Readonly<Record<string, unknown>>> {
  const { status, body } = await send(new URL(address), { method: "GET", headers: {} });
  const document = (body ?? {}) as Readonly<Record<string, unknown>>;
  const { message } = document;
  if (status >= 300) throw new Error(typeof message === "string" ? message : `HTTP status ${String(status)}`);
  return document;
}

function send(
  url: URL,
  { method, headers }: { readonly method: string; readonly headers: Readonly<Record<string, string>> },
  text = "",
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        try {
          const body: unknown = JSON.parse(Buffer.concat(chunks).toString() || "{}");
          resolve({ status: answer.statusCode ?? 500, body });
        } catch (error) {
          reject(error);
        }
      });
    });
    sent.on("error", reject);
    sent.end(text);
  });
}
