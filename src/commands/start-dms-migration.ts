import { defineCommand } from "../command.ts";
import { exitCode } from "../errors.ts";
import { commonOptions, print, withRun } from "./open-run.ts";

export const startDmsMigrationCommand = defineCommand({
  usage: "start-dms-migration",
  describe: "Load the temporary cluster's data into the new cluster with a DMS homogeneous data migration",
  options: {
    ...commonOptions,
    "migration-type": {
      choices: ["full-load-and-cdc"] as const,
      default: "full-load-and-cdc" as const,
      describe: "How DMS moves the data: native logical replication",
    },
  },
  examples: [
    ["$0 start-dms-migration", "load, follow to the end, build the vector index; again after an interruption"],
    ["$0 start-dms-migration --poll-seconds 30 --json", "for a log: fewer lines, and the result as JSON"],
  ],
  async run(args, app) {
    return withRun(args, app, async ({ deployment, context, run }) => {
      const { startDmsMigration } = await import("../steps/start-dms-migration.ts");
      const { fields } = await import("../output.ts");
      const result = await startDmsMigration(deployment, context, run);
      print(app, args.json, result, (one) => `${fields(one)}\n\nNext: bedrock-chat-migrate verify-counts`);
      return exitCode.proven;
    });
  },
});
