import { defineCommand } from "../command.ts";
import { exitCode } from "../errors.ts";
import { numberOf } from "./numbers.ts";
import { print } from "./open-run.ts";
import { seedOptions } from "./seed-options.ts";

export const localAwsCommand = defineCommand({
  usage: "local-aws [action]",
  describe:
    "Start a local AWS with a seeded Bedrock Chat on real PostgreSQL; deploy v1 on it; sync a bot; stop it; list its variants",
  options: {
    action: {
      choices: ["start", "deploy", "sync", "stop", "variants"] as const,
      default: "start" as const,
      describe: "What to do; sync is a user's, of one bot; variants lists what --variant takes",
    },
    bot: { type: "string", describe: "Id of the bot that sync embeds anew, on the cluster of now" },
    stage: {
      choices: ["before-deploy", "after-deploy"] as const,
      default: "after-deploy" as const,
      describe: "Before or after the deploy of v1 that replaces the cluster",
    },
    port: {
      type: "number",
      default: 0,
      defaultDescription: "any free one",
      coerce: numberOf("port", { min: 0, max: 65_535 }),
      describe: "Port on 127.0.0.1",
    },
    detach: { type: "boolean", default: false, describe: "Serve in the background until `local-aws stop`" },
    // The rehearsal's: whoever starts it holds the other end.
    "end-with-stdin": { type: "boolean", default: false, hidden: true, describe: "Serve until standard input closes" },
    json: { type: "boolean", default: false, describe: "Print the environment, or the list, as JSON" },
    ...seedOptions,
  },
  examples: [
    ['eval "$($0 local-aws --detach)"', "start one in the background and point every AWS tool of this shell at it"],
    ["$0 local-aws stop", "end it"],
    [
      "$0 local-aws --variant status-spelling=console --variant restore-noise=fatal",
      "with an AWS that behaves otherwise",
    ],
  ],
  interrupted: ["Stopped.", "Its servers and its data are gone."],
  async run(args, app) {
    const controls = await import("../rehearse/control-local-aws.ts");
    if (args.action === "deploy") await controls.deployOnLocalAws(app);
    else if (args.action === "sync")
      await (await import("../rehearse/sync-on-local-aws.ts")).syncOnLocalAws(args.bot, app);
    else if (args.action === "stop") await controls.stopLocalAws(app);
    else if (args.action === "variants") {
      const { drawVariants, variantsDocument } = await import("../rehearse/draw-variants.ts");
      await print(app, args.json, variantsDocument(), drawVariants);
    } else {
      const { "time-scale": timeScale, "end-with-stdin": endWithStdin, variant: variants } = args;
      const { "bedrock-chat-version": release, "rds-schedules": rdsSchedules } = args;
      const engineVersions = args["engine-versions"];
      const { serveLocalAws, detachLocalAws } = await import("../rehearse/serve-local-aws.ts");
      await (args.detach ? detachLocalAws : serveLocalAws)(
        { ...args, timeScale, endWithStdin, variants, engineVersions, release, rdsSchedules },
        app,
      );
    }
    return exitCode.proven;
  },
});
