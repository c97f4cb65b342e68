import { commandFor } from "../command-for.ts";
import { defineCommand } from "../command.ts";
import { exitCode } from "../errors.ts";
import { migrationTypeOption } from "./load-options.ts";
import { numberOf } from "./numbers.ts";
import { commonOptions, openContext, print } from "./open-run.ts";

export const restoreSnapshotCommand = defineCommand({
  usage: "restore-snapshot",
  describe: "Restore a temporary cluster from the old cluster's snapshot",
  options: {
    ...commonOptions,
    snapshot: {
      type: "string",
      describe:
        "Cluster snapshot to restore, by name or ARN; of another account by ARN [default: the old cluster's newest]",
    },
    ...migrationTypeOption,
    "kms-key-id": {
      type: "string",
      describe: "KMS key for the temporary cluster [default: as the snapshot: its key, or unencrypted]",
    },
    "stack-minutes": {
      type: "number",
      default: 60,
      coerce: numberOf("stack-minutes", { min: 0, max: 1440, whole: false }),
      describe: "Minutes to wait for a deploy that is still under way",
    },
    "restore-minutes": {
      type: "number",
      coerce: numberOf("restore-minutes", { min: 0, max: 10_080, whole: false }),
      defaultDescription: "120, and 60 for its instance",
      describe:
        "Minutes to wait for the restored cluster, and as many for its instance; then exit 4, and again to go on",
    },
    "source-cluster": { type: "string", describe: "The old cluster, where several could be it" },
  },
  examples: [
    ["$0 restore-snapshot", "find the old cluster's snapshot, and restore it"],
    ["$0 restore-snapshot --snapshot bedrock-chat-v0", "restore this snapshot, taken by hand before the deploy"],
    ["$0 restore-snapshot --profile prod --region us-east-1", "in another account or Region than the shell's"],
  ],
  async run(args, app) {
    const context = await openContext(args, app);
    const { planFor } = await import("../steps/plan-restore.ts");
    const { restoreSnapshot } = await import("../steps/restore-snapshot.ts");
    const { runToRestoreInto } = await import("../steps/run-to-restore-into.ts");
    const input = {
      stack: args.stack,
      stackTimeoutMs: args["stack-minutes"] * 60_000,
      snapshot: args.snapshot,
      sourceCluster: args["source-cluster"],
      migrationType: args["migration-type"],
      kmsKeyId: args["kms-key-id"],
    };
    await using opened = await runToRestoreInto(
      { stateDir: args["state-dir"], stack: args.stack, id: args.run },
      (run) => planFor(run, input, context),
      context,
    );
    const result = await restoreSnapshot(opened.plan, context, opened.run, args["restore-minutes"]);
    const { drawFields } = await import("../terminal/fields.ts");
    await print(app, args.json, result, drawFields(commandFor("start-dms-migration", args)));
    return exitCode.proven;
  },
});
