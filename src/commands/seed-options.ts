import type { CommandOptions } from "../command.ts";
import { numberOf } from "./numbers.ts";

/** How large the rehearsed deployment is: the same seed gives the same data. */
export const seedOptions = {
  bots: {
    type: "number",
    default: 20,
    coerce: numberOf("bots", { min: 1, max: 10_000 }),
    describe: "Bots of the seeded deployment",
  },
  rows: {
    type: "number",
    default: 5_000,
    coerce: numberOf("rows", { min: 0, max: 10_000_000 }),
    describe: "Rows of its table items",
  },
  dimensions: {
    type: "number",
    default: 1_024,
    // pgvector's ivfflat indexes no more than 2,000 dimensions.
    coerce: numberOf("dimensions", { min: 1, max: 2_000 }),
    describe: "Dimensions of its vectors",
  },
  seed: {
    type: "number",
    default: 1,
    coerce: numberOf("seed", { min: 0, max: 2 ** 31 }),
    describe: "Seed of its data",
  },
  "time-scale": {
    type: "number",
    default: 1 / 600,
    defaultDescription: "1/600: ten minutes take a second",
    coerce: numberOf("time-scale", { min: 0.000_01, max: 10, whole: false }),
    describe: "Seconds that the local AWS takes for a second of AWS's",
  },
} as const satisfies CommandOptions;
