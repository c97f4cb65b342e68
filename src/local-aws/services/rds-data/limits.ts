import type { LocalClock } from "../../clock.ts";

/**
 * What the Data API allows (Aurora user guide, data-api.limitations, data-api.calling, data-api.troubleshooting). A statement takes
 * PostgreSQL's own time, which no clock shortens, so its limit is in real seconds. Transactions expire by the clock of the local AWS.
 */
export interface DataApiLimits {
  readonly statementMs: number;
  /** How long a transaction may be without a call. */
  readonly idleTransactionMs: (clock: Pick<LocalClock, "scale">) => number;
  /** How long it may last. */
  readonly transactionMs: (clock: Pick<LocalClock, "scale">) => number;
}

/** 45 s; 3 minutes; 24 hours. A client needs real time between two calls, so a fast clock leaves it ten seconds, and a minute in all. */
export const documentedLimits: DataApiLimits = {
  statementMs: 45_000,
  idleTransactionMs: ({ scale }) => Math.max(180_000 * scale, 10_000),
  transactionMs: ({ scale }) => Math.max(86_400_000 * scale, 60_000),
};

/** The most bytes of a request, of an answer's rows, and of one row. */
export const largest = { request: 4 * 1024 * 1024, response: 1024 * 1024, row: 64 * 1024 };
