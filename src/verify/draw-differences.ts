import { describeRow } from "./describe-difference.ts";
import type { Differences } from "./differences.ts";

/** Differing rows, one sentence each. Of texts no word is shown. */
export function drawDifferences({ rows, listed, uncompared }: Differences): string {
  const all = rows.missing + rows.extra + rows.changed + rows.moved;
  const rest = all - listed.length;
  return [
    ...listed.map(describeRow),
    ...(rest > 0 ? [`and ${rest.toLocaleString("en-US")} more rows (--max-differences lists them)`] : []),
    ...uncompared.map(({ column, why }) => `column ${column} was left out: ${why}`),
  ].join("\n");
}
