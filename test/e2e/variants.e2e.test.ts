import { expect, test } from "vitest";
import { openFacts } from "../../src/local-aws/variants.ts";
import { rehearseUnder, valuesRehearsed, type VariantCase } from "./rehearse-variants.ts";

const byReplication: VariantCase[] = [
  {
    variants:
      "status-spelling=console,secondary-indexes=recreated,subscription-after-stop=dropped,describe-filters=ignored," +
      "rule-filters=ignored,default-preparation=truncate,truncate-scope=all",
  },
  { variants: "status-spelling=upper-snake,describe-filters=refused,default-preparation=do-nothing" },
  { variants: "restore-noise=fatal", wayOut: "start-dms-migration --dms-login master" },
  { variants: "target-replication=required", wayOut: "start-dms-migration --migration-type full-load" },
];

const byFullLoad: VariantCase[] = [
  {
    variants:
      "status-spelling=console,full-load-end=load-complete,secondary-indexes=recreated,describe-filters=ignored",
  },
  { variants: "status-spelling=upper-snake,full-load-end=completed,target-replication=required,truncate-scope=all" },
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
