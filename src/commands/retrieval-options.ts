import type { CommandOptions } from "../command.ts";
import { usualRecallDrop } from "../verify/choose-lists.ts";
import { numberOf } from "./numbers.ts";

/** How much an index must find. */
export const minRecallOption = {
  "min-recall": {
    type: "number",
    coerce: numberOf("min-recall", { min: 0, max: 1, whole: false }),
    describe: "The least share of the right rows that the application's query must find, 0 to 1 [default: as before]",
  },
} as const satisfies CommandOptions;

/** How much less an index may find than before. */
export const maxRecallDropOption = {
  "max-recall-drop": {
    type: "number",
    default: usualRecallDrop,
    coerce: numberOf("max-recall-drop", { min: 0, max: 1, whole: false }),
    describe: "How much less of the right rows the application's query may find than before the load, 0 to 1",
  },
} as const satisfies CommandOptions;
