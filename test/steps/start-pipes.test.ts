import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { connectToAws } from "../../src/aws/connect.ts";
import type { Context } from "../../src/context.ts";
import { systemClock } from "../../src/clock.ts";
import { type Database, UnreachableError } from "../../src/database/session.ts";
import { pipesService } from "../../src/local-aws/services/pipes/service.ts";
import type { Pipe } from "../../src/local-aws/services/pipes/state.ts";
import { secretsManagerService } from "../../src/local-aws/services/secrets-manager.ts";
import { beginRun } from "../../src/provision/run.ts";
import type { Deployment } from "../../src/stack/deployment.ts";
import { cleanup } from "../../src/steps/cleanup.ts";
import { pausedPipesOf } from "../../src/steps/pause-sync.ts";
import { startPipe, stopPipe } from "../../src/steps/switch-pipe.ts";
import { undo } from "../../src/steps/undo.ts";
import { lineProgress } from "../../src/terminal/plain-progress.ts";
import { serveSmallWorld } from "../local-aws/small-world.ts";

type States = Pick<Pipe, "currentState" | "desiredState">;

/** A small world with one pipe in these states, and a context whose waits do something instead. */
async function worldWithPipe(states: States, onSleep: (pipe: Pipe) => void = () => undefined) {
  const served = await serveSmallWorld([pipesService(), secretsManagerService()]);
  const { endpoint, credentials, region } = served.settings;
  const arn = `arn:aws:pipes:${region}:${served.world.accountId}:pipe/sync`;
  const pipe: Pipe = {
    name: "sync",
    arn,
    source: "",
    target: "",
    createdAt: new Date(0),
    changedAt: new Date(0),
    tags: [],
    ...states,
  };
  served.world.pipes.set(pipe.name, pipe);
  const signal = new AbortController().signal;
  const said: string[] = [];
  const context: Context = {
    aws: connectToAws({ region, profile: undefined, signal, fixed: { endpoint, credentials } }),
    clock: { now: () => systemClock.now(), sleep: async () => onSleep(pipe) },
    signal,
    progress: lineProgress((line) => said.push(line), systemClock),
    pollMs: 1,
    caFile: undefined,
    reach: { connect: "direct", tunnels: {} },
    account: served.world.accountId,
    region,
  };
  return { served, pipe, context, said, [Symbol.asyncDispose]: () => served[Symbol.asyncDispose]() };
}

const statesOf = ({ currentState, desiredState }: Pipe): States => ({ currentState, desiredState });
const running: States = { currentState: "RUNNING", desiredState: "RUNNING" };
const stopped: States = { currentState: "STOPPED", desiredState: "STOPPED" };

/** What an order that was just given comes to. */
function arrive(pipe: Pipe): void {
  pipe.currentState = pipe.desiredState;
}

test("a pipe that still runs, but was just told to stop, does not count as started; nor the other way round", async () => {
  await using world = await worldWithPipe({ currentState: "RUNNING", desiredState: "STOPPED" }, arrive);
  await startPipe("sync", world.context);
  expect(statesOf(world.pipe)).toEqual(running);
  Object.assign(world.pipe, { currentState: "STOPPED", desiredState: "RUNNING" });
  await stopPipe("sync", world.context);
  expect(statesOf(world.pipe)).toEqual(stopped);
});

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}

test.each([
  ["cleanup", cleanup],
  ["undo", undo],
])("%s starts the pipes that its journal names although the new cluster is down", async (_, command) => {
  await using world = await worldWithPipe(stopped);
  const { ARN: secretArn = "" } = await world.served.secrets.createSecret({
    Name: "login",
    SecretString: JSON.stringify({ username: "postgres", password: "secret" }),
  });
  const database: Database = {
    label: "the new cluster",
    side: "target",
    host: "127.0.0.1",
    port: await closedPort(),
    name: "postgres",
    secretArn,
    clusterArn: "",
    hasDataApi: false,
  };
  const { account, region } = world.context;
  const stack = "BedrockChatStack";
  const deployment: Deployment = {
    stack,
    stackStatus: "UPDATE_COMPLETE",
    vpcId: "",
    subnetIds: [],
    conversationTable: "t",
    database,
    cluster: {},
  };
  const stateDir = await mkdtemp(join(tmpdir(), "bcm-test-pipes-"));
  try {
    const run = await beginRun(stateDir, { account, region, stack }, systemClock);
    await run.journal.append({ event: "step-began", step: "prepare-target" });
    await run.journal.append({ event: "noted", name: "paused-pipes", value: ["sync"] });
    await expect(command(deployment, world.context, run)).rejects.toThrow(UnreachableError);
    expect(statesOf(world.pipe)).toEqual(running);
    expect(pausedPipesOf(run.state())).toEqual([]);

    // One that cannot be started is named before the command fails.
    await run.journal.append({ event: "noted", name: "paused-pipes", value: ["sync"] });
    Object.assign(world.pipe, stopped);
    const refusing = { startPipe: () => Promise.reject(new Error("not now")) };
    Object.assign(world.context.aws, { pipes: Object.assign(Object.create(world.context.aws.pipes), refusing) });
    await expect(command(deployment, world.context, run)).rejects.toThrow(UnreachableError);
    expect(world.said.join("\n")).toMatch(/WARNING: pipe sync may still be stopped \(Error: not now\)/);
    expect(pausedPipesOf(run.state())).toEqual(["sync"]);
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
});
