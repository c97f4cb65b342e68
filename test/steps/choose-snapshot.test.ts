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

const alive = (...ids: string[]) => ids.map((id) => ({ DBClusterIdentifier: id, Status: "available" }));

function question(snapshots: DBClusterSnapshot[], more: Partial<SnapshotQuestion> = {}): SnapshotQuestion {
  return {
    snapshots,
    retained: [],
    account: "111122223333",
    region: "us-east-1",
    current,
    stack: "BedrockChatStack",
    replaced: [],
    alive: alive(current.identifier),
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

test("a younger one that is still being made is waited for, whatever there is besides", () => {
  const snapshots = [snapshot("a", old, 1), snapshot("b", old, 2, { Status: "creating" })];
  expect(refusal(question(snapshots))).toMatch(/b is creating[^]*again when it is available[^]*--snapshot a/);
  expect(refusal(question(snapshots.slice(1)))).toContain("b is creating");
  expect(refusal(question([snapshot("a", old, 1), { ...snapshots[1], SnapshotCreateTime: undefined }]))).toContain(
    "b is creating",
  );
  const before = [snapshot("a", old, 3), ...snapshots.slice(1)];
  expect(chooseSnapshot(question(before)).snapshot.DBClusterSnapshotIdentifier).toBe("a");
});

test("a younger one that has failed is told with what it takes along", () => {
  const snapshots = [snapshot("rds:a", old, 16), snapshot("final", old, 20, { Status: "failed" })];
  const { snapshot: chosen, unproven } = chooseSnapshot(question(snapshots, { replaced: [old] }));
  expect(chosen.DBClusterSnapshotIdentifier).toBe("rds:a");
  expect(unproven).toMatch(/has failed: final \(2026-11-20.*after rds:a \(2026-11-16.*missing/);
  expect(refusal(question(snapshots.slice(1)))).toMatch(/final is failed[^]*Name another/);
  const older = [snapshot("rds:a", old, 21), ...snapshots.slice(1)];
  expect(chooseSnapshot(question(older)).unproven).toBeUndefined();
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
  const left = { alive: alive(current.identifier, old), replaced: [old] };
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

const copyOf = (id: string, source: string, day: number) =>
  snapshot(id, old, day, { SourceDBClusterSnapshotArn: elsewhere("111122223333", "us-east-1", source) });

test("a copy is as old as what it was copied from, and a continuous recovery point is no snapshot to restore", () => {
  const originals = [snapshot("final", old, 20), snapshot("a", old, 1)];
  const continuous = snapshot("awsbackup:continuous:cluster-0a", old, 26);
  const chosen = (...more: DBClusterSnapshot[]) =>
    chooseSnapshot(question([...more, continuous, ...originals])).snapshot.DBClusterSnapshotIdentifier;
  expect(chosen(copyOf("copy", "a", 25))).toBe("final");
  expect(chosen(copyOf("copy", "b", 25), copyOf("b", "a", 24))).toBe("final");
  // Copied before the final one was taken: of whatever it is a copy, it is older.
  expect(chosen(copyOf("copy", "gone", 19))).toBe("final");
  const only = copyOf("copy", "gone", 25);
  expect(chooseSnapshot(question([only])).snapshot).toBe(only);
  expect(chooseSnapshot(question([only, { ...originals[0], Status: "deleting" }])).snapshot).toBe(only);
});

test("a copy of what is not here may be younger than all that is: both are listed", () => {
  const text = refusal(question([copyOf("copy", "final-gone", 25), snapshot("monthly", old, 1)]));
  expect(text).toMatch(/not known[^]*monthly {2}\(manual[^]*copy {2}\(manual[^]*--snapshot/);
  expect(refusal(question([copyOf("a", "x", 25), copyOf("b", "y", 26)]))).toContain("not known");
  const alike = question([copyOf("a", "x", 25), copyOf("b", "x", 26)]);
  expect(chooseSnapshot(alike).snapshot.DBClusterSnapshotIdentifier).toBe("a");
  const coming = question([{ ...copyOf("a", "x", 25), Status: "copying" }]);
  expect(refusal(coming)).toContain("a is copying");
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
    /add --kms-key-id with a key of us-east-1[^]*copy-db-cluster-snapshot .*--source-region eu-west-1\n/,
  ],
  [
    "another account and Region",
    elsewhere("999900001111", "eu-west-1", "a"),
    /must have shared it[^]*two steps[^]*--region eu-west-1 .*:999900001111:[^]*--region us-east-1 .*eu-west-1:111122223333:cluster-snapshot:bedrock/,
  ],
  [
    "an account that does not share it",
    elsewhere("999900001111", "us-east-1", "a"),
    /does not share[^]*modify-db-cluster-snapshot-attribute .*-identifier a .*--values-to-add 111122223333/,
  ],
])("a snapshot of %s is told by what brings it here", (_, wantedSnapshot, expected) => {
  expect(refusal(question([], { wantedSnapshot }))).toMatch(expected);
});

test("a command that is printed works on the same stack", () => {
  const own = { stack: "Other", replaced: [old], wantedSnapshot: elsewhere("111122223333", "eu-west-1", "a") };
  expect(refusal(question([], own))).toMatch(
    /\n {2}bedrock-chat-migrate restore-snapshot --stack Other --snapshot \S+$/,
  );
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
  const kept = (DBClusterIdentifier: string, more = {}) => ({
    Engine: "aurora-postgresql",
    Status: "retained",
    VpcId: "vpc-1",
    DBClusterIdentifier,
    DbClusterResourceId: `cluster-of-${DBClusterIdentifier}`,
    ...more,
  });
  const active = kept(current.identifier, { Status: "active" });
  const text = refusal(question([], { retained: [active, kept(old)] }));
  expect(text).toContain(`--source-db-cluster-resource-id cluster-of-${old}`);
  expect(text).toContain("--db-subnet-group-name subnets");
  expect(text).toContain(`delete-db-cluster --db-cluster-identifier ${old}-kept --skip-final-snapshot`);
  expect(text).toContain(`restore-snapshot --snapshot ${old}-kept`);
  expect(refusal(question([], { retained: [active] }))).not.toContain("--source-db-cluster-resource-id");

  // A stack whose name begins with this one's, in another VPC; and in the same one.
  const other = kept("bedrockchatstack-dev-old", { VpcId: "vpc-dev" });
  expect(refusal(question([], { retained: [other] }))).not.toContain("--source-db-cluster-resource-id");
  const beside = [kept("bedrockchatstack-dev-old"), kept(old, { VpcId: undefined })];
  const replaced = refusal(question([], { retained: beside, replaced: [old] }));
  expect(replaced).toContain(`cluster-of-${old}`);
  expect(replaced).not.toContain("dev");
  const both = refusal(question([], { retained: [kept("bedrockchatstack-dev-old"), kept(old)] }));
  expect(both).toMatch(
    /2 clusters were kept: choose one[^]*bedrockchatstack-dev-old-kept[^]*bedrockchatstack-old-kept/,
  );
});

test("an old cluster that is being deleted is waited for", () => {
  const going = { alive: [{ DBClusterIdentifier: old, Status: "deleting" }], replaced: [old] };
  const text = refusal(question([snapshot("a", old, 1)], going));
  expect(text).toMatch(/is being deleted[^]*wait db-cluster-deleted --db-cluster-identifier bedrockchatstack-old/);
  expect(text).not.toContain("create-db-cluster-snapshot");
});
