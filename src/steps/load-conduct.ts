import { usualLimits } from "../aws/data-migration-options.ts";
import { usualRecallDrop } from "../verify/choose-lists.ts";
import type { IndexPolicy } from "./tune-index.ts";

/** How a load is gone about; nothing of it is noted, each call says it anew. */
export interface LoadConduct {
  /** The stack's pipes are stopped for the load. */
  readonly pauseSync: boolean;
  /** The vector index is built while inserts go on. */
  readonly concurrently: boolean;
  readonly indexPolicy: IndexPolicy;
  readonly limits: LoadLimits;
}

/** How long a load may take before a command stops following it, in milliseconds. */
export interface LoadLimits {
  /** From the start of the data migration to the first sign of a copy. */
  readonly startingMs: number;
  /** From then to the end. */
  readonly loadMs: number;
  /** While a database cannot be reached, for each time. */
  readonly outageMs: number;
}

/** The limits in milliseconds. */
export function limitsOf(limits: {
  readonly startingMinutes: number;
  readonly loadHours: number;
  readonly outageMinutes: number;
}): LoadLimits {
  return {
    startingMs: limits.startingMinutes * 60_000,
    loadMs: limits.loadHours * 3_600_000,
    outageMs: limits.outageMinutes * 60_000,
  };
}

export const usualConduct: LoadConduct = {
  pauseSync: false,
  concurrently: false,
  indexPolicy: { index: "tuned", maxRecallDrop: usualRecallDrop },
  limits: limitsOf(usualLimits),
};
