import type { CleanupResult } from "./cleanup.ts";

/** What a cleanup has done, and what it could not. */
export function drawCleanup({ run, removed, residue }: CleanupResult): string {
  if (residue.length === 0) return `Run ${run} is closed: ${removed} resources removed, nothing is left.`;
  return [
    `${removed} resources removed; LEFT:`,
    ...residue.map((one) => `  ${one.kind} ${one.name}: ${one.why}`),
    "",
    `Next: bedrock-chat-migrate cleanup --run ${run}`,
  ].join("\n");
}
