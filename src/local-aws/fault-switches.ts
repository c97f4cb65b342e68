import { placementFailures, taskMishaps } from "./services/ecs/mishaps.ts";

/** A failure to order: what goes wrong with which calls. */
export interface FaultSwitch {
  /** The signing name, for example `rds`. */
  readonly service: string;
  /** An operation's name, or `*` for all of the service. */
  readonly operation: string;
  /**
   * `effect-without-answer` does the work, then closes the connection; `drop-connection` does nothing of it. `resuming` is what the Data API
   * answers while a cluster that had paused resumes. The README lists those of ECS.
   */
  readonly kind: FaultKind;
  /** How many calls go wrong. */
  readonly times: number;
  /** How many matching calls go well first. */
  readonly after?: number | undefined;
  /** Of the calls that follow, only each `every`th goes wrong (1, all of them, where it is missing). */
  readonly every?: number | undefined;
}

/** Kinds that a service plays itself, and with which of its operations; without one, with all. */
const ofService: Readonly<Partial<Record<string, { readonly service: string; readonly operation?: string }>>> = {
  resuming: { service: "rds-data" },
  "tasks-forgotten": { service: "ecs" },
  ...Object.fromEntries(
    [...Object.keys(placementFailures), ...taskMishaps].map((kind) => [kind, { service: "ecs", operation: "RunTask" }]),
  ),
};

const faultKinds = [
  "throttle",
  "server-error",
  "access-denied",
  "effect-without-answer",
  "drop-connection",
  "resuming",
  "tasks-forgotten",
  ...(Object.keys(placementFailures) as (keyof typeof placementFailures)[]),
  ...taskMishaps,
] as const;

/** The kinds of failure there are. */
export type FaultKind = (typeof faultKinds)[number];

/** The failures that are ordered now. */
export interface FaultSwitches {
  add(...switches: readonly FaultSwitch[]): void;
  /** Ends all failures. */
  clear(): void;
  /** Which failure this call meets, if any. Counts the call. */
  take(service: string, operation: string): FaultKind | undefined;
}

/** A set of switches with none in it. */
export function newFaultSwitches(): FaultSwitches {
  const active: { readonly fault: FaultSwitch; seen: number; left: number }[] = [];
  return {
    add(...switches) {
      active.push(...switches.map((fault) => ({ fault, seen: 0, left: fault.times })));
    },
    clear() {
      active.length = 0;
    },
    take(service, operation) {
      let met: FaultKind | undefined;
      for (const entry of active) {
        const { fault } = entry;
        if (fault.service !== service || (fault.operation !== "*" && fault.operation !== operation)) continue;
        entry.seen += 1;
        const beyond = entry.seen - (fault.after ?? 0);
        if (met !== undefined || entry.left === 0 || beyond < 1 || beyond % (fault.every ?? 1) !== 0) continue;
        entry.left -= 1;
        met = fault.kind;
      }
      return met;
    },
  };
}

/** Whether an operation is served (`*`: whether the service is). */
export type Serves = (service: string, operation: string) => boolean;

/** The switches that a JSON document orders: one, or a list. Throws an Error that says what is wrong with it. */
export function readFaultSwitches(document: unknown, serves: Serves): FaultSwitch[] {
  return (Array.isArray(document) ? document : [document]).map((entry: unknown) => {
    if (typeof entry !== "object" || entry === null) throw new Error("A fault switch is an object.");
    const { service, operation, kind, times = 1, after = 0, every = 1, ...rest } = entry as Record<string, unknown>;
    const [unknownMember] = Object.keys(rest);
    if (unknownMember !== undefined) throw new Error(`A fault switch has no member ${unknownMember}.`);
    if (typeof service !== "string" || typeof operation !== "string")
      throw new Error("service and operation are names.");
    // A misspelt one would let a test of failures pass without any.
    if (!serves(service, operation)) throw new Error(`There is no operation ${service}:${operation} here.`);
    const known = faultKinds.find((name) => name === kind);
    if (!known) throw new Error(`kind is one of ${faultKinds.join(", ")}.`);
    const place = ofService[known];
    if (place && (place.service !== service || (place.operation ?? operation) !== operation))
      throw new Error(`Only ${[place.service, place.operation ?? "*"].join(":")} can meet ${known}.`);
    if (!isCount(times, 1) || !isCount(after, 0) || !isCount(every, 1))
      throw new Error("times, after and every are counts.");
    return { service, operation, kind: known, times, after, every };
  });
}

function isCount(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}
