import type { InferredOptionTypes } from "yargs";
import type { App, CommandOptions } from "../command.ts";
import { commandFor, defaultStack } from "../command-for.ts";
import type { Context } from "../context.ts";
import type { Run, RunFolder } from "../provision/run.ts";
import type { Deployment } from "../stack/deployment.ts";
import type { Page } from "../terminal/page.ts";
import { numberOf } from "./numbers.ts";
import { reachOf, reachOptions } from "./reach-options.ts";

/** The flags of every command that works on a deployment. */
export const commonOptions = {
  stack: { type: "string", default: defaultStack, describe: "CloudFormation stack of Bedrock Chat" },
  run: { type: "string", describe: "Run to work on [default: the latest of this account, Region and stack]" },
  "state-dir": { type: "string", default: ".bedrock-chat-migrate", describe: "Folder of the runs' journals" },
  region: { type: "string", describe: "AWS Region [default: as the AWS SDK finds it]" },
  profile: { type: "string", describe: "AWS profile" },
  "ca-file": { type: "string", describe: "PEM file that signs the databases' certificates [default: the RDS bundle]" },
  ...reachOptions,
  "poll-seconds": {
    type: "number",
    default: 10,
    coerce: numberOf("poll-seconds", { min: 0.01, max: 3600, whole: false }),
    describe: "Seconds between two looks at AWS",
  },
  json: { type: "boolean", default: false, describe: "Print the result as one JSON document" },
} as const satisfies CommandOptions;

export type CommonArgs = InferredOptionTypes<typeof commonOptions>;

/**
 * Builds the Context from flags: the account and Region are asked from AWS, which also proves the credentials. Throws a UsageError for flags
 * that contradict each other.
 */
export async function openContext(args: CommonArgs, app: App): Promise<Context> {
  const reach = reachOf(args);
  const { whoAmI } = await import("../aws/who-am-i.ts");
  const options = { region: args.region, profile: args.profile, signal: app.signal };
  // Wrong credentials are told before anything else is loaded.
  const identity = await whoAmI(options);
  const [{ connectToAws }, { systemClock }, { progressOn }] = await Promise.all([
    import("../aws/connect.ts"),
    import("../clock.ts"),
    import("../terminal/choose-progress.ts"),
  ]);
  return {
    aws: connectToAws(options),
    clock: systemClock,
    signal: app.signal,
    progress: await progressOn(app, systemClock),
    pollMs: args["poll-seconds"] * 1000,
    caFile: args["ca-file"],
    reach,
    ...identity,
  };
}

export interface OpenedRun {
  readonly context: Context;
  readonly deployment: Deployment;
  readonly run: Run;
}

/** Lends the run that the flags name, locked against other commands. Throws a UsageError where none is recorded. */
export async function withRun<T>(
  args: CommonArgs,
  app: App,
  work: (opened: OpenedRun) => Promise<T>,
  /** What to do where no journal is found, for a command that can do with less: a folder, or the command's result without one. */
  recover: (deployment: Deployment, context: Context) => Promise<RunFolder | { readonly result: T }> = () =>
    noRun(args),
  /** Whether a run that is closed will do, where none is open or that one is named. */
  closedToo = false,
): Promise<T> {
  const context = await openContext(args, app);
  const { findRun, openRun } = await import("../provision/run.ts");
  const { readDeployment } = await import("../stack/deployment.ts");
  const deployment = await readDeployment(context.aws, args.stack);
  const scope = { account: context.account, region: context.region, stack: args.stack };
  const find = (closed: boolean) => findRun(args["state-dir"], scope, { id: args.run, closedToo: closed });
  const folder =
    (await find(closedToo && args.run !== undefined)) ??
    (closedToo ? await find(true) : undefined) ??
    (await recover(deployment, context));
  if ("result" in folder) return folder.result;
  const { lockRun } = await import("../provision/run-lock.ts");
  const lock = await lockRun(folder.directory);
  try {
    return await work({ context, deployment, run: await openRun(folder, context.clock) });
  } finally {
    await lock[Symbol.asyncDispose]();
  }
}

/** Where a command needs a run and none is recorded. */
export async function noRun(args: CommonArgs): Promise<never> {
  const { UsageError } = await import("../errors.ts");
  throw new UsageError(
    `${args.run === undefined ? "No open run" : `No run ${args.run}`} of stack ${args.stack} in this account and Region is recorded in ${args["state-dir"]}.`,
    `Begin one with \`${commandFor("restore-snapshot", { stack: args.stack })}\`, or name the right folder with --state-dir.`,
  );
}

/** Prints a result to stdout: as JSON, or as the text that `draw` makes of it for the terminal, or whatever stdout is. */
export async function print<Result>(
  app: App,
  json: boolean,
  result: Result,
  draw: (result: Result, page: Page) => string,
): Promise<void> {
  const { pageOf } = await import("../terminal/page.ts");
  const text = json ? JSON.stringify(result, undefined, 2) : draw(result, pageOf(app.stdout, app.env));
  app.stdout.write(`${text}\n`);
}
