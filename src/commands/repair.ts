import { defineCommand } from "../command.ts";
import { exitCode } from "../errors.ts";
import { asUnverified } from "../explain-error.ts";
import { commonOptions, type OpenedRun, print, withRun } from "./open-run.ts";
import { outcomeExitCodes } from "./outcome-exit-codes.ts";

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
      const { usualWishes, verifyCounts } = await import("../steps/verify-counts.ts");
      const { drawVerification } = await import("../verify/draw-verification.ts");
      const wishes = {
        bots: args.bot,
        confirm: async (plan: Parameters<typeof confirmRepair>[0]) => {
          if (!args.yes) await confirmRepair(plan, app.stderr, app.signal);
        },
      };
      const repaired = await repair(wishes, deployment, context, run);
      const verified = await verifyCounts(usualWishes, deployment, context, run).catch((error: unknown) => {
        // What was repaired is told all the same.
        context.progress.say(drawRepair(repaired));
        throw asUnverified(error, args.stack);
      });
      await print(app, args.json, { ...repaired, verified }, (result, page) =>
        [drawVerification(result.verified, page, args), "", drawRepair(result)].join("\n"),
      );
      return repaired.refused.length > 0 ? exitCode.failed : outcomeExitCodes[verified.outcome];
    });
  },
});
