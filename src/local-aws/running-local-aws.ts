import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Control } from "./control.ts";
import { databasesInside } from "./database-inventory.ts";
import { startHttpServer } from "./http-server.ts";
import { embeddingsOf, inventoryOf } from "./inventory.ts";
import { startDynamoDb } from "./services/dynamodb.ts";
import { answerTask } from "./services/ecs/task-paths.ts";
import { certificatesOf } from "./services/rds/cluster-server.ts";
import { localServices } from "./local-services.ts";
import { deployV1 } from "./stack/deploy.ts";
import type { Deployment } from "./stack/deployment.ts";
import { onInstantClock, seedDeployment } from "./stack/seed.ts";
import { type BotSync, failedSync, syncBot } from "./stack/sync-bot.ts";
import { readSyncOrder } from "./stack/sync-order.ts";
import type { LocalAws, LocalAwsOptions } from "./start.ts";
import type { World } from "./world.ts";
import type { Worlds } from "./worlds.ts";

/** The local AWS as it runs: what it started, in the order in which it must end. */
export class RunningLocalAws implements LocalAws {
  readonly directory: string;
  readonly world: World;
  readonly stopped: Promise<void>;
  readonly #options: LocalAwsOptions;
  readonly #worlds: Worlds;
  readonly #closers: (() => Promise<void>)[] = [];
  #endpoint = "";
  #caFile = "";
  #stage: "starting" | "before-deploy" | "deploying" | "after-deploy" | "deploy-failed" = "starting";
  #deployment: Deployment | undefined;
  readonly #syncs: BotSync[] = [];
  #stopping: Promise<void> | undefined;
  #tellStopped: () => void = () => undefined;

  constructor(options: LocalAwsOptions, directory: string, worlds: Worlds) {
    this.#options = options;
    this.directory = directory;
    this.#worlds = worlds;
    this.world = worlds.of("111122223333", "us-east-1");
    this.stopped = new Promise((resolve) => {
      this.#tellStopped = resolve;
    });
  }

  get endpoint(): string {
    return this.#endpoint;
  }

  get environment(): Readonly<Record<string, string>> {
    return {
      AWS_ENDPOINT_URL: this.#endpoint,
      AWS_REGION: this.world.region,
      AWS_DEFAULT_REGION: this.world.region, // the one that boto3 and AWS CLI 1 read
      AWS_ACCESS_KEY_ID: "LOCALAWSACCESSKEY",
      AWS_SECRET_ACCESS_KEY: "local-aws-secret-access-key",
      BEDROCK_CHAT_MIGRATE_CA_FILE: this.#caFile,
      BEDROCK_CHAT_MIGRATE_POLL_SECONDS: "0.2",
      BEDROCK_CHAT_MIGRATE_STATE_DIR: join(this.directory, "state"),
    };
  }

  async start(): Promise<void> {
    const { onProgress = () => undefined, ...options } = this.#options;
    const dynamodb = await startDynamoDb();
    this.#closers.push(() => dynamodb.close());
    this.#caFile = (await certificatesOf(this.world)).caFile;
    const http = await startHttpServer({
      services: localServices({ dataApi: options.dataApiLimits, policy: options.policy }),
      worldOf: (accountId, region) => this.#worlds.of(accountId, region),
      port: options.port,
      control: this.#control,
      dynamodb,
      policy: options.policy,
      sessions: this.#worlds.sessions,
    });
    this.#closers.push(() => http.close());
    this.#endpoint = http.endpoint;
    const seeding = seedDeployment(this.world, { ...options, dynamoDbPort: dynamodb.port, onProgress });
    this.#deployment = await this.#tracked("seeding", seeding);
    if (options.engineVersions !== undefined) this.world.rds.engineVersions = options.engineVersions;
    this.#stage = "before-deploy";
    if (options.stage === "before-deploy") return;
    onProgress("Deploying v1 over it");
    await this.#deploy(onInstantClock(this.#deployment));
  }

  async deploy(): Promise<void> {
    if (this.#deployment === undefined || this.#stage !== "before-deploy") {
      throw new Error(`Bedrock Chat v1 can be deployed once, before-deploy; this local AWS is ${this.#stage}.`);
    }
    await this.#deploy(this.#deployment);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #deploy(deployment: Deployment): Promise<void> {
    this.#stage = "deploying";
    try {
      this.#deployment = await this.#tracked("deploy of v1", deployV1(deployment));
      this.#stage = "after-deploy";
    } catch (error) {
      this.#stage = "deploy-failed";
      throw error;
    }
  }

  /** Makes `stop` wait for the end of work that starts servers. */
  #tracked(what: string, work: Promise<Deployment>): Promise<Deployment> {
    this.world.background(what, async () => {
      await work;
    });
    return work;
  }

  async #stop(): Promise<void> {
    await Promise.allSettled(this.#closers.map((close) => close()));
    await this.#worlds.stop();
    await rm(this.directory, { recursive: true, force: true });
    this.#tellStopped();
  }

  /** What a user orders: now, or the next time that a load runs. Gives the sync, undefined of one that is yet to come. */
  async #sync(order: unknown): Promise<BotSync | undefined> {
    const { bot, when } = readSyncOrder(order);
    const carryOut = async () => {
      const deployment = this.#deployment;
      if (deployment === undefined) throw new Error(`This local AWS is ${this.#stage}: there is no Bedrock Chat yet.`);
      const sync = await syncBot({ ...deployment, world: this.world }, bot);
      this.#syncs.push(sync);
      return sync;
    };
    if (when === "now") return carryOut();
    this.world.dms.whenLoadRuns.push(async () => {
      // A user's mistake is not the load's.
      await carryOut().catch((error: unknown) => this.#syncs.push(failedSync(bot, error)));
    });
    return undefined;
  }

  readonly #control: Control = (method, path, order) => {
    switch (`${method} ${path}`) {
      case "GET /_local-aws/status":
        return this.#status().then((body) => ({ status: 200, body }));
      case "POST /_local-aws/deploy":
        return this.deploy().then(async () => ({ status: 200, body: await this.#status() }));
      case "POST /_local-aws/sync":
        return this.#sync(order).then((sync) => ({ status: sync === undefined ? 202 : 200, body: sync ?? {} }));
      case "POST /_local-aws/stop":
        setTimeout(() => void this.stop(), 100); // after this answer
        return Promise.resolve({ status: 202, body: { stage: "stopping" } });
      default:
        return this.#taskAnswer(method, path);
    }
  };

  #taskAnswer(method: string, path: string): ReturnType<Control> {
    const answer = answerTask(this.world, method, path);
    return answer && Promise.resolve(answer);
  }

  async #status() {
    return {
      stage: this.#stage,
      ready: this.#stage === "before-deploy" || this.#stage === "after-deploy",
      directory: this.directory,
      variants: this.world.variants,
      failures: this.#worlds.failures,
      syncs: this.#syncs,
      resources: { ...inventoryOf(this.world), databases: await databasesInside(this.world) },
      embeddings: embeddingsOf(this.world),
    };
  }
}
