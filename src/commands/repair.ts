import { defineCommand } from "../command.ts";
import { exitCode } from "../errors.ts";
import { asUnverified } from "../explain-error.ts";
import { commonOptions, type OpenedRun, print, withRun } from "./open-run.ts";

const exitCodes = { identical: exitCode.proven, different: exitCode.failed, unknown: exitCode.unverified };

export const repairCommand = defineCommand({
  usage: "repair",
  describe: "Copy exactly the missing and changed rows from the temporary cluster, and verify again",
  options: {
    ...commonOptions,
    bot: { type: "string", array: true, describe: "Id of a bot to repair; several [default: all that need it]" },
    yes: { type: "boolean", default: false, describe: "Do not ask" },
  },
  examples: [
    ["$0 repair", "list the bots that lack rows or have changed ones, ask, and copy these rows"],
    ["$0 repair --bot 01HZX4M9T2K7Q8R3V5W6Y0ABCD --yes", "one bot alone, without asking"],
    ["$0 repair --yes --json", "for a script; 1 where a bot could not be repaired, or the data still differs"],
  ],
  async run(args, app) {
    return withRun(args, app, async ({ deployment, context, run }: OpenedRun) => {
      const { repair } = await import("../steps/repair.ts");
      const { confirmRepair } = await import("../steps/confirm-repair.ts");
      const { drawRepair } = await import("../steps/draw-repair.ts");
      const { verifyCounts } = await import("../steps/verify-counts.ts");
      const { drawComparison } = await import("../verify/draw-comparison.ts");
      const wishes = {
        bots: args.bot,
        confirm: async (plan: Parameters<typeof confirmRepair>[0]) => {
          if (!args.yes) await confirmRepair(plan, app.stderr, app.signal);
        },
      };
      const repaired = await repair(wishes, deployment, context, run);
      if (!args.json) app.stdout.write(`${drawRepair(repaired)}\n\n`);
      const verified = await verifyCounts(deployment, context, run).catch((error: unknown) => {
        throw asUnverified(error, args.stack);
      });
      await print(app, args.json, { ...repaired, verified }, (result, page) => drawComparison(result.verified, page));
      return repaired.refused.length > 0 ? exitCode.failed : exitCodes[verified.outcome];
    });
  },
});
