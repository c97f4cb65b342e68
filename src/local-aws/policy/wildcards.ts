/** Whether a value fits an IAM pattern: `*` is any text, `?` one character, everything else itself. */
export function fits(pattern: string, value: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "s").test(value);
}

/**
 * Whether an ARN fits a pattern as ArnLike compares them: part by part, so that a `*` does not reach over a colon of the first five
 * (IAM user guide, "ARN condition operators").
 */
export function arnFits(pattern: string, value: string): boolean {
  const wanted = arnParts(pattern);
  const given = arnParts(value);
  return wanted.length === given.length && wanted.every((part, index) => fits(part, given[index] ?? ""));
}

function arnParts(arn: string): string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), ...(parts.length > 5 ? [parts.slice(5).join(":")] : [])];
}
