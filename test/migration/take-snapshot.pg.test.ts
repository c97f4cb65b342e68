import { expect, test } from "vitest";
import { ExpectedError } from "../../src/errors.ts";
import { takeSnapshot, waitForSnapshot } from "../../src/steps/take-snapshot.ts";
import { successfulCalls } from "./local-aws-view.ts";
import { smallDeployment, stack } from "./small-deployment.ts";

test("a snapshot is taken once under its name, waited for, and never one of somebody else", async () => {
  await using small = await smallDeployment({ stage: "before-deploy" });
  const { cluster } = await small.deployment();
  const context = small.context();
  const run = { id: "261124-abcde", stack };
  const wish = { name: "bcm-261124-abcde-before-deploy", cluster: cluster.DBClusterIdentifier ?? "", run };
  const refused = async (changed: Partial<typeof wish>) => {
    const error: unknown = await takeSnapshot({ ...wish, ...changed }, context).catch((thrown: unknown) => thrown);
    if (error instanceof ExpectedError) return `${error.message} ${error.hint}`;
    throw error;
  };

  // The answer gets lost, and the SDK tries again.
  const order = { service: "rds", operation: "CreateDBClusterSnapshot", kind: "effect-without-answer" };
  await fetch(`${small.local.endpoint}/_local-aws/faults`, { method: "POST", body: JSON.stringify(order) });
  const [taken, waited] = await Promise.all([
    takeSnapshot(wish, context),
    // Whoever waits for it need not have begun it.
    waitForSnapshot(wish.name, context),
  ]);
  expect(taken.Status).toBe("available");
  expect(waited.DBClusterSnapshotArn).toBe(taken.DBClusterSnapshotArn);
  expect(taken.TagList).toContainEqual({ Key: "bedrock-chat-migrate:run", Value: run.id });
  expect((await takeSnapshot(wish, context)).DBClusterSnapshotArn).toBe(taken.DBClusterSnapshotArn);
  expect((await successfulCalls(small.local)).get("CreateDBClusterSnapshot")).toBe(1);
  expect(small.said.join("\n")).toContain("available, found again");

  expect(await refused({ run: { ...run, id: "261124-other" } })).toContain("not this run's");
  small.local.world.rds.clusters.forEach((one) => (one.status = "stopped"));
  expect(await refused({ name: "bcm-261124-abcde-2" })).toContain("aws rds start-db-cluster");
});
