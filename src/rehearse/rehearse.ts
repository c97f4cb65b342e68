import { dirname } from "node:path";
import type { App } from "../command.ts";
import type { DmsLogin, MigrationType } from "../aws/data-migration-options.ts";
import { systemClock } from "../clock.ts";
import type { Connect } from "../reach.ts";
import type { RestoreSnapshotResult } from "../steps/restore-snapshot.ts";
import type { Verification } from "../verify/verification.ts";
import { control, deployWatched } from "./control-local-aws.ts";
import { versionOfDeploy } from "./deployment-settings.ts";
import { compareInventories, readInventory, withDefinition } from "./inventory.ts";
import { type Kept, readKept } from "./kept.ts";
import { loadWhileUsersWork } from "./load-while-users-work.ts";
import type { ProductEnvironment } from "./product-command.ts";
import { step } from "./product-step.ts";
import { type ServeOptions, startAttached, startDetached } from "./serve-local-aws.ts";
import { type BotSync, syncNow } from "./sync-on-local-aws.ts";
import { storyOn } from "./tell-story.ts";
import { chooseBots, type UsersAtWork } from "./users-at-work.ts";
import type { Variants } from "./variant-settings.ts";

export type RehearseOptions = Omit<ServeOptions, "stage" | "port" | "endWithStdin" | "json"> & {
  readonly keep: boolean;
  readonly migrationType: MigrationType;
  readonly dmsLogin: DmsLogin;
  readonly connect: Connect;
  /** Whether `prepare` is called before the deploy. */
  readonly prepare: boolean;
  readonly targetSnapshot: boolean;
  readonly users: UsersAtWork;
};

/** What a rehearsal has shown. */
export interface Rehearsal {
  readonly migrationType: MigrationType;
  readonly variants: Readonly<Variants>;
  readonly outcome: Verification["outcome"];
  readonly rows: { readonly source: number | null; readonly target: number | null };
  /** Bots whose rows were compared. */
  readonly bots: number;
  readonly phases: readonly { readonly name: string; readonly seconds: number }[];
  /** What users did meanwhile on the new cluster. */
  readonly syncs: readonly BotSync[];
  readonly residue: readonly string[];
  /** Snapshots that the run has taken, and that stay. */
  readonly snapshots: readonly string[];
  readonly kept?: Kept;
  /** Null where a side could not be looked at. */
  readonly verification: Verification | null;
}

/**
 * The whole story on a local AWS: v0 with data, the deploy of v1 that replaces the cluster, and the product's own commands, each as
 * a process of its own. Throws when one of them fails; a verification that is not `identical` is part of the result.
 */
export async function rehearse(options: RehearseOptions, app: App): Promise<Rehearsal> {
  const story = await storyOn(app, systemClock);
  const say = (line: string) => story.say(line);
  const phases: { name: string; seconds: number }[] = [];
  const phase = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    using task = story.begin(name);
    const began = systemClock.now();
    const result = await work();
    const seconds = Math.round((systemClock.now() - began) / 100) / 10;
    phases.push({ name, seconds });
    task.end(`done (${seconds.toFixed(1)} s)`);
    return result;
  };
  const local = await phase("local AWS with Bedrock Chat v0", () => startLocal(options, app, say));
  try {
    const { environment } = local;
    const endpoint = environment["AWS_ENDPOINT_URL"] ?? "";
    const product: ProductEnvironment = {
      environment,
      // A folder of the local AWS's own, which goes with it.
      directory: dirname(environment["BEDROCK_CHAT_MIGRATE_STATE_DIR"] ?? ""),
      signal: app.signal,
      say: (line) => say(`   ${line}`),
    };
    // It refuses an empty database: there would be nothing to bring along.
    if (options.prepare && options.rows > 0)
      await phase("prepare", () => step(["prepare", ...templateOf(options)], product));
    await phase("npx cdk deploy (simulated): v1 replaces the cluster", () =>
      deployWatched(endpoint, app.signal, product.say),
    );
    const bots = await chooseBots(options.users, environment, app.signal);
    const syncs: BotSync[] = [];
    if (bots.before.length > 0)
      await phase("users at work: two bots are synced on the new cluster", async () => {
        for (const bot of bots.before) syncs.push(await syncNow(endpoint, bot, product));
      });
    const before = await readInventory(endpoint, app.signal);
    const { migrationType, dmsLogin, variants } = options;
    const type = migrationType === "full-load-and-cdc" ? [] : ["--migration-type", migrationType];
    const login = dmsLogin === "run" ? [] : ["--dms-login", dmsLogin];
    const way = options.connect === "auto" ? [] : ["--connect", options.connect];
    const snapshot = options.targetSnapshot ? [] : ["--no-target-snapshot"];
    const restored = await phase("restore-snapshot", () =>
      step<RestoreSnapshotResult>(["restore-snapshot", ...type, ...way], product),
    );
    const load = { flags: [...login, ...way, ...snapshot], onExisting: options.users.onExisting, bot: bots.duringLoad };
    const { loaded, synced } = await phase("start-dms-migration", () => loadWhileUsersWork(load, endpoint, product));
    const { targetSnapshot, retrieval } = loaded;
    syncs.push(...synced);
    const verification = await phase("verify-counts", () => verify(way, product));
    if (!options.keep) await phase("cleanup", () => step(["cleanup", "--yes", ...way], product));
    const snapshots = targetSnapshot === null ? [] : [targetSnapshot];
    const residue = options.keep
      ? []
      : compareInventories(
          withDefinition(before, retrieval.definition),
          await readInventory(endpoint, app.signal),
          snapshots,
        );
    const kept = options.keep ? { kept: await readKept(environment, restored, app.signal) } : {};
    const { outcome, rows, bots: compared } = verification ?? { outcome: "unknown", rows: noRows, bots: [] };
    const result = { migrationType, variants, outcome, rows, bots: compared.length, phases, syncs, residue, snapshots };
    return { ...result, ...kept, verification };
  } catch (error) {
    if (options.keep) await local.stop();
    throw error;
  } finally {
    if (!options.keep) await local.stop();
  }
}

/** What an operator says who has edited v1's template, since its engine version cannot be created. */
function templateOf({ engineVersions }: RehearseOptions): string[] {
  return engineVersions === undefined ? [] : ["--template-version", versionOfDeploy(engineVersions)];
}

const noRows = { source: null, target: null };

/** What verification has found; null where a side could not be looked at: that is an outcome, too. */
async function verify(way: readonly string[], product: ProductEnvironment): Promise<Verification | null> {
  const told = await step<Verification | { readonly error: object }>(
    ["verify-counts", "--level", "all", ...way],
    product,
    [1, 3],
  );
  return "outcome" in told ? told : null;
}

async function startLocal(
  options: RehearseOptions,
  app: App,
  say: (line: string) => void,
): Promise<{ readonly environment: Readonly<Record<string, string>>; stop(): Promise<void> }> {
  const serve: ServeOptions = { ...options, stage: "before-deploy", port: 0, endWithStdin: false, json: true };
  if (!options.keep) return startAttached(serve, (line) => say(`   ${line}`), app.signal);
  const environment = await startDetached(serve, app.signal);
  const endpoint = environment["AWS_ENDPOINT_URL"] ?? "";
  const stop = async () => {
    await control(endpoint, "stop", AbortSignal.timeout(60_000)).catch(() => undefined);
  };
  return { environment, stop };
}
