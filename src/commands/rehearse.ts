import { defineCommand } from "../command.ts";
import { exitCode } from "../errors.ts";
import { dmsLoginOption, migrationTypeOption } from "./load-options.ts";
import { print } from "./open-run.ts";
import { connectOption } from "./reach-options.ts";
import { seedOptions } from "./seed-options.ts";

export const rehearseCommand = defineCommand({
  usage: "rehearse",
  describe:
    "The whole story on this machine: v0 with data, the deploy, the migration, the proof; no AWS account needed",
  options: {
    ...seedOptions,
    ...migrationTypeOption,
    ...dmsLoginOption,
    ...connectOption,
    prepare: { type: "boolean", default: true, describe: "Call prepare before the deploy; most users come after it" },
    "target-snapshot": {
      type: "boolean",
      default: true,
      describe: "Take a snapshot of the new cluster before the load",
    },
    "on-existing": {
      choices: ["keep-target", "replace-target"] as const,
      describe: "Two bots are synced on the new cluster before the load; what becomes of them",
    },
    "sync-during-load": { type: "boolean", default: false, describe: "A user syncs a bot while the load runs" },
    keep: { type: "boolean", default: false, describe: "Leave both databases running, to look into them" },
    json: { type: "boolean", default: false, describe: "Print the result as one JSON document" },
  },
  examples: [
    ["$0 rehearse --keep", "and leave both databases running, to look into them with psql"],
    ["$0 rehearse --on-existing keep-target --sync-during-load", "with users at work meanwhile"],
    ["$0 rehearse --variant status-spelling=console", "with an AWS that spells statuses as its console does"],
  ],
  interrupted: ["Stopped. Nothing of the rehearsal is left.", "The same command begins anew."],
  async run(args, app) {
    const { rehearse } = await import("../rehearse/rehearse.ts");
    const { requireBots } = await import("../rehearse/users-at-work.ts");
    const { drawRehearsal } = await import("../rehearse/draw-rehearsal.ts");
    const settings = {
      timeScale: args["time-scale"],
      engineVersions: args["engine-versions"],
      migrationType: args["migration-type"] ?? "full-load-and-cdc",
      dmsLogin: args["dms-login"] ?? "run",
      variants: args.variant,
      release: args["bedrock-chat-version"],
      rdsSchedules: args["rds-schedules"],
      targetSnapshot: args["target-snapshot"],
      users: { onExisting: args["on-existing"], syncDuringLoad: args["sync-during-load"] },
    };
    requireBots(settings.users, args.bots);
    const { verification, ...document } = await rehearse({ ...args, ...settings }, app);
    await print(app, args.json, document, (_, page) => drawRehearsal({ ...document, verification }, page));
    if (document.outcome === "unknown") return exitCode.unverified;
    return document.outcome === "identical" && document.residue.length === 0 ? exitCode.proven : exitCode.failed;
  },
});
