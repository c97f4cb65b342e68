import { defineCommand } from "../command.ts";
import { exitCode } from "../errors.ts";
import { commonOptions, noRun, type OpenedRun, print, withRun } from "./open-run.ts";

export const cleanupCommand = defineCommand({
  usage: "cleanup",
  describe: "Remove what a run made in AWS and in the new cluster, but its snapshots; never its rows",
  options: {
    ...commonOptions,
    yes: { type: "boolean", default: false, describe: "Do not ask" },
  },
  examples: [
    ["$0 cleanup", "show what the latest run has made, ask, and remove it"],
    ["$0 cleanup --yes --json", "without asking, for a script"],
    ["$0 cleanup --run 261123-k7m2q", "of this run; its journal may be lost"],
  ],
  async run(args, app) {
    const work = async ({ deployment, context, run }: OpenedRun): Promise<number> => {
      const { cleanup } = await import("../steps/cleanup.ts");
      const { confirmCleanup } = await import("../steps/confirm-cleanup.ts");
      const { drawCleanup } = await import("../steps/draw-cleanup.ts");
      if (!args.yes) await confirmCleanup(run, app.stderr, app.signal);
      const result = await cleanup(deployment, context, run);
      await print(app, args.json, result, (one, page) => drawCleanup(one, page, args.stack));
      return result.residue.length === 0 ? exitCode.proven : exitCode.failed;
    };
    return withRun(args, app, work, async (deployment, context) => {
      const { nothingLeft } = await import("../steps/draw-cleanup.ts");
      const { recoverRun } = await import("../steps/recover-run.ts");
      const found = await recoverRun({ stateDir: args["state-dir"], id: args.run }, deployment, context);
      if (found !== undefined) return found;
      if (args.run !== undefined) return noRun(args);
      await print(app, args.json, { run: null, removed: 0, residue: [], kept: [] }, () => nothingLeft(args.stack));
      return { result: exitCode.proven };
    });
  },
});
