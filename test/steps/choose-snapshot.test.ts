import type { DBClusterSnapshot } from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import { ExpectedError } from "../../src/errors.ts";
import { chooseSnapshot, type SnapshotQuestion } from "../../src/steps/choose-snapshot.ts";

const current = { identifier: "bedrockchatstack-new", engine: "aurora-postgresql", vpcId: "vpc-1", encrypted: true };

function snapshot(id: string, cluster: string, day: number, more: Partial<DBClusterSnapshot> = {}): DBClusterSnapshot {
  return {
    DBClusterSnapshotIdentifier: id,
    DBClusterSnapshotArn: `arn:aws:rds:us-east-1:111122223333:cluster-snapshot:${id}`,
    DBClusterIdentifier: cluster,
    SnapshotCreateTime: new Date(Date.UTC(2026, 10, day)),
    SnapshotType: "manual",
    Engine: "aurora-postgresql",
    EngineVersion: "15.3",
    VpcId: "vpc-1",
    Status: "available",
    ...more,
  };
}

function question(snapshots: DBClusterSnapshot[], more: Partial<SnapshotQuestion> = {}): SnapshotQuestion {
  return {
    snapshots,
    current,
    stack: "BedrockChatStack",
    replaced: [],
    alive: [current.identifier],
    wantedSnapshot: undefined,
    wantedCluster: undefined,
    ...more,
  };
}

function refusal(asked: SnapshotQuestion): string {
  try {
    chooseSnapshot(asked);
  } catch (error) {
    if (error instanceof ExpectedError) return `${error.message}\n${error.hint}`;
    throw error;
  }
  throw new Error("nothing was refused");
}

const old = "bedrockchatstack-old";

test("takes the newest available snapshot of the one old cluster, younger than the new cluster or not", () => {
  const snapshots = [snapshot("a", old, 1), snapshot("final", old, 20), snapshot("b", old, 10)];
  const { snapshot: chosen, reason } = chooseSnapshot(question(snapshots));
  expect(chosen.DBClusterSnapshotIdentifier).toBe("final");
  expect(reason).toContain("newest available snapshot of 3");
});

test("passes over one that is still being made", () => {
  const snapshots = [snapshot("a", old, 1), snapshot("b", old, 2, { Status: "creating" })];
  expect(chooseSnapshot(question(snapshots)).snapshot.DBClusterSnapshotIdentifier).toBe("a");
  expect(refusal(question([snapshot("b", old, 2, { Status: "creating" })]))).toContain("b is creating");
});

test("several old clusters are listed, unless the stack's events name the replaced one", () => {
  const snapshots = [snapshot("a", old, 1), snapshot("z", "bedrockchatstack-older", 2)];
  const text = refusal(question(snapshots));
  expect(text).toContain("a  (manual, of bedrockchatstack-old");
  expect(text).toContain("--source-cluster");
  const byEvents = question(snapshots, { replaced: [old] });
  expect(chooseSnapshot(byEvents).snapshot.DBClusterSnapshotIdentifier).toBe("a");
  const named = question(snapshots, { wantedCluster: "bedrockchatstack-older" });
  expect(chooseSnapshot(named).snapshot.DBClusterSnapshotIdentifier).toBe("z");
});

test.each([
  ["another engine", { Engine: "aurora-mysql" }, old],
  ["another VPC", { VpcId: "vpc-2" }, old],
  ["another stack's name", {}, "otherstack-old"],
  ["the new cluster itself", {}, current.identifier],
])("a snapshot of %s is no candidate", (_, more, cluster) => {
  expect(refusal(question([snapshot("a", cluster, 1, more)]))).toContain("re-embedding");
});

test("before the deploy there is nothing to bring back, and it says so", () => {
  const before = { current: { ...current, encrypted: false } };
  expect(refusal(question([], before))).toContain("the deploy to v1 has not happened yet");
  expect(refusal(question([snapshot("a", current.identifier, 1)], { wantedSnapshot: "a" }))).toContain(
    "has not happened",
  );
});

test("an old cluster that its deletion has left is told, with what takes a snapshot of it now", () => {
  const left = { alive: [current.identifier, old], replaced: [old] };
  for (const asked of [
    question([], left),
    question([snapshot("a", old, 1)], left),
    question([snapshot("z", "bedrockchatstack-aborted", 2)], left),
    question([snapshot("a", old, 1)], { ...left, replaced: [] }),
    question([], { ...left, replaced: [], wantedCluster: old }),
  ]) {
    const text = refusal(asked);
    expect(text).toContain(`${old} is still there`);
    expect(text).toContain(`create-db-cluster-snapshot --db-cluster-identifier ${old}`);
  }
  const named = question([snapshot("a", old, 1)], { ...left, wantedSnapshot: "a" });
  expect(chooseSnapshot(named).reason).toContain("--snapshot");
});

test("an unknown snapshot is answered with the candidates", () => {
  const text = refusal(question([snapshot("a", old, 1)], { wantedSnapshot: "typo" }));
  expect(text).toContain("no cluster snapshot typo");
  expect(text).toContain("  a  (manual");
});

test("a snapshot can be named by its ARN", () => {
  const a = snapshot("a", "otherwise-named", 1);
  const { reason } = chooseSnapshot(question([a], { wantedSnapshot: a.DBClusterSnapshotArn }));
  expect(reason).toContain("--snapshot");
});
