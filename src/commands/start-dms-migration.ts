import { commandFor } from "../command-for.ts";
import { defineCommand } from "../command.ts";
import { exitCode } from "../errors.ts";
import { dmsLoginOption, loadConductOptions, migrationTypeOption, onExistingOption } from "./load-options.ts";
import { commonOptions, print, withRun } from "./open-run.ts";
import { placementOptions } from "./placement-options.ts";

export const startDmsMigrationCommand = defineCommand({
  usage: "start-dms-migration",
  describe: "Load the temporary cluster's data into the new cluster with a DMS homogeneous data migration",
  options: {
    ...commonOptions,
    "migration-type": {
      ...migrationTypeOption["migration-type"],
      // restore-snapshot has made the temporary cluster ready for it.
      defaultDescription: "what restore-snapshot was given",
    },
    "dms-login": { ...dmsLoginOption["dms-login"], defaultDescription: "run, or as it was made before" },
    ...placementOptions,
    "on-existing": { ...onExistingOption["on-existing"], defaultDescription: "abort, or as this run was told before" },
    "target-snapshot": {
      type: "boolean",
      default: true,
      describe: "Take a snapshot of the new cluster before its first change; cleanup keeps it",
    },
    ...loadConductOptions,
  },
  examples: [
    ["$0 start-dms-migration", "load, follow to the end, build the vector index; again after an interruption"],
    ["$0 start-dms-migration --on-existing keep-target", "bots that were synced since the deploy stay as they are"],
    ["$0 start-dms-migration --pause-sync", "while users are at work: their syncs wait until the data is there"],
  ],
  async run(args, app) {
    return withRun(args, app, async ({ deployment, context, run }) => {
      const { startDmsMigration } = await import("../steps/start-dms-migration.ts");
      const { drawFields } = await import("../terminal/fields.ts");
      const { limitsOf } = await import("../steps/load-conduct.ts");
      const { describeTuning } = await import("../steps/tune-index.ts");
      const limits = limitsOf({
        startingMinutes: args["starting-minutes"],
        loadHours: args["load-hours"],
        outageMinutes: args["outage-minutes"],
      });
      const indexPolicy = { index: args.index, maxRecallDrop: args["max-recall-drop"] };
      const conduct = { pauseSync: args["pause-sync"], concurrently: args.concurrently, indexPolicy, limits };
      const wishes = {
        migrationType: args["migration-type"],
        dmsLogin: args["dms-login"],
        onExisting: args["on-existing"],
        conduct,
        targetSnapshot: args["target-snapshot"],
        placement: {
          serviceRoleArn: args["service-role-arn"],
          secretsRoleArn: args["secrets-role-arn"],
          subnetIds: args["subnet-ids"],
        },
      };
      const result = await startDmsMigration(wishes, deployment, context, run);
      const draw = drawFields(commandFor("verify-counts", args));
      await print(app, args.json, result, ({ retrieval, ...rest }, page) =>
        draw({ ...rest, retrieval: describeTuning(retrieval) }, page),
      );
      return exitCode.proven;
    });
  },
});
