import type { CommandOptions } from "../command.ts";

/** How large the rehearsed deployment is: the same seed gives the same data. */
export const seedOptions = {
  bots: { type: "number", default: 20, describe: "Bots of the seeded deployment" },
  rows: { type: "number", default: 5_000, describe: "Rows of its table items" },
  dimensions: { type: "number", default: 1_024, describe: "Dimensions of its vectors" },
  seed: { type: "number", default: 1, describe: "Seed of its data" },
  "time-scale": {
    type: "number",
    default: 1 / 600,
    defaultDescription: "1/600: ten minutes take a second",
    describe: "Seconds that the local AWS takes for a second of AWS's",
  },
} as const satisfies CommandOptions;
