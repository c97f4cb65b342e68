/** A name as SQL takes it: any name, quotes and wide characters included. */
export function id(...parts: readonly string[]): string {
  return parts.map((part) => `"${part.replaceAll('"', '""')}"`).join(".");
}

/** A text as an SQL literal, for the statements that take no parameters (CREATE ROLE, ALTER SUBSCRIPTION). */
export function lit(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes("\\") ? ` E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}
