import type { DBClusterSnapshot } from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import { ExpectedError } from "../../src/errors.ts";
import { chooseSnapshot, type SnapshotQuestion } from "../../src/steps/choose-snapshot.ts";

const current = {
  identifier: "bedrockchatstack-new",
  engine: "aurora-postgresql",
  vpcId: "vpc-1",
  subnetGroup: "subnets",
  encrypted: true,
};

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
    retained: [],
    account: "111122223333",
    region: "us-east-1",
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

/** Where a snapshot lives, and what of a copy stays the original's. */
const elsewhere = (account: string, region: string, id: string) =>
  `arn:aws:rds:${region}:${account}:cluster-snapshot:${id}`;

test.each([
  ["a retained automated backup", { SnapshotType: "automated" }, `rds:${old}-2026-11-20-03-07`],
  ["a recovery point of AWS Backup", { SnapshotType: "manual" }, "awsbackup:job-0b1c2d3e"],
  ["a copy from another Region, which tells another VPC", { VpcId: "vpc-far" }, "copied"],
  ["a copy that tells no VPC", { VpcId: undefined }, "copied"],
])("%s of the cluster that the stack's events name is chosen by itself", (_, more, id) => {
  const { snapshot: chosen, unproven } = chooseSnapshot(question([snapshot(id, old, 20, more)], { replaced: [old] }));
  expect(chosen.DBClusterSnapshotIdentifier).toBe(id);
  expect(unproven).toBeUndefined();
});

test("a copy is no newer than what it was copied from, and a continuous recovery point is no snapshot to restore", () => {
  const copy = snapshot("copy", old, 25, { SourceDBClusterSnapshotArn: elsewhere("111122223333", "us-east-1", "a") });
  const continuous = snapshot("awsbackup:continuous:cluster-0a", old, 26);
  const asked = question([copy, continuous, snapshot("final", old, 20)]);
  expect(chooseSnapshot(asked).snapshot.DBClusterSnapshotIdentifier).toBe("final");
  expect(chooseSnapshot(question([copy])).snapshot).toBe(copy);
});

test("what another account shares is restored by its ARN only, and by its name never", () => {
  const arn = elsewhere("999900001111", "us-east-1", "final");
  const more = { SnapshotType: "shared", DBClusterSnapshotArn: arn, DBClusterSnapshotIdentifier: arn };
  const shared = [snapshot("", old, 20, { ...more, VpcId: "vpc-theirs" })];
  expect(refusal(question(shared, { replaced: [old] }))).toContain("pass its ARN as --snapshot");
  expect(refusal(question(shared, { wantedCluster: old }))).toContain(`no snapshot of a cluster ${old}`);
  const { snapshot: chosen, unproven } = chooseSnapshot(question(shared, { wantedSnapshot: arn, replaced: [old] }));
  expect(chosen.DBClusterSnapshotArn).toBe(arn);
  expect(unproven).toMatch(
    /nothing shows .*another account shares it.* VPC vpc-theirs, .* vpc-1\. .*compares the tables/,
  );
  const locked = question([{ ...shared[0], StorageEncrypted: true }], { wantedSnapshot: arn });
  expect(refusal(locked)).toMatch(/restores such a one only from a copy[^]*copy-db-cluster-snapshot .*--kms-key-id/);
});

test.each([
  [
    "another Region",
    elsewhere("111122223333", "eu-west-1", "a"),
    /copy-db-cluster-snapshot .*--source-region eu-west-1/,
  ],
  [
    "an account that does not share it",
    elsewhere("999900001111", "us-east-1", "a"),
    /does not share[^]*modify-db-cluster-snapshot-attribute .*-identifier a .*--values-to-add 111122223333/,
  ],
])("a snapshot of %s is told by what brings it here", (_, wantedSnapshot, expected) => {
  expect(refusal(question([], { wantedSnapshot }))).toMatch(expected);
});

test("a named snapshot of a cluster with the stack's name and VPC, or that the events name, is proven", () => {
  const a = snapshot("a", old, 1);
  expect(chooseSnapshot(question([a], { wantedSnapshot: "a" })).unproven).toBeUndefined();
  const other = snapshot("b", "renamed", 1, { VpcId: undefined });
  expect(chooseSnapshot(question([other], { wantedSnapshot: "b" })).unproven).toMatch(/not the stack's name.*not told/);
  const named = question([other], { wantedSnapshot: "b", replaced: ["renamed"] });
  expect(chooseSnapshot(named).unproven).toBeUndefined();
});

test("automated backups that were kept of the old cluster are told, with what makes a snapshot of them", () => {
  const retained = [
    { Engine: "aurora-postgresql", Status: "active", DBClusterIdentifier: current.identifier },
    { Engine: "aurora-postgresql", Status: "retained", DBClusterIdentifier: old, DbClusterResourceId: "cluster-OLD" },
  ];
  const text = refusal(question([], { retained }));
  expect(text).toContain("--source-db-cluster-resource-id cluster-OLD");
  expect(text).toContain("--db-subnet-group-name subnets");
  expect(text).toContain(`restore-snapshot --stack 'BedrockChatStack' --snapshot ${old}-kept`);
  expect(refusal(question([], { retained: retained.slice(0, 1) }))).not.toContain("--source-db-cluster-resource-id");
});
