import type { Context } from "../context.ts";
import { type App, defineCommand } from "../command.ts";
import { exitCode, UsageError } from "../errors.ts";
import type { Deployment } from "../stack/deployment.ts";
import type { ReEmbedWishes } from "../steps/plan-re-embed.ts";
import { numberOf } from "./numbers.ts";
import { type CommonArgs, commonOptions, openContext, print } from "./open-run.ts";

const kinds = ["missing", "changed", "failed"] as const;

const dollars = (flag: string) => ({
  type: "number" as const,
  coerce: numberOf(flag, { min: 0, max: 1_000_000, whole: false }),
});

export const reEmbedCommand = defineCommand({
  usage: "re-embed",
  describe: "Embed bots again by the stack's own ECS tasks: where there is no snapshot, or for single bots",
  interrupted: [
    "Stopped. Tasks that run go on, and are paid.",
    "The same command follows them, and starts those that are missing; `aws ecs stop-task` stops one.",
  ],
  options: {
    ...commonOptions,
    only: {
      type: "string",
      coerce: kindsOf,
      describe: "Bots that the last verification names so: missing, changed, failed; several with commas",
    },
    bot: { type: "string", array: true, describe: "Id of a bot to embed; several [default: all with knowledge]" },
    owner: { type: "string", array: true, describe: "Id of a user whose bots to embed; several" },
    exclude: { type: "string", array: true, default: [] as string[], describe: "Id of a bot to leave out; several" },
    again: { type: "boolean", default: false, describe: "Also bots that this run has embedded before" },
    concurrency: {
      type: "number",
      default: 8,
      coerce: numberOf("concurrency", { min: 1, max: 1000 }),
      describe: "Tasks at a time",
    },
    retries: {
      type: "number",
      default: 1,
      coerce: numberOf("retries", { min: 0, max: 10 }),
      describe: "How often a bot is embedded again whose embedding failed",
    },
    "task-timeout": {
      type: "number",
      default: 120,
      coerce: numberOf("task-timeout", { min: 0.001, max: 10_080, whole: false }),
      describe: "Minutes after which a task is stopped, and its bot counts as failed",
    },
    "capacity-minutes": {
      type: "number",
      default: 60,
      coerce: numberOf("capacity-minutes", { min: 0, max: 10_080, whole: false }),
      describe: "Minutes to try on while ECS starts no task (capacity, quotas); then exit 4, and again to go on",
    },
    segments: {
      type: "number",
      default: 1,
      coerce: numberOf("segments", { min: 1, max: 1000 }),
      describe: "Parts of the table of bots that are read at once",
    },
    "dry-run": { type: "boolean", default: false, describe: "Print the plan, and start nothing" },
    yes: { type: "boolean", default: false, describe: "Do not ask" },
    "confirm-each-page": {
      type: "boolean",
      default: false,
      describe: "List the bots and ask for each page of the scan",
    },
    "max-cost": { ...dollars("max-cost"), describe: "US dollars that it may cost: refused before, or no more started" },
    "task-minutes": {
      type: "number",
      coerce: numberOf("task-minutes", { min: 0.1, max: 10_080, whole: false }),
      describe: "What a task takes on average, for the plan [default: by its number of documents]",
    },
    "vcpu-price": {
      ...dollars("vcpu-price"),
      describe: "US dollars of a Fargate vCPU for an hour [default: us-east-1's]",
    },
    "memory-price": {
      ...dollars("memory-price"),
      describe: "US dollars of a Fargate GiB for an hour [default: us-east-1's]",
    },
    "token-price": {
      ...dollars("token-price"),
      describe: "US dollars of a million embedded tokens [default: us-east-1's]",
    },
  },
  examples: [
    ["$0 re-embed --dry-run", "which bots, how many tasks, about how long and how many dollars"],
    ["$0 re-embed --only missing,changed,failed", "what the last `verify-counts --level all` has named"],
    ["$0 re-embed --yes --max-cost 20 --json", "for a script; 1 where a bot is not embedded"],
  ],
  async run(args, app) {
    if (args.yes && args["confirm-each-page"])
      throw new UsageError("--yes asks for nothing, and --confirm-each-page for each page.", "Leave one out.");
    const wishes: ReEmbedWishes = {
      only: args.only,
      bots: args.bot,
      owners: args.owner,
      exclude: args.exclude,
      segments: args.segments,
      concurrency: args.concurrency,
      retries: args.retries,
      taskTimeout: args["task-timeout"],
      capacityMinutes: args["capacity-minutes"],
      maxDollars: args["max-cost"],
      again: args.again,
      prices: {
        vcpuHour: args["vcpu-price"],
        memoryHour: args["memory-price"],
        millionTokens: args["token-price"],
      },
      taskMinutes: args["task-minutes"],
    };
    const context = await openContext(args, app);
    const { settledDeployment } = await import("../steps/settled-deployment.ts");
    const deployment = await settledDeployment(args.stack, 60 * 60_000, context);
    if (args["dry-run"]) return dryRun(wishes, args, app, deployment, context);
    const { openOrBegin } = await import("../provision/open-or-begin.ts");
    const { planReEmbed } = await import("../steps/plan-re-embed.ts");
    const { confirmEachPage, confirmReEmbed } = await import("../steps/confirm-re-embed.ts");
    const { reEmbed } = await import("../steps/re-embed.ts");
    const { drawReEmbed } = await import("../steps/draw-re-embed.ts");
    await using opened = await openOrBegin(
      { stateDir: args["state-dir"], stack: args.stack, id: args.run },
      async (run) => {
        const known = run === undefined ? undefined : { ...run, state: run.state() };
        const planned = await planReEmbed(wishes, deployment, known, context);
        if (planned.plan.tasks === 0 || args.yes) return planned;
        if (args["confirm-each-page"]) return confirmEachPage(planned, wishes, app.stderr, app.signal);
        await confirmReEmbed(planned, app.stderr, app.signal);
        return planned;
      },
      context,
    );
    const result = await reEmbed(opened.plan, wishes, deployment, context, opened.run);
    await print(app, args.json, result, drawReEmbed);
    const asked = new Set(args.bot);
    return result.outcome === "done" && !result.skipped.some(({ id }) => asked.has(id))
      ? exitCode.proven
      : exitCode.failed;
  },
});

/** Locks and begins no run. */
async function dryRun(
  wishes: ReEmbedWishes,
  args: CommonArgs,
  app: App,
  deployment: Deployment,
  context: Context,
): Promise<number> {
  const { findRun } = await import("../provision/run.ts");
  const { readJournal } = await import("../provision/journal.ts");
  const { foldJournal } = await import("../provision/run-state.ts");
  const { planReEmbed } = await import("../steps/plan-re-embed.ts");
  const { drawPlan } = await import("../steps/draw-re-embed.ts");
  const scope = { account: context.account, region: context.region, stack: args.stack };
  const folder = await findRun(args["state-dir"], scope, { id: args.run, closedToo: false });
  const run =
    folder === undefined
      ? undefined
      : { ...folder, state: foldJournal(await readJournal(`${folder.directory}/journal.jsonl`)) };
  const planned = await planReEmbed(wishes, deployment, run, context);
  const { plan, selection, earlier } = planned;
  const told = { plan, bots: selection.selected, skipped: selection.skipped, earlier: [...earlier.keys()] };
  await print(app, args.json, told, (_, page) => drawPlan(planned, page));
  return exitCode.proven;
}

function kindsOf(text: string): (typeof kinds)[number][] {
  const named = text.split(",").map((one) => one.trim());
  return named.map((one) => {
    const kind = kinds.find((known) => known === one);
    if (kind === undefined) throw new Error(`--only takes ${kinds.join(", ")}; several with commas between them.`);
    return kind;
  });
}
