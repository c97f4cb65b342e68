import { commandFor } from "../command-for.ts";
import type { DBClusterSnapshot } from "@aws-sdk/client-rds";
import type { Context } from "../context.ts";
import { ExpectedError, UsageError } from "../errors.ts";
import { nameInRun } from "../provision/resource.ts";
import type { Run } from "../provision/run.ts";
import { clustersInEvents, replacedBy } from "../stack/cluster-events.ts";
import type { Deployment } from "../stack/deployment.ts";
import { itemsTable } from "../stack/items-table.ts";
import { type Baseline, noteBaseline } from "./baseline.ts";
import { gatherPreparation, type PreparationWish } from "./gather-preparation.ts";
import { judgePreparation } from "./judge-preparation.ts";
import { outcomeOf, type PreparationCheck } from "./preparation-check.ts";
import { notePreparedSnapshot, type PreparedSnapshot, preparedSnapshots } from "./prepared-snapshot.ts";
import { runToRestoreInto } from "./run-to-restore-into.ts";
import { settledDeployment } from "./settled-deployment.ts";
import { findSnapshot, takeSnapshot, waitForSnapshot } from "./take-snapshot.ts";

export interface PrepareInput extends PreparationWish {
  readonly stack: string;
  readonly stateDir: string;
  readonly run: string | undefined;
  /** Milliseconds to wait for CloudFormation to end what it is doing. */
  readonly stackTimeoutMs: number;
  /** A manual snapshot that is there already, in place of one that is taken now. */
  readonly snapshot: string | undefined;
  /** Take another one although this run has one. */
  readonly newSnapshot: boolean;
}

export interface PrepareResult {
  readonly outcome: "ready" | "blocked" | "unknown";
  readonly stack: string;
  readonly cluster: string;
  /** None where something blocks: then nothing was made. */
  readonly run: string | null;
  readonly snapshot: PreparedSnapshot | null;
  readonly baseline: Pick<Baseline, "at" | "rows" | "bots" | "embedding" | "vectorIndexes" | "serverVersion"> | null;
  readonly checks: readonly PreparationCheck[];
}

/**
 * Before the deploy of v1: looks at everything that stands in its way, and, unless something does, takes a manual snapshot of the cluster
 * and records what it holds, in the run that restore-snapshot goes on with. A second call finds the snapshot again. Throws an
 * ExpectedError where the deploy has happened, and a WaitTimeoutError where CloudFormation is still at work.
 */
export async function prepare(input: PrepareInput, context: Context): Promise<PrepareResult> {
  const deployment = await settledDeployment(input.stack, input.stackTimeoutMs, context);
  const cluster = deployment.cluster.DBClusterIdentifier ?? "";
  await refuseDeployed(deployment, context);
  const named = input.snapshot === undefined ? undefined : await namedSnapshot(input.snapshot, cluster, context);
  const { facts, baseline } = await gatherPreparation(deployment, input, context);
  if (baseline !== "skipped" && "value" in baseline) refuseEmpty(cluster, input.stack, baseline.value.rows ?? 0);
  const checks = judgePreparation(facts);
  const outcome = outcomeOf(checks);
  if (outcome === "blocked")
    return { outcome, stack: input.stack, cluster, run: null, snapshot: null, baseline: null, checks };

  const { stateDir, stack, run: id } = input;
  await using opened = await runToRestoreInto({ stateDir, stack, id }, async () => undefined, context);
  const { run } = opened;
  await run.journal.append({ event: "step-began", step: "prepare" });
  const recorded = baseline !== "skipped" && "value" in baseline ? baseline.value : undefined;
  if (recorded !== undefined) await noteBaseline(recorded, run);
  const snapshot =
    named === undefined
      ? await snapshotOfRun(cluster, input.newSnapshot, context, run)
      : await noted(await waitForSnapshot(named, context), { taken: isOwn(named, run) }, run);
  const result = { outcome, snapshot: snapshot.name, cluster, rows: recorded?.rows ?? null };
  await run.journal.append({ event: "step-ended", step: "prepare", result });
  return { outcome, stack, cluster, run: run.id, snapshot, baseline: recorded ?? null, checks };
}

/** After the deploy there is nothing to prepare: the data is in a snapshot, and the cluster of now is the new one. */
async function refuseDeployed({ cluster, stack }: Deployment, context: Context): Promise<void> {
  const identifier = cluster.DBClusterIdentifier ?? "";
  if (cluster.StorageEncrypted === true)
    throw deployed(`${identifier}, the cluster that the stack uses now, is encrypted: v1 has been deployed.`, stack);
  const old = replacedBy(identifier, await clustersInEvents(context.aws, stack));
  if (old !== undefined)
    throw deployed(
      `The stack's events say that ${identifier} has taken the place of ${old}: the deploy has happened.`,
      stack,
    );
}

function refuseEmpty(cluster: string, stack: string, rows: number): void {
  if (rows > 0) return;
  throw deployed(
    `${itemsTable.schema}.${itemsTable.table} of ${cluster} is empty or missing: the deploy has happened, or no bot has any knowledge, and there is nothing to bring along.`,
    stack,
  );
}

function deployed(what: string, stack: string): ExpectedError {
  return new ExpectedError(
    what,
    `\`prepare\` is for the time before the deploy. Nothing was made. After it: ${commandFor("restore-snapshot", { stack })}`,
  );
}

/** A manual snapshot of this cluster: automated ones go when it is deleted. */
async function namedSnapshot(name: string, cluster: string, context: Context): Promise<string> {
  const snapshot = await findSnapshot(name, context);
  // RDS finds an automated one under its name only where its type is asked for; should it ever do more, it is none that stays.
  if (snapshot?.SnapshotType !== "manual")
    throw new UsageError(
      `There is no manual cluster snapshot ${name} in this account and Region.`,
      "Leave --snapshot out, and one is taken. Automated snapshots do not count: they go with the old cluster.",
    );
  if (snapshot.DBClusterIdentifier !== cluster)
    throw new UsageError(
      `Snapshot ${name} is of cluster ${snapshot.DBClusterIdentifier}, not of ${cluster}.`,
      "Leave --snapshot out, and one is taken.",
    );
  return name;
}

/** The run's latest snapshot of this cluster, taken now where there is none, or where another one is wanted. */
async function snapshotOfRun(cluster: string, another: boolean, context: Context, run: Run): Promise<PreparedSnapshot> {
  const all = preparedSnapshots(run);
  const last = all.findLast((one) => one.cluster === cluster);
  // One that was begun and never seen available is gone on with: that is what is wanted, too.
  const goOn = last !== undefined && (last.arn === null || !another);
  if (goOn && !last.taken) return noted(await waitForSnapshot(last.name, context), last, run);
  const number = all.filter((one) => one.taken).length + 1;
  if (goOn && last.createdAt !== null)
    context.progress.say(`This run has a snapshot of ${last.createdAt} already; --new-snapshot takes another one.`);
  const name = goOn ? last.name : nameInRun(run.id, number === 1 ? "before-deploy" : `before-deploy-${number}`);
  if (!goOn) await notePreparedSnapshot({ name, cluster, arn: null, createdAt: null, taken: true }, run);
  return noted(await takeSnapshot({ name, cluster, run }, context), { taken: true }, run);
}

function isOwn(name: string, run: Run): boolean {
  return preparedSnapshots(run).some((one) => one.name === name && one.taken);
}

async function noted(snapshot: DBClusterSnapshot, { taken }: { taken: boolean }, run: Run): Promise<PreparedSnapshot> {
  const prepared: PreparedSnapshot = {
    name: snapshot.DBClusterSnapshotIdentifier ?? "",
    cluster: snapshot.DBClusterIdentifier ?? "",
    arn: snapshot.DBClusterSnapshotArn ?? null,
    createdAt: snapshot.SnapshotCreateTime?.toISOString() ?? null,
    taken,
  };
  await notePreparedSnapshot(prepared, run);
  return prepared;
}
