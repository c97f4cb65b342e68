import type { DBClusterSnapshot } from "@aws-sdk/client-rds";
import { z } from "zod";
import type { Run } from "../provision/run.ts";
import type { SnapshotChoice } from "./choose-snapshot.ts";

const note = "prepared-snapshots";

const preparedSchema = z.object({
  name: z.string(),
  /** The cluster that it is of: the stack's of then, and the old one after the deploy. */
  cluster: z.string(),
  /** Null while it is being taken. */
  arn: z.string().nullable(),
  createdAt: z.string().nullable(),
  /** Whether `prepare` took it; else it was named with --snapshot. */
  taken: z.boolean(),
});

/** A snapshot of the old cluster that `prepare` has taken, or was told of. It is never removed. */
export type PreparedSnapshot = z.infer<typeof preparedSchema>;

/** All of a run, the latest last. */
export function preparedSnapshots(run: Run): readonly PreparedSnapshot[] {
  return z.array(preparedSchema).safeParse(run.state().notes.get(note)).data ?? [];
}

/** Notes one: as the latest, or with what has become known of it since it was intended. */
export async function notePreparedSnapshot(prepared: PreparedSnapshot, run: Run): Promise<void> {
  const others = preparedSnapshots(run).filter((one) => one.name !== prepared.name);
  await run.journal.append({ event: "noted", name: note, value: [...others, prepared] });
}

/**
 * Why the snapshot that was chosen is right, where `prepare` has noted one of the same cluster: the youngest one wins, since it holds what
 * was written after the others. Pure.
 */
export function besidePrepared(choice: SnapshotChoice, prepared: PreparedSnapshot | undefined): SnapshotChoice {
  const { snapshot } = choice;
  if (prepared === undefined || prepared.createdAt === null || snapshot.DBClusterIdentifier !== prepared.cluster)
    return choice;
  return { ...choice, reason: reasonBeside(prepared, prepared.createdAt, choice) };
}

function reasonBeside(prepared: PreparedSnapshot, since: string, { snapshot, reason }: SnapshotChoice): string {
  const did = prepared.taken ? "took" : "noted";
  if (isSame(snapshot, prepared))
    return `prepare ${did} it of ${prepared.cluster} at ${since}, and no younger one of that cluster is available`;
  const theirs = `${prepared.name} of ${since}, which prepare ${did}`;
  const at = snapshot.SnapshotCreateTime?.toISOString();
  if (at === undefined || at < since) return `${reason}, older than ${theirs}`;
  return `it is of ${prepared.cluster}, the cluster that prepare noted, and of ${at}: younger than ${theirs}, so it holds what was written since`;
}

function isSame(
  { DBClusterSnapshotArn: arn, DBClusterSnapshotIdentifier: name }: DBClusterSnapshot,
  one: PreparedSnapshot,
): boolean {
  return one.arn === null ? name === one.name : arn === one.arn;
}
