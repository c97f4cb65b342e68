import { defineCommand } from "../command.ts";
import { exitCode } from "../errors.ts";
import { commonOptions, noRun, type OpenedRun, print, withRun } from "./open-run.ts";

export const cleanupCommand = defineCommand({
  usage: "cleanup",
  describe: "Remove everything that a run made in AWS and in the new cluster; never its rows",
  options: {
    ...commonOptions,
    yes: { type: "boolean", default: false, describe: "Do not ask" },
  },
  examples: [["$0 cleanup --yes", "remove without asking"]],
  async run(args, app) {
    const { cleanup } = await import("../steps/cleanup.ts");
    const { confirmCleanup } = await import("../steps/confirm-cleanup.ts");
    const { drawCleanup, nothingLeft } = await import("../steps/draw-cleanup.ts");
    const { recoverRun } = await import("../steps/recover-run.ts");
    const work = async ({ deployment, context, run }: OpenedRun): Promise<number> => {
      if (!args.yes) await confirmCleanup(run, app.stderr, app.signal);
      const result = await cleanup(deployment, context, run);
      await print(app, args.json, result, drawCleanup);
      return result.residue.length === 0 ? exitCode.proven : exitCode.failed;
    };
    return withRun(args, app, work, async (deployment, context) => {
      const found = await recoverRun({ stateDir: args["state-dir"], id: args.run }, deployment, context);
      if (found !== undefined) return found;
      if (args.run !== undefined) return noRun(args);
      await print(app, args.json, { run: null, removed: 0, residue: [] }, () => nothingLeft(args.stack));
      return { result: exitCode.proven };
    });
  },
});
