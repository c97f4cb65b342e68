import { defaultStack } from "../command-for.ts";
import type { Page } from "../terminal/page.ts";
import { table } from "../terminal/table.ts";
import { drawVerification } from "../verify/draw-verification.ts";
import type { Verification } from "../verify/verification.ts";
import type { Kept } from "./kept.ts";
import type { Rehearsal } from "./rehearse.ts";
import { settingOf } from "./variant-settings.ts";

/** A rehearsal as text: what was unusual about it, phases, the verification, what is left. */
export function drawRehearsal(rehearsal: Rehearsal, page: Page): string {
  const { kept, migrationType, residue, variants, verification } = rehearsal;
  const unusual = settingOf(variants);
  const how = [
    ...(migrationType === "full-load-and-cdc" ? [] : [`Migration type: ${migrationType}.`]),
    ...(unusual === "" ? [] : [`Variants: ${unusual}.`]),
  ];
  const users = rehearsal.syncs.map(
    ({ bot, title, rows }) => `Synced by its user meanwhile: ${bot} ${title}, ${rows} rows.`,
  );
  const phases = rehearsal.phases.map(({ name, seconds }) => [name, `${seconds.toFixed(1)} s`]);
  const snapshots = rehearsal.snapshots.map((name) => `, but for the snapshot ${name}, which is kept on purpose`);
  const left =
    residue.length === 0
      ? `Left behind: nothing${snapshots.join("")}.`
      : page.colours.bad(`LEFT BEHIND:\n${residue.join("\n")}`);
  const keptLines =
    kept === undefined
      ? []
      : [
          "Kept, until `bedrock-chat-migrate local-aws stop`:",
          ...Object.entries(kept.env).map(([name, value]) => `  export ${name}='${value}'`),
          `  temporary cluster: ${kept.sourceUrl}`,
          `  new cluster:       ${kept.targetUrl}`,
          `  run ${kept.run}, state folder ${kept.stateDir}`,
        ];
  const rest = kept === undefined ? [left] : keptLines;
  return [
    ...how,
    ...users,
    table(["phase", "time"], phases, page),
    "",
    verification === null
      ? "COULD NOT VERIFY."
      : drawVerification(lasting(verification, kept), page, { stack: defaultStack }),
    "",
    ...rest,
  ].join("\n");
}

/** Without the evidence file, where that goes with the local AWS. */
function lasting(verification: Verification, kept: Kept | undefined): Verification {
  const { evidence: _evidence, ...document } = verification;
  return kept === undefined ? document : verification;
}
