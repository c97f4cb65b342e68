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
  examples: [["$0 start-dms-migration", "load, follow to the end, build the vector index"]],
  async run(args, app) {
    const { startDmsMigration } = await import("../steps/start-dms-migration.ts");
    const { drawFields } = await import("../terminal/fields.ts");
    return withRun(args, app, async ({ deployment, context, run }) => {
      const result = await startDmsMigration(deployment, context, run);
      await print(app, args.json, result, drawFields("bedrock-chat-migrate verify-counts"));
      return exitCode.proven;
    });
  },
});
