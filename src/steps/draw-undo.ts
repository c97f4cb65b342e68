import { nextCommand } from "../terminal/fields.ts";
import type { Page } from "../terminal/page.ts";
import { describeLeft } from "./take-rows-back.ts";
import type { UndoResult } from "./undo.ts";

/** What an undo has done, as text for stdout. */
export function drawUndo(result: UndoResult, page: Page): string {
  return [
    `Run ${result.run} is taken back: ${result.removed.toLocaleString("en-US")} loaded rows removed, ${result.putBack.toLocaleString("en-US")} replaced rows put back.`,
    ...result.left.map((one) => `  ${describeLeft(one)}`),
    ...(result.indexes.length > 0 ? [`Vector index built: ${result.indexes.join(", ")}.`] : []),
    "",
    nextCommand("bedrock-chat-migrate start-dms-migration (to load again), or cleanup (to end the run)", page),
  ].join("\n");
}
