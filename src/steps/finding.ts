import { ExpectedError } from "../errors.ts";

/** What is in the load's way, and what mends it. */
export interface Finding {
  readonly what: string;
  readonly remedy: string;
}

/** Throws an ExpectedError that tells every finding with its remedy; nothing where there is none. */
export function refuseFindings(findings: readonly Finding[]): void {
  const [only, ...others] = findings;
  if (only === undefined) return;
  if (others.length === 0) throw new ExpectedError(only.what, only.remedy);
  const numbered = (text: (finding: Finding) => string) =>
    findings.map((finding, at) => `  ${at + 1}. ${text(finding).replaceAll("\n", "\n     ")}`).join("\n");
  throw new ExpectedError(
    `${findings.length} things are in the load's way; nothing was changed:\n${numbered(({ what }) => what)}`,
    `What mends them:\n${numbered(({ remedy }) => remedy)}`,
  );
}
