import type { CommandOptions } from "../command.ts";
import { rdsSchedulesOf, releases } from "../rehearse/deployment-settings.ts";
import { policyFileOf } from "../rehearse/policy-file.ts";
import { variantsOf } from "../rehearse/variant-settings.ts";
import { numberOf } from "./numbers.ts";

/** A list of versions. Throws an Error for what is none. */
function engineVersionsOf(list: string): string[] {
  const versions = list.split(",").map((one) => one.trim());
  const wrong = versions.find((one) => !/^\d+\.\d+$/.test(one));
  if (wrong === undefined) return versions;
  throw new Error(`--engine-versions takes versions like 15.4,15.12: "${wrong}" is none.`);
}

/** How large the rehearsed deployment is (the same seed gives the same data), and how AWS behaves in it. */
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
  "bedrock-chat-version": {
    choices: releases,
    default: "0.4.9" as const,
    describe: "Release of Bedrock Chat v0: 0.4.3 has no outputs of its database, and no Data API",
  },
  "rds-schedules": {
    type: "string",
    requiresArg: true,
    coerce: rdsSchedulesOf,
    defaultDescription: "none, as upstream",
    describe: "When the cluster is stopped and started (to be looked at: it never is), as STOP;START in AWS's cron",
  },
  "time-scale": {
    type: "number",
    default: 1 / 600,
    defaultDescription: "1/600: ten minutes take a second",
    coerce: numberOf("time-scale", { min: 0.000_01, max: 10, whole: false }),
    describe: "Seconds that the local AWS takes for a second of AWS's",
  },
  variant: {
    type: "string",
    array: true,
    nargs: 1,
    default: [] as string[],
    defaultDescription: "AWS as it is guessed to be",
    coerce: variantsOf,
    describe:
      "How AWS behaves where its documentation is silent: NAME=VALUE, and again for another; `local-aws variants` lists them",
  },
  "engine-versions": {
    type: "string",
    coerce: engineVersionsOf,
    defaultDescription: "all that it knows",
    describe: "Engine versions that can be created or restored since v0 was deployed, like 15.4,15.12",
  },
  policy: {
    type: "string",
    requiresArg: true,
    coerce: policyFileOf,
    defaultDescription: "everything is allowed",
    describe: "JSON file with the IAM policy that callers of the local AWS are held to",
  },
} as const satisfies CommandOptions;
