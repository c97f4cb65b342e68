import type { AsItShouldBe, Refusal } from "./judge-repair.ts";
import type { RepairResult } from "./repair.ts";

/** Why a bot was not repaired, and what becomes of it. */
const refusals: Record<Refusal, (rows: { readonly extra: number; readonly moved: number }) => string> = {
  "extra rows": ({ extra }) => `holds ${extra} rows that the temporary cluster does not have. ${embedAgain}`,
  "moved rows": ({ moved }) => `shares ${moved} rows with other bots, under the same ids. ${embedAgain}`,
  "synced meanwhile": () => "was written to while it was being repaired: run repair again.",
};

const embedAgain = "It has to be embedded again: its owner opens it in Bedrock Chat and saves it.";

const asItShouldBe: Record<AsItShouldBe, string> = {
  decided: "is as this run has decided about it",
  "deleted since": "was deleted since",
  "synced since": "was synced by its user since",
  "emptied since": "holds no rows, and its user has taken everything out of it",
};

/** What a repair has done, as text for stdout. */
export function drawRepair({ run, inserted, changed, bots, refused, left }: RepairResult): string {
  const named = ({ bot, title }: { readonly bot: string | null; readonly title: string | null }) =>
    `bot ${bot ?? "(none)"}${title === null ? "" : ` ${JSON.stringify(title)}`}`;
  return [
    bots.length === 0
      ? `Run ${run}: there was nothing to repair.`
      : `Run ${run}: ${bots.length} bots repaired, ${inserted.toLocaleString("en-US")} missing rows inserted, ${changed.toLocaleString("en-US")} changed rows set right.`,
    ...bots.map((one) => `  ${named(one)}: ${one.inserted} inserted, ${one.changed} changed`),
    ...refused.map(
      (one) =>
        `NOT repaired: ${named(one)} ${refusals[one.why]({ extra: one.extra, moved: one.movedAway + one.movedHere })}`,
    ),
    ...left.map((one) => `Left as it is: ${named(one)} ${asItShouldBe[one.why]}.`),
  ].join("\n");
}
