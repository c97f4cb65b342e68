import { defineCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import { asUnverified } from "../explain-error.ts";
import { verifyLevels } from "../verify/side-content.ts";
import { numberOf } from "./numbers.ts";
import { commonOptions, noRun, type OpenedRun, print, withRun } from "./open-run.ts";
import { maxRecallDropOption, minRecallOption } from "./retrieval-options.ts";
import { outcomeExitCodes } from "./outcome-exit-codes.ts";

export const verifyCountsCommand = defineCommand({
  usage: "verify-counts",
  describe: "Compare the new cluster with what is expected there: 0 identical, 1 different, 3 could not verify",
  options: {
    ...commonOptions,
    level: {
      choices: verifyLevels,
      default: "content",
      describe: "Numbers of rows; every column of every row; besides, schema, index, retrieval, DynamoDB",
    },
    sample: {
      type: "number",
      coerce: numberOf("sample", { min: 0.001, max: 99.999, whole: false }),
      describe: "Percent of the rows to read the contents of; ends with 3 at best",
    },
    "max-differences": {
      type: "number",
      default: 100,
      coerce: numberOf("max-differences", { min: 0, max: 100_000 }),
      describe: "How many differing rows to list; all are counted",
    },
    ...minRecallOption,
    ...maxRecallDropOption,
  },
  examples: [
    ["$0 verify-counts", "every column of every row, both sides at once, bot by bot"],
    ["$0 verify-counts --level all", "besides: schema, indexes, retrieval, and the bots of DynamoDB"],
    ["$0 verify-counts --json | jq .outcome", "for a script, as does the exit code"],
  ],
  async run(args, app) {
    if (args.sample !== undefined && args.level === "counts")
      throw new UsageError(
        "--sample chooses rows to read the contents of, and --level counts reads none.",
        "Leave one out.",
      );
    const work = async ({ deployment, context, run }: OpenedRun): Promise<number> => {
      const { verifyCounts } = await import("../steps/verify-counts.ts");
      const { drawVerification } = await import("../verify/draw-verification.ts");
      const { level, sample, "max-differences": maxDifferences } = args;
      const limits = { minRecall: args["min-recall"], maxRecallDrop: args["max-recall-drop"] };
      const wishes = { level, sample, maxDifferences, ...limits };
      const result = await verifyCounts(wishes, deployment, context, run);
      await print(app, args.json, result, (found, page) => drawVerification(found, page, args));
      return outcomeExitCodes[result.outcome];
    };
    return withRun(args, app, work, () => noRun(args), true).catch((error: unknown) => {
      throw asUnverified(error, args.stack);
    });
  },
});
