import { expect, test } from "vitest";
import { clustersSeen, replacedBy } from "../../src/stack/cluster-events.ts";

/** Events as CloudFormation answers them: the newest first. */
function seen(...oldestFirst: [type: string, physicalId: string | undefined][]): string[] {
  const events = oldestFirst.map(([ResourceType, PhysicalResourceId]) => ({
    StackId: "",
    StackName: "",
    EventId: "",
    Timestamp: undefined,
    ResourceType,
    PhysicalResourceId,
  }));
  return clustersSeen(events.toReversed());
}

const cluster = "AWS::RDS::DBCluster";

test("a cluster that came after another one has replaced it", () => {
  const clusters = seen([cluster, "old"], ["AWS::S3::Bucket", "b"], [cluster, ""], [cluster, "new"], [cluster, "old"]);
  expect(clusters).toEqual(["old", "new"]);
  expect(replacedBy("new", clusters)).toBe("old");
});

test("a cluster that came later and went again was a failed deploy's", () => {
  expect(replacedBy("old", seen([cluster, "old"], [cluster, "failed"], [cluster, "failed"]))).toBeUndefined();
  // Made more than 90 days ago, the stack's own has no event.
  expect(replacedBy("old", seen([cluster, "failed"]))).toBeUndefined();
  expect(replacedBy("old", seen())).toBeUndefined();
});
