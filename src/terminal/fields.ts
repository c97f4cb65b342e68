import type { Page } from "./page.ts";

/** Draws a result as `name  value` lines, and the command that comes next. */
export function drawFields(next: string): (result: object, page: Page) => string {
  return (result, page) => `${fields(result)}\n\n${nextCommand(next, page)}`;
}

/** What to type next. */
export function nextCommand(command: string, { colours }: Page): string {
  return colours.strong(`Next: ${command}`);
}

function fields(result: object): string {
  const entries = Object.entries(result as Record<string, unknown>);
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries
    .map(([name, value]) => `${name.padEnd(width)}  ${Array.isArray(value) ? value.join(", ") : String(value)}`)
    .join("\n");
}
