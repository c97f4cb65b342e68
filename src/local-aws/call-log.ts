import type { FaultKind } from "./fault-switches.ts";

/** One call that reached the local AWS. It holds names only: values of inputs may be secrets. */
export interface CallRecord {
  /** ISO 8601. */
  readonly at: string;
  readonly requestId: string;
  /** The signing name; empty where the request named no service. */
  readonly service: string;
  readonly operation: string;
  readonly accountId: string;
  readonly region: string;
  /** The ARN of the role that called; the operator's calls have none. */
  readonly role?: string;
  /** Names of the input's top-level members. */
  readonly members: readonly string[];
  /** The HTTP status; 0 where the connection was closed without an answer. */
  readonly status: number;
  readonly errorCode?: string;
  /** The failure that was ordered for this call. */
  readonly fault?: FaultKind;
}

const capacity = 20_000;

/** The newest calls, oldest first. */
export class CallLog {
  readonly #records: CallRecord[] = [];

  add(record: CallRecord): void {
    this.#records.push(record);
    if (this.#records.length > capacity) this.#records.splice(0, this.#records.length - capacity);
  }

  records(): readonly CallRecord[] {
    return [...this.#records];
  }
}
