import { defineCommand } from "../command.ts";
import { exitCode } from "../errors.ts";
import { asUnverified } from "../explain-error.ts";
import { commonOptions, type OpenedRun, print, withRun } from "./open-run.ts";

const exitCodes = { identical: exitCode.proven, different: exitCode.failed, unknown: exitCode.unverified };

export const verifyCountsCommand = defineCommand({
  usage: "verify-counts",
  describe: "Count both clusters, table by table and bot by bot: 0 equal, 1 different, 3 could not verify",
  options: commonOptions,
  examples: [
    ["$0 verify-counts", "every table and every bot, both sides beside each other"],
    ["$0 verify-counts --json | jq .outcome", "for a script, as does the exit code"],
    ["$0 verify-counts --run 261123-k7m2q", "of another run than the latest; `status` names it"],
  ],
  async run(args, app) {
    const work = async ({ deployment, context, run }: OpenedRun): Promise<number> => {
      const { verifyCounts } = await import("../steps/verify-counts.ts");
      const { drawComparison } = await import("../verify/draw-comparison.ts");
      const result = await verifyCounts(deployment, context, run);
      await print(app, args.json, result, drawComparison);
      return exitCodes[result.outcome];
    };
    return withRun(args, app, work).catch((error: unknown) => {
      throw asUnverified(error, args.stack);
    });
  },
});
