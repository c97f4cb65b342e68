import { z } from "zod";
import { systemClock } from "../clock.ts";
import type { App } from "../command.ts";
import { ExpectedError, UsageError } from "../errors.ts";
import { isAlive } from "../is-alive.ts";
import { onChange } from "../wait.ts";
import { answers, runningLocalAwses } from "./running-local-aws.ts";

/** Deploys v1 on the local AWS in reach, and waits until the simulated deploy has ended. */
export async function deployOnLocalAws(app: App): Promise<void> {
  const endpoint = await localAwsInReach(app);
  app.stderr.write(`Deploying v1 on ${endpoint} …\n`);
  await deployWatched(endpoint, app.signal, (line) => app.stderr.write(`${line}\n`));
  app.stderr.write("Deployed: the cluster was replaced, the old one's final snapshot is there.\n");
}

/** Ends the local AWS in reach, with its servers and its data. */
export async function stopLocalAws(app: App): Promise<void> {
  if (app.env["AWS_ENDPOINT_URL"] === undefined && (await runningLocalAwses()).length === 0) {
    app.stderr.write("No local AWS is running.\n");
    return;
  }
  const endpoint = await localAwsInReach(app);
  const registered = (await runningLocalAwses()).find((one) => one.endpoint === endpoint);
  await control(endpoint, "stop", app.signal);
  const ended = async () => !(await answers(endpoint)) && (registered === undefined || !isAlive(registered.pid));
  while (!(await ended())) await systemClock.sleep(50, app.signal);
  app.stderr.write(`Stopped ${endpoint}.\n`);
}

/** Sends a command to a local AWS and gives its answer. */
export async function control(
  endpoint: string,
  action: "deploy" | "stop" | "sync",
  signal: AbortSignal,
  body?: object,
): Promise<unknown> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${endpoint}/_local-aws/${action}`, { method: "POST", signal, ...sent });
  const answered: unknown = await answer.json();
  if (answer.ok) return answered;
  const { message } = z.object({ message: z.string() }).parse(answered);
  throw new ExpectedError(
    `The local AWS at ${endpoint} does not ${action}: ${message}`,
    action === "sync"
      ? "The bots are in its DynamoDB table: `aws dynamodb scan` lists them."
      : "`bedrock-chat-migrate local-aws --stage before-deploy` starts a new one.",
  );
}

/** The one that AWS_ENDPOINT_URL names, or the only one that runs. */
export async function localAwsInReach(app: App): Promise<string> {
  const named = app.env["AWS_ENDPOINT_URL"];
  if (named !== undefined) {
    if (await answers(named)) return named;
    throw new UsageError(
      `There is no local AWS at AWS_ENDPOINT_URL=${named}.`,
      "Unset AWS_ENDPOINT_URL to find the one that runs.",
    );
  }
  const [running, ...others] = await runningLocalAwses();
  if (running === undefined)
    throw new UsageError("No local AWS is running.", "Start one: bedrock-chat-migrate local-aws --detach");
  if (others.length > 0)
    throw new UsageError(
      `${others.length + 1} local AWSes are running: ${[running, ...others].map((one) => one.endpoint).join(", ")}.`,
      "Say which by setting AWS_ENDPOINT_URL.",
    );
  return running.endpoint;
}

const stageSchema = z.looseObject({
  resources: z.looseObject({
    stacks: z.array(z.object({ name: z.string(), status: z.string() })),
    clusters: z.array(z.looseObject({ identifier: z.string(), status: z.string() })),
  }),
});

/** Deploys v1, and says what the stack and its clusters go through. */
export async function deployWatched(endpoint: string, signal: AbortSignal, say: (line: string) => void): Promise<void> {
  const ended = new AbortController();
  const watching = watch(endpoint, AbortSignal.any([signal, ended.signal]), onChange(say)).catch(() => undefined);
  try {
    await control(endpoint, "deploy", signal);
  } finally {
    ended.abort();
    await watching;
  }
}

async function watch(endpoint: string, signal: AbortSignal, say: (line: string) => void): Promise<void> {
  for (;;) {
    const answer = await fetch(`${endpoint}/_local-aws/status`, { signal });
    const { resources } = stageSchema.parse(await answer.json());
    const stacks = resources.stacks.map((stack) => `${stack.name} ${stack.status}`);
    const clusters = resources.clusters.map((cluster) => `${cluster.identifier} ${cluster.status}`);
    say([...stacks, ...clusters].join("; "));
    await systemClock.sleep(500, signal);
  }
}
