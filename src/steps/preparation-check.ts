/** What was looked at: known, or why it is not. */
export type Known<T> = { readonly value: T } | { readonly unknown: string; readonly remedy: string };

/** `unknown`: it could not be looked at, and that alone is reason not to go on unasked. */
export type Verdict = "ok" | "blocking" | "warning" | "unknown";

export interface PreparationCheck {
  readonly check: string;
  readonly verdict: Verdict;
  readonly what: string;
  /** What mends it; null where there is nothing to mend. */
  readonly remedy: string | null;
}

/** Blocked by anything that blocks; unknown where something is not known. Pure. */
export function outcomeOf(checks: readonly PreparationCheck[]): "ready" | "blocked" | "unknown" {
  if (checks.some((one) => one.verdict === "blocking")) return "blocked";
  return checks.some((one) => one.verdict === "unknown") ? "unknown" : "ready";
}

/** One check. */
export function check(name: string, verdict: Verdict, what: string, remedy: string | null = null): PreparationCheck {
  return { check: name, verdict, what, remedy };
}

/** A check of something that would be blocking, and could not be looked at. */
export function unknown(name: string, why: { readonly unknown: string; readonly remedy: string }): PreparationCheck {
  return check(name, "unknown", `Could not be looked at: ${why.unknown}`, why.remedy);
}

/** `1 bot`, `2 bots`. */
export function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}
