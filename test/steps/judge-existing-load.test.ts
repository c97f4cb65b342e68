import type { DataMigration } from "@aws-sdk/client-database-migration-service";
import { expect, test } from "vitest";
import { type ExistingLoad, judgeExistingLoad } from "../../src/steps/judge-existing-load.ts";

const byReplication = { migrationType: "full-load-and-cdc", dmsLogin: "run" } as const;
const byFullLoad = { migrationType: "full-load", dmsLogin: "run" } as const;

function existing(migration: DataMigration | undefined, more: Partial<ExistingLoad> = {}): ExistingLoad {
  return {
    migration,
    mayHaveRun: true,
    madeWith: byReplication,
    wanted: byReplication,
    rows: 0,
    replication: "none",
    ...more,
  };
}

const finishedFullLoad = {
  DataMigrationStatus: "stopped",
  DataMigrationType: "full-load",
  DataMigrationStatistics: { FullLoadPercentage: 100 },
} as const;

test.each<[string, ExistingLoad]>([
  ["go on", existing(undefined, { mayHaveRun: false })],
  // A removal that was interrupted: what belongs to it may be there still.
  ["make anew", existing(undefined)],
  ["make anew", existing(undefined, { mayHaveRun: false, wanted: { ...byReplication, dmsLogin: "master" } })],
  ["go on", existing(undefined, { mayHaveRun: false, rows: 1 })],
  ["refuse", existing(undefined, { rows: 1 })],
  ["go on", existing({ DataMigrationStatus: "ready" })],
  ["go on", existing({ DataMigrationStatus: "Load running" }, { rows: 7 })],
  ["go on", existing({ DataMigrationStatus: "some new word" })],
  ["go on", existing(finishedFullLoad, { madeWith: byFullLoad, wanted: byFullLoad, rows: 60 })],
  // An empty source: nothing to load is loaded.
  ["go on", existing(finishedFullLoad, { madeWith: byFullLoad, wanted: byFullLoad })],
  ["make anew", existing({ DataMigrationStatus: "FAILED", LastFailureMessage: "no route" })],
  ["make anew", existing({ DataMigrationStatus: "stopped" })],
  [
    "make anew",
    existing(
      { ...finishedFullLoad, DataMigrationStatistics: { FullLoadPercentage: 50 } },
      { madeWith: byFullLoad, wanted: byFullLoad },
    ),
  ],
  ["make anew", existing({ DataMigrationStatus: "ready" }, { wanted: byFullLoad })],
  ["make anew", existing({ DataMigrationStatus: "failed" }, { wanted: { ...byReplication, dmsLogin: "master" } })],
  ["refuse", existing({ DataMigrationStatus: "failed" }, { rows: 1 })],
  ["refuse", existing({ DataMigrationStatus: "stopped" }, { rows: 1 })],
  ["resume", existing({ DataMigrationStatus: "Stopped" }, { rows: 1, replication: "unfinished" })],
  ["resume", existing({ DataMigrationStatus: "Stopped" }, { rows: 1, replication: "copied" })],
  ["make anew", existing({ DataMigrationStatus: "Stopped" }, { replication: "unfinished" })],
  ["refuse", existing({ DataMigrationStatus: "Stopped" }, { rows: 1, replication: "copied", wanted: byFullLoad })],
  ["go on", existing({ DataMigrationStatus: "FAILED" }, { rows: 1, replication: "copied" })],
  ["refuse", existing({ DataMigrationStatus: "FAILED" }, { rows: 1, replication: "unfinished" })],
  ["refuse", existing({ DataMigrationStatus: "load-running" }, { wanted: byFullLoad })],
  ["refuse", existing({ DataMigrationStatus: "ready" }, { wanted: byFullLoad, rows: 1 })],
])("%s: %#", (verdict, load) => {
  expect(judgeExistingLoad(load).verdict).toBe(verdict);
});

test("the reason that DMS gave is told", () => {
  const judged = judgeExistingLoad(
    existing({ DataMigrationName: "m", DataMigrationStatus: "failed", LastFailureMessage: "no route" }),
  );
  expect(judged).toMatchObject({ why: "data migration m is failed: no route" });
});
