import { defineCommand } from "../command.ts";
import { exitCode } from "../errors.ts";
import { numberOf } from "./numbers.ts";
import { commonOptions, openContext, print } from "./open-run.ts";
import { dmsRolesOption } from "./placement-options.ts";

const exitCodes = { ready: exitCode.proven, blocked: exitCode.failed, unknown: exitCode.unverified };

export const prepareCommand = defineCommand({
  usage: "prepare",
  describe: "Before the deploy: check what stands in its way, take a snapshot: 0 go ahead, 1 blocked, 3 not known",
  options: {
    ...commonOptions,
    snapshot: { type: "string", describe: "Manual cluster snapshot that is there already [default: one is taken]" },
    "new-snapshot": { type: "boolean", default: false, describe: "Take another snapshot although the run has one" },
    baseline: {
      type: "boolean",
      default: true,
      describe: "Record what the old cluster holds; --no-baseline where it cannot be reached",
    },
    digests: {
      type: "boolean",
      default: true,
      describe: "Read every row for the baseline, to prove contents by it later; --no-digests only counts",
    },
    permissions: {
      type: "boolean",
      default: true,
      describe: "Ask IAM what you may do; --no-permissions where it does not tell",
    },
    ...dmsRolesOption,
    "template-version": {
      type: "string",
      default: "15.3",
      describe: "Engine version in v1's template: upstream's, unless you have edited it",
    },
    "stack-minutes": {
      type: "number",
      default: 60,
      coerce: numberOf("stack-minutes", { min: 0, max: 1440, whole: false }),
      describe: "Minutes to wait for a deploy that is still under way",
    },
  },
  examples: [
    ["$0 prepare", "all checks, a snapshot, and what to type after the deploy"],
    ["$0 prepare --snapshot bedrock-chat-v0", "with a snapshot that you have taken"],
    ["$0 prepare --json | jq .outcome", "for a script, as does the exit code"],
  ],
  async run(args, app) {
    const context = await openContext(args, app);
    const { operatorPolicy } = await import("../iam-policy/operator-policy.ts");
    const { prepare } = await import("../steps/prepare.ts");
    const { drawPrepare } = await import("../steps/draw-prepare.ts");
    const { account, region } = context;
    const result = await prepare(
      {
        stack: args.stack,
        stateDir: args["state-dir"],
        run: args.run,
        stackTimeoutMs: args["stack-minutes"] * 60_000,
        snapshot: args.snapshot,
        newSnapshot: args["new-snapshot"],
        baseline: args.baseline,
        digests: args.digests,
        permissions: args.permissions,
        templateVersion: args["template-version"],
        statements: operatorPolicy({ account, region, stack: args.stack, dmsRoles: args["dms-roles"] }).Statement,
      },
      context,
    );
    await print(app, args.json, result, drawPrepare);
    return exitCodes[result.outcome];
  },
});
