import { openFacts } from "../local-aws/variants.ts";
import type { Page } from "../terminal/page.ts";
import { table } from "../terminal/table.ts";

/** What there is to choose, the default first. */
export function drawVariants(_: object, page: Page): string {
  const rows = Object.entries(openFacts).flatMap(([name, { about, values }]) => [
    [name, "", about],
    ...Object.entries(values).map(([value, meaning]) => ["", value, meaning]),
  ]);
  return table(["variant", "values, the default first", "meaning"], rows, page);
}

/** The same for a script: by name what it is about, its values with their meanings, and its default. */
export function variantsDocument(): object {
  const entries = Object.entries(openFacts).map(([name, { about, values }]) => [
    name,
    { about, default: Object.keys(values)[0], values },
  ]);
  return Object.fromEntries(entries) as object;
}
