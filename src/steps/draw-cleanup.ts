import { commandFor } from "../command-for.ts";
import { nextCommand } from "../terminal/fields.ts";
import type { Page } from "../terminal/page.ts";
import type { CleanupResult } from "./cleanup.ts";

/** What a cleanup has done, and what it could not. */
export function drawCleanup({ run, removed, residue, kept }: CleanupResult, page: Page, stack: string): string {
  if (residue.length === 0)
    return [`Run ${run} is closed: ${removed} resources removed, nothing is left.`, ...kept].join("\n");
  return [
    page.colours.bad(`${removed} resources removed; LEFT:`),
    ...residue.map((one) => `  ${one.kind} ${one.name}: ${one.why}`),
    "",
    ...new Set(residue.flatMap(({ remedy }) => remedy ?? [])),
    nextCommand(commandFor("cleanup", { stack, run }), page),
  ].join("\n");
}

/** What a cleanup has found that had nothing to do: looked for by tag in AWS, and by the record in the new cluster. */
export function nothingLeft(stack: string): string {
  return `No run of stack ${stack} has left anything: nothing carries its tag, and the new cluster holds no record.`;
}
