import { commandFor, type WorksOn } from "../command-for.ts";
import { nextCommand } from "../terminal/fields.ts";
import type { Page } from "../terminal/page.ts";
import { describeLeft } from "./take-rows-back.ts";
import type { UndoResult } from "./undo.ts";

/** What an undo has done, as text for stdout. */
export function drawUndo(result: UndoResult, page: Page, on: WorksOn): string {
  return [
    `Run ${result.run} is taken back: ${result.removed.toLocaleString("en-US")} loaded rows removed, ${result.putBack.toLocaleString("en-US")} replaced rows put back.`,
    ...result.left.map((one) => `  ${describeLeft(one)}`),
    ...(result.indexes.length > 0 ? [`Vector index built: ${result.indexes.join(", ")}.`] : []),
    "",
    nextCommand(
      `${commandFor("start-dms-migration", on)} (to load again), or ${commandFor("cleanup", on)} (to end the run)`,
      page,
    ),
  ].join("\n");
}
