import { commandFor } from "../command-for.ts";
import type { Page } from "../terminal/page.ts";
import { table } from "../terminal/table.ts";
import { keepingOld } from "./kept-snapshots.ts";
import type { PrepareResult } from "./prepare.ts";
import type { PreparationCheck } from "./preparation-check.ts";

const colours = { ok: "good", warning: "strong", blocking: "bad", unknown: "bad" } as const;

/** What `prepare` has found: a table of the checks, what mends them, the snapshot, and what comes next. */
export function drawPrepare(result: PrepareResult, page: Page): string {
  const rows = result.checks.map((one) => [one.check, { text: one.verdict, colour: colours[one.verdict] }, one.what]);
  const remedies = result.checks.filter((one) => one.verdict !== "ok" && one.remedy !== null);
  return [
    table(["check", "verdict", "found"], rows, page),
    ...(remedies.length === 0 ? [] : ["", "What was found, and what mends it:", ...remedies.map(drawRemedy)]),
    "",
    ...conclusion(result, page),
  ].join("\n");
}

function drawRemedy({ check, what, remedy }: PreparationCheck): string {
  // What was found is in the table as well, which a terminal may have cut.
  return `  ${check}: ${what}\n${(remedy ?? "").replaceAll(/^/gm, "    ")}`;
}

function conclusion({ outcome, snapshot, run, stack }: PrepareResult, { colours: paint }: Page): string[] {
  if (outcome === "blocked")
    return [paint.bad("DO NOT DEPLOY YET: mend what is blocking, then run this again. No snapshot was taken.")];
  const kept =
    snapshot === null
      ? []
      : [
          `Snapshot ${snapshot.name} of ${snapshot.createdAt ?? "now"} is available, in run ${run}: ${keepingOld(snapshot.name)}`,
        ];
  if (outcome === "unknown")
    return [
      ...kept,
      "",
      paint.bad(
        "COULD NOT VERIFY: not everything that could stand in the way of the deploy or the migration was looked at.",
      ),
    ];
  return [...kept, "", paint.good("Go ahead."), ...afterwards(stack)];
}

/** Upstream's upgrade notes (docs/migration/V0_TO_V1.md, tag v1.0.0) in short, with this toolkit in the place of its database guide. */
function afterwards(stack: string): string[] {
  return [
    "Next:",
    "  1. npx cdk deploy            (v1; in the repository's folder cdk)",
    `  2. ${commandFor("restore-snapshot", { stack })}`,
    `     ${commandFor("start-dms-migration", { stack })}`,
    `     ${commandFor("verify-counts", { stack })}`,
    `     ${commandFor("cleanup", { stack })}`,
    "  3. Publish again the APIs that you removed.",
    "  4. Put users who shall create bots into the Cognito group CreatingBotAllowed:",
    "     aws cognito-idp admin-add-user-to-group --group-name CreatingBotAllowed --username USER --user-pool-id POOL   (POOL: output AuthUserPoolId… of the stack)",
    "Disabling the password's rotation, and noting the password, as upstream's notes say, is needless: the temporary cluster gets a password of its own.",
  ];
}
