import { expect, test } from "vitest";
import { openFacts } from "../../src/local-aws/variants.ts";
import { run, smallLocalAws } from "./product.ts";
import { rehearseUnder, valuesRehearsed, type VariantCase } from "./rehearse-variants.ts";

const byReplication: VariantCase[] = [
  {
    variants:
      "status-spelling=console,secondary-indexes=recreated,subscription-after-stop=dropped,describe-filters=ignored," +
      "rule-filters=ignored,default-preparation=truncate,truncate-scope=all",
  },
  { variants: "status-spelling=upper-snake,describe-filters=refused,default-preparation=do-nothing" },
  { variants: "restore-noise=fatal", wayOut: "start-dms-migration --dms-login master" },
  { variants: "restore-noise=fatal", flags: ["--dms-login=master"] },
  { variants: "target-replication=required", wayOut: "start-dms-migration --migration-type full-load" },
];

const byFullLoad: VariantCase[] = [
  {
    variants:
      "status-spelling=console,full-load-end=load-complete,secondary-indexes=recreated,describe-filters=ignored",
  },
  { variants: "status-spelling=upper-snake,full-load-end=completed,target-replication=required,truncate-scope=all" },
  { variants: "restore-noise=fatal", wayOut: "start-dms-migration --dms-login master" },
  { variants: "restore-noise=fatal", flags: ["--dms-login=master"] },
  { variants: "full-load-wal-level=checked", wayOut: "restore-snapshot --migration-type full-load-and-cdc" },
].map((one) => ({ ...one, flags: ["--migration-type=full-load", ...(one.flags ?? [])] }));

test("every value of every variant is rehearsed: the defaults by the plain rehearsal, the others below", () => {
  const rehearsed = valuesRehearsed([...byReplication, ...byFullLoad]);
  const others = Object.entries(openFacts).map(([name, { values }]) => [name, Object.keys(values).slice(1).toSorted()]);
  expect(Object.fromEntries([...rehearsed].map(([name, values]) => [name, [...values].toSorted()]))).toEqual(
    Object.fromEntries(others),
  );
});

rehearseUnder(byReplication);
rehearseUnder(byFullLoad);

test("the ways out of a refusal lead out: the same run, the command that it names", async () => {
  await using local = await smallLocalAws(["--variant=target-replication=required"]);
  const { environment } = local;
  expect((await run(["restore-snapshot"], environment)).code).toBe(0);
  const refused = await run(["start-dms-migration"], environment);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("start-dms-migration --migration-type full-load");
  const loaded = await run(["start-dms-migration", "--migration-type", "full-load"], environment);
  expect(loaded.code, loaded.stderr).toBe(0);
  expect(loaded.stderr).toContain("nothing has arrived, it is made anew");
  expect((await run(["verify-counts"], environment)).code).toBe(0);
  expect((await run(["cleanup", "--yes"], environment)).stdout).toContain("nothing is left");
});

test("a DMS that checks wal_level even for a full load is loaded from a cluster restored with logical replication", async () => {
  await using local = await smallLocalAws(["--variant=full-load-wal-level=checked"]);
  const { environment } = local;
  expect((await run(["restore-snapshot"], environment)).code).toBe(0);
  const loaded = await run(["start-dms-migration", "--migration-type=full-load", "--json"], environment);
  expect(loaded.code, loaded.stderr).toBe(0);
  expect(JSON.parse(loaded.stdout)).toMatchObject({ migrationType: "full-load", rows: 200 });
  expect((await run(["verify-counts"], environment)).code).toBe(0);
});
