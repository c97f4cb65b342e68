import { expect, test } from "vitest";
import { openFacts, readVariants, type VariantName } from "../../src/local-aws/variants.ts";
import type { LoadWishes } from "../../src/steps/load-settings.ts";
import { undisturbed } from "./at-step.ts";
import { inventory } from "./local-aws-view.ts";
import { smallDeployment } from "./small-deployment.ts";
import { noWishes, story } from "./story.ts";

/** The story on an AWS that behaves so, and how it must end. */
interface VariantCase {
  /** `NAME=VALUE`, several where they have nothing to do with each other. */
  readonly variants: readonly string[];
  readonly wishes: LoadWishes;
  /** What the refusal must name as the way out; green where it is left out. */
  readonly wayOut?: string;
}

const byReplication = { wishes: noWishes };
const byFullLoad = { wishes: { ...noWishes, migrationType: "full-load" as const } };

const cases: readonly VariantCase[] = [
  {
    ...byReplication,
    variants: [
      "status-spelling=console",
      "secondary-indexes=recreated",
      "subscription-after-stop=dropped",
      "describe-filters=ignored",
      "rule-filters=ignored",
      "default-preparation=truncate",
      "truncate-scope=all",
    ],
  },
  {
    ...byReplication,
    variants: ["status-spelling=upper-snake", "describe-filters=refused", "default-preparation=do-nothing"],
  },
  { ...byReplication, variants: ["restore-noise=fatal"], wayOut: "start-dms-migration --dms-login master" },
  {
    ...byFullLoad,
    variants: [
      "status-spelling=console",
      "full-load-end=load-complete",
      "secondary-indexes=recreated",
      "describe-filters=ignored",
    ],
  },
  {
    ...byFullLoad,
    variants: [
      "status-spelling=upper-snake",
      "full-load-end=completed",
      "target-replication=required",
      "truncate-scope=all",
    ],
  },
  { wishes: { ...byFullLoad.wishes, dmsLogin: "master" }, variants: ["restore-noise=fatal"] },
  {
    ...byFullLoad,
    variants: ["full-load-wal-level=checked"],
    wayOut: "restore-snapshot --migration-type full-load-and-cdc",
  },
];

test("every value of every variant has a case below, but the defaults, which all other tests have", () => {
  const told = new Map<VariantName, Set<string>>();
  for (const pair of cases.flatMap(({ variants }) => variants)) {
    const [name, value] = pair.split("=") as [VariantName, string];
    told.set(name, (told.get(name) ?? new Set()).add(value));
  }
  const others = Object.entries(openFacts).map(([name, { values }]) => [name, Object.keys(values).slice(1).toSorted()]);
  expect(Object.fromEntries([...told].map(([name, values]) => [name, [...values].toSorted()]))).toEqual(
    Object.fromEntries(others),
  );
});

test.each(cases)("$variants $wishes.migrationType $wishes.dmsLogin", async ({ variants, wishes, wayOut }) => {
  await using world = await smallDeployment({ variants: readVariants(variants) });
  const before = await inventory(world.local);
  await story["restore-snapshot"](world.stateDir, world.context(), undisturbed, wishes);
  const load = story["start-dms-migration"](world.stateDir, world.context(), undisturbed, wishes);
  if (wayOut === undefined) {
    await expect(load).resolves.toMatchObject({ result: { rows: 60 } });
    const { verified } = await story["verify-counts"](world.stateDir, world.context(), undisturbed);
    expect(verified).toMatchObject({ outcome: "identical", rows: { source: 60, target: 60 } });
  } else {
    await expect(load).rejects.toMatchObject({
      message: expect.stringContaining("The load has failed: DMS: ") as string,
      hint: expect.stringContaining(wayOut) as string,
    });
  }
  expect((await story.cleanup(world.stateDir, world.context(), undisturbed)).cleaned.residue).toEqual([]);
  expect(await inventory(world.local)).toEqual(before);
});
