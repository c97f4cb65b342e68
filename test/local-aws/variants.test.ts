import { readFileSync } from "node:fs";
import { DatabaseMigrationService } from "@aws-sdk/client-database-migration-service";
import { describe, expect, test } from "vitest";
import { dmsService } from "../../src/local-aws/services/dms/service.ts";
import { defaultVariants, openFacts, readVariants, type Variants } from "../../src/local-aws/variants.ts";
import { createProject, createReady, putRole, putSecret, putVpcRole, rulesFor } from "./dms-setting.ts";
import { serveSmallWorld } from "./small-world.ts";

/** A world with variants, a project in it, and a data migration `load` of it that is ready. */
async function setting(variants: Partial<Variants> = {}) {
  const served = await serveSmallWorld([dmsService()], {}, variants);
  putVpcRole(served.world);
  const secretArn = putSecret(served.world, "database", { username: "u", password: "p" });
  const group = { id: "sg-a", name: "a", description: "a", vpcId: "vpc-0a", tags: [], ingress: [] };
  served.world.ec2.securityGroups.set("sg-a", group);
  const roleArn = putRole(served.world, "migration");
  const dms = new DatabaseMigrationService(served.settings);
  const project = await createProject(dms, {
    subnetIds: ["subnet-0a", "subnet-0b"],
    securityGroupIds: ["sg-a"],
    roleArn,
    source: { port: 1111, secretArn },
    target: { port: 2222, secretArn },
  });
  const request = {
    MigrationProjectIdentifier: project,
    DataMigrationType: "full-load" as const,
    ServiceAccessRoleArn: roleArn,
  };
  return { ...served, dms, request };
}

describe("settings", () => {
  test("without any, each variant has its first value", () => {
    expect(defaultVariants).toEqual({
      "status-spelling": "hyphenated",
      "full-load-end": "stopped",
      "restore-noise": "tolerated",
      "secondary-indexes": "kept",
      "subscription-after-stop": "kept",
      "target-replication": "not-required",
      "full-load-wal-level": "unchecked",
      "describe-filters": "honoured",
      "rule-filters": "refused",
      "default-preparation": "drop-tables-on-target",
      "truncate-scope": "selected",
    });
  });

  test("one a text or several with commas, the last of a name counts", () => {
    const read = readVariants(["status-spelling=console,full-load-end=completed", " restore-noise=fatal ", ""]);
    expect(read).toEqual({
      ...defaultVariants,
      "status-spelling": "console",
      "full-load-end": "completed",
      "restore-noise": "fatal",
    });
    expect(readVariants(["truncate-scope=all", "truncate-scope=selected"])).toEqual(defaultVariants);
  });

  test("an unknown name is told every name, an unknown value those of its name", () => {
    for (const unknown of ["spelling=console", "toString=x", "status"])
      expect(() => readVariants([unknown])).toThrow(
        /There are:\n {2}status-spelling: hyphenated, console, upper-snake\n/,
      );
    for (const unknown of ["restore-noise=loud", "restore-noise", "restore-noise="])
      expect(() => readVariants([unknown])).toThrow(/restore-noise has no value .* one of: tolerated, fatal\./);
  });
});

test("the contract lists every variant with all its values, the default in bold", () => {
  const rows = readFileSync("src/local-aws/README.md", "utf8").split("\n");
  for (const [name, { values }] of Object.entries(openFacts)) {
    const row = rows.find((line) => line.startsWith(`| \`${name}\` `)) ?? "";
    const [first = "", ...others] = Object.keys(values);
    expect(row, name).toContain(`**\`${first}\`**`);
    for (const value of others) expect(row, name).toContain(`\`${value}\``);
  }
});

test.each(Object.keys(openFacts["status-spelling"].values) as Variants["status-spelling"][])(
  "status-spelling %s spells every state",
  async (spelling) => {
    await using at = await setting({ "status-spelling": spelling });
    const { DataMigration } = await at.dms.createDataMigration(at.request);
    const kept = at.world.dms.dataMigrations.get(DataMigration?.DataMigrationArn ?? "") ?? expect.unreachable();
    const states = [
      "ready",
      "load-running",
      "load-complete-replication-ongoing",
      "reloading-target",
      "load-complete",
      "completed",
      "failed",
    ];
    const told: (string | undefined)[] = [];
    for (const state of states) {
      kept.DataMigrationStatus = state;
      const { DataMigrations } = await at.dms.describeDataMigrations({});
      told.push(DataMigrations?.[0]?.DataMigrationStatus);
    }
    const expected = {
      hyphenated: states,
      console: [
        "Ready",
        "Load running",
        "Load complete, replication ongoing",
        "Reloading target",
        "Load complete",
        "Completed",
        "Failed",
      ],
      "upper-snake": [
        "READY",
        "LOAD_RUNNING",
        "LOAD_COMPLETE_REPLICATION_ONGOING",
        "RELOADING_TARGET",
        "LOAD_COMPLETE",
        "COMPLETED",
        "FAILED",
      ],
    };
    expect(told).toEqual(expected[spelling]);
  },
);

describe("describe-filters", () => {
  const byName = (name: string) => ({ Filters: [{ Name: "data-migration-name", Values: [name] }] });
  const described = async (variants: Partial<Variants>, name: string) => {
    await using at = await setting(variants);
    for (const DataMigrationName of ["one", "two"]) await createReady(at.dms, { ...at.request, DataMigrationName });
    const { DataMigrations = [] } = await at.dms.describeDataMigrations(byName(name));
    return DataMigrations.map((migration) => migration.DataMigrationName);
  };

  test("honoured, by default", async () => {
    expect(await described({}, "two")).toEqual(["two"]);
    await expect(described({}, "no")).rejects.toMatchObject({ name: "ResourceNotFoundFault" });
  });

  test("ignored: everything is answered, whatever is asked for", async () => {
    expect(await described({ "describe-filters": "ignored" }, "no")).toEqual(["one", "two"]);
  });

  test("refused, but for a request without any", async () => {
    const refused = { "describe-filters": "refused" } as const;
    await expect(described(refused, "one")).rejects.toMatchObject({ name: "InvalidParameterValueException" });
    await using at = await setting(refused);
    expect((await at.dms.describeDataMigrations({ Filters: [] })).DataMigrations).toEqual([]);
  });
});

describe("rule-filters", () => {
  const filters = [{ "filter-type": "source", "column-name": "id", "filter-conditions": [] }];
  const create = async (variants: Partial<Variants>) => {
    await using at = await setting(variants);
    return await at.dms.createDataMigration({ ...at.request, SelectionRules: rulesFor("public", "items", filters) });
  };

  test("refused, by default", async () => {
    await expect(create({})).rejects.toMatchObject({ name: "InvalidParameterValueException" });
  });

  test("ignored", async () => {
    await expect(create({ "rule-filters": "ignored" })).resolves.toHaveProperty("DataMigration");
  });
});
