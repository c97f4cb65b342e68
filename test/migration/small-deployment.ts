import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectToAws } from "../../src/aws/connect.ts";
import { systemClock } from "../../src/clock.ts";
import type { Context } from "../../src/context.ts";
import { withSession } from "../../src/database/with-session.ts";
import type { SqlSession } from "../../src/database/session.ts";
import { type LocalAws, startLocalAws } from "../../src/local-aws/start.ts";
import { type Deployment, readDeployment } from "../../src/stack/deployment.ts";
import { lineProgress } from "../../src/terminal/plain-progress.ts";

/** A small Bedrock Chat after the deploy, on a local AWS whose clock runs fast, and a Context to work on it in this process. */
export interface SmallDeployment extends AsyncDisposable {
  readonly local: LocalAws;
  readonly stateDir: string;
  /** What the steps said. */
  readonly said: string[];
  context(signal?: AbortSignal): Context;
  deployment(): Promise<Deployment>;
  /** SQL on the new cluster, as its master user. */
  onTarget<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
}

export const stack = "BedrockChatStack";

export async function smallDeployment(
  options: Partial<Parameters<typeof startLocalAws>[0]> = {},
): Promise<SmallDeployment> {
  const local = await startLocalAws({
    stage: "after-deploy",
    bots: 5,
    rows: 60,
    dimensions: 8,
    seed: 7,
    timeScale: 1 / 20_000,
    ...options,
  });
  const stateDir = await mkdtemp(join(tmpdir(), "bcm-test-state-"));
  const said: string[] = [];
  const value = (name: string): string => local.environment[name] ?? "";
  const context = (signal: AbortSignal = new AbortController().signal): Context => ({
    aws: connectToAws({
      region: value("AWS_REGION"),
      profile: undefined,
      signal,
      fixed: {
        endpoint: value("AWS_ENDPOINT_URL"),
        credentials: { accessKeyId: value("AWS_ACCESS_KEY_ID"), secretAccessKey: value("AWS_SECRET_ACCESS_KEY") },
      },
    }),
    clock: systemClock,
    signal,
    progress: lineProgress((line) => said.push(line), systemClock),
    pollMs: 20,
    caFile: value("BEDROCK_CHAT_MIGRATE_CA_FILE"),
    reach: { connect: "auto", tunnels: {} },
    account: local.world.accountId,
    region: local.world.region,
  });
  const deployment = () => readDeployment(context().aws, stack);
  return {
    local,
    stateDir,
    said,
    context,
    deployment,
    onTarget: async (work) => withSession((await deployment()).database, context(), work),
    async [Symbol.asyncDispose]() {
      await local.stop();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}
