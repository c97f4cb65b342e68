import { expect, test } from "vitest";
import { atStep, undisturbed } from "./at-step.ts";
import { inventory, successfulCalls } from "./local-aws-view.ts";
import { smallDeployment } from "./small-deployment.ts";
import { story } from "./story.ts";
import { openTunnel } from "./tunnel.ts";

test("through tunnels the whole story ends identical, while DMS goes to the clusters themselves", async () => {
  await using world = await smallDeployment();
  const before = await inventory(world.local);
  const { clusters } = world.local.world.rds;
  const ports = (ours: boolean) => {
    const found = [...clusters.values()].find(({ identifier }) => identifier.startsWith("bcm-") === ours);
    return found?.port ?? 0;
  };
  await using source = await openTunnel(() => ports(true));
  await using target = await openTunnel(() => ports(false));
  const tunnels = { source: source.near, target: target.near };
  // Not even asked about: who gives tunnels wants them.
  const context = { ...world.context(), reach: { connect: "auto", tunnels } as const };
  const direct = { ...context, reach: { connect: "direct", tunnels } as const };
  await story["restore-snapshot"](world.stateDir, direct, undisturbed);
  expect((await successfulCalls(world.local)).get("EnableHttpEndpoint")).toBeUndefined();
  let providers: unknown;
  const look = atStep("start-data-migration", async () => {
    const { DataProviders = [] } = await world.context().aws.dms.describeDataProviders({});
    providers = new Set(DataProviders.map(({ Settings }) => Settings?.PostgreSqlSettings?.Port));
  });
  await story["start-dms-migration"](world.stateDir, context, look);
  expect(providers).toEqual(new Set([ports(true), ports(false)]));
  const { verified } = await story["verify-counts"](world.stateDir, context, undisturbed);
  expect(verified).toMatchObject({ outcome: "identical", rows: { source: 60, target: 60 } });
  expect((await story.cleanup(world.stateDir, context, undisturbed)).cleaned.residue).toEqual([]);
  expect(await inventory(world.local)).toEqual(before);
  expect(source.carried()).toBeGreaterThan(2);
  expect(target.carried()).toBeGreaterThan(2);
  expect((await successfulCalls(world.local)).get("ExecuteStatement")).toBeUndefined();
});
