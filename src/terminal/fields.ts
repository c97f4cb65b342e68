/** A result as `name  value` lines. */
export function fields(result: object): string {
  const entries = Object.entries(result as Record<string, unknown>);
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries
    .map(([name, value]) => `${name.padEnd(width)}  ${Array.isArray(value) ? value.join(", ") : String(value)}`)
    .join("\n");
}
