import type { CallLog } from "./call-log.ts";
import { type FaultSwitches, readFaultSwitches, type Serves } from "./fault-switches.ts";
import type { WireRequest } from "./protocol/protocol.ts";

/** Paths below it steer the local AWS itself; AWS has no such paths. */
export const controlPrefix = "/_local-aws/";

/** An answer of the control paths: JSON. */
export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** More control paths than the built-in ones; `undefined` for those that it does not know. */
export type Control = (method: string, path: string, body: unknown) => Promise<ControlAnswer> | undefined;

/**
 * Answers a control request. A web page in the operator's browser must not reach these paths: a request with an `Origin`, or for
 * another host name than a loopback one (DNS rebinding), is refused.
 */
export async function answerControl(request: WireRequest, parts: ControlParts): Promise<ControlAnswer> {
  if (request.headers["origin"] !== undefined || !isLoopback(request.headers["host"] ?? "")) {
    return { status: 403, body: { message: "Control paths take no requests from browsers." } };
  }
  try {
    const text = Buffer.from(request.body).toString();
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    const path = new URL(request.path, "http://localhost").pathname;
    const answer = builtIn(request.method, path, body, parts) ?? (await parts.control(request.method, path, body));
    return answer ?? { status: 404, body: { message: `No control path ${request.method} ${path}` } };
  } catch (error) {
    return { status: 400, body: { message: error instanceof Error ? error.message : String(error) } };
  }
}

/** What the control paths reach. */
export interface ControlParts {
  readonly log: CallLog;
  readonly faults: FaultSwitches;
  readonly control: Control;
  readonly serves: Serves;
}

function builtIn(method: string, path: string, body: unknown, parts: ControlParts): ControlAnswer | undefined {
  switch (`${method} ${path.slice(controlPrefix.length)}`) {
    case "GET calls":
      return { status: 200, body: { calls: parts.log.records() } };
    case "POST faults":
      parts.faults.add(...readFaultSwitches(body, parts.serves));
      return { status: 200, body: {} };
    case "DELETE faults":
      parts.faults.clear();
      return { status: 200, body: {} };
    default:
      return undefined;
  }
}

function isLoopback(host: string): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host);
}
