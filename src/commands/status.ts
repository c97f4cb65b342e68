import { defineCommand } from "../command.ts";
import { exitCode } from "../errors.ts";
import { commonOptions, openContext, print } from "./open-run.ts";

export const statusCommand = defineCommand({
  usage: "status",
  describe: "Show what a run has made and done, and what comes next",
  options: commonOptions,
  examples: [
    ["$0 status", "of the latest run of this account, Region and stack"],
    ["$0 status --run 261123-k7m2q", "of this run"],
    ["$0 status --stack MyBedrockChat --json", "of another stack, as one JSON document"],
  ],
  async run(args, app) {
    const context = await openContext(args, app);
    const { readStatus } = await import("../steps/status.ts");
    const { drawStatus } = await import("../steps/draw-status.ts");
    const scope = { account: context.account, region: context.region, stack: args.stack };
    await print(app, args.json, await readStatus(args["state-dir"], scope, args.run, context), drawStatus);
    return exitCode.proven;
  },
});
