import { defineCommand } from "../command.ts";
import { exitCode } from "../errors.ts";
import { commonOptions, print, withRun } from "./open-run.ts";

export const undoCommand = defineCommand({
  usage: "undo",
  describe: "Take a load back: remove exactly the rows that it loaded, put back what they replaced",
  options: {
    ...commonOptions,
    yes: { type: "boolean", default: false, describe: "Do not ask" },
  },
  examples: [
    ["$0 undo", "ask, and take back what the latest run has loaded; the temporary cluster stays"],
    ["$0 undo --yes --json", "without asking, for a script"],
  ],
  async run(args, app) {
    return withRun(args, app, async ({ deployment, context, run }) => {
      const { undo } = await import("../steps/undo.ts");
      const { confirmUndo } = await import("../steps/confirm-undo.ts");
      const { drawUndo } = await import("../steps/draw-undo.ts");
      if (!args.yes) await confirmUndo(run, app.stderr, app.signal);
      await print(app, args.json, await undo(deployment, context, run), (result, page) => drawUndo(result, page, args));
      return exitCode.proven;
    });
  },
});
