import { expect, test } from "vitest";
import { type VariantName } from "../../src/local-aws/variants.ts";
import { run } from "./product.ts";

/** A rehearsal on an AWS that behaves so, and how it must end. */
export interface VariantCase {
  /** `NAME=VALUE`, several of them with commas between where they have nothing to do with each other. */
  readonly variants: string;
  readonly flags?: readonly string[];
  /** What the refusal must name as the way out; green where it is left out. */
  readonly wayOut?: string;
}

/** The values that the cases rehearse, by variant. */
export function valuesRehearsed(cases: readonly VariantCase[]): Map<VariantName, Set<string>> {
  const rehearsed = new Map<VariantName, Set<string>>();
  for (const pair of cases.flatMap(({ variants }) => variants.split(","))) {
    const [name, value] = pair.split("=") as [VariantName, string];
    rehearsed.set(name, (rehearsed.get(name) ?? new Set()).add(value));
  }
  return rehearsed;
}

/** One test a case. */
export function rehearseUnder(cases: readonly VariantCase[]): void {
  test.each(cases)("rehearse --variant $variants $flags", async ({ variants, flags = [], wayOut }) => {
    const small = ["--rows=100", "--bots=4", "--dimensions=8", "--time-scale=0.0002"];
    // They have nothing to do with DMS.
    small.push("--no-prepare", "--no-target-snapshot");
    const { code, stdout, stderr } = await run(["rehearse", "--json", ...small, "--variant", variants, ...flags]);
    if (wayOut === undefined) {
      expect(code, stderr).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        outcome: "identical",
        rows: { source: 100, target: 100 },
        residue: [],
        variants: Object.fromEntries(variants.split(",").map((pair) => pair.split("="))) as object,
      });
    } else {
      expect(code).toBe(1);
      expect(stderr).toContain("The load has failed: DMS: ");
      expect(stderr).toContain(wayOut);
    }
  });
}
