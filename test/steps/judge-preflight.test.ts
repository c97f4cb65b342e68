import { expect, test } from "vitest";
import { refuseFindings } from "../../src/steps/finding.ts";
import { judgePreflight, type SideFacts, warnOfVersions } from "../../src/steps/judge-preflight.ts";

const capacity = {
  walLevel: "logical",
  maxSlots: 20,
  usedSlots: 0,
  usedOrigins: 0,
  maxWalSenders: 20,
  usedWalSenders: 0,
  maxWorkers: 4,
  usedWorkers: 0,
  maxProcesses: 8,
};
const column = (name: string, type: string, optional = true) => ({ name, type, nullable: optional, optional });
const columns = [column("id", "character(26)", false), column("embedding", "vector(1024)")];
const vectorOf = (version: string, schema = "public", available = [version]) => ({ version, schema, available });
const side: SideFacts = {
  table: { columns, primaryKey: ["id"] },
  vector: vectorOf("0.8.0"),
  vectorIndexes: [{ schema: "public", index: 'of "mine"' }],
  capacity,
  server: { majorVersion: 15 },
};
const table = (more: Partial<NonNullable<SideFacts["table"]>>): Partial<SideFacts> => ({
  table: { columns, primaryKey: ["id"], ...more },
});
const able = (more: Partial<typeof capacity>): Partial<SideFacts> => ({ capacity: { ...capacity, ...more } });

function judged(source: Partial<SideFacts>, target: Partial<SideFacts>, full = false): string[] {
  const sides = { source: { ...side, ...source }, target: { ...side, ...target } };
  return judgePreflight(sides, full ? "full-load" : "full-load-and-cdc", { stack: "Chat", cluster: "chat-new" }).map(
    ({ what, remedy }) => `${what} ${remedy}`,
  );
}

test("two like sides have nothing against a load, and the target may know more than the source", () => {
  expect(judged({}, {})).toEqual([]);
  const more = [...columns, column("added", "text")];
  expect(judged({ vector: vectorOf("0.4.1") }, table({ columns: more }))).toEqual([]);
  // PostgreSQL names the schema of a type that is not on the search path.
  const elsewhere = [column("id", "character(26)", false), column("embedding", "extensions.vector(1024)")];
  expect(judged({}, table({ columns: elsewhere }))).toEqual([]);
});

test.each<[string, Partial<SideFacts>, Partial<SideFacts>, RegExp]>([
  ["no table on the source", { table: undefined }, {}, /no table .* on the temporary cluster/],
  ["no table on the target", {}, { table: undefined }, /no table .* on the new cluster/],
  ["no vector", {}, { vector: undefined }, /not installed on the new cluster.*CREATE EXTENSION vector/],
  [
    "older vector, and a newer one on offer",
    {},
    { vector: vectorOf("0.7.4", "public", ["0.7.4", "0.8.1", "0.8.0"]) },
    /On the new cluster: ALTER EXTENSION vector UPDATE TO '0.8.0';/,
  ],
  [
    "older vector, and none newer on offer",
    { vector: vectorOf("0.8.0", "public", ["0.7.4", "0.8.0"]) },
    { vector: vectorOf("0.7.4") },
    /offers 0.7.4 at most. On the temporary cluster[^]*CREATE EXTENSION vector SCHEMA "public" VERSION '0.7.4';/,
  ],
  ["older vector that no side has", {}, { vector: vectorOf("0.7.4") }, /upgrade its minor version/],
  ["older PostgreSQL", { server: { majorVersion: 16 } }, {}, /PostgreSQL 16, the new cluster 15/],
  [
    "other schema",
    {},
    { vector: vectorOf("0.8.0", "Ext") },
    /DROP INDEX "public"."of ""mine""";[^]*CREATE EXTENSION vector SCHEMA "Ext";\n.* TYPE "Ext".vector\(1024\) USING/,
  ],
  ["dimensions", {}, table({ columns: [columns[0]!, column("embedding", "vector(512)")] }), /vector\(512\).*re-embed/],
  ["dropped column", {}, table({ columns: columns.slice(0, 1) }), /DROP COLUMN "embedding"/],
  ["needed column", {}, table({ columns: [...columns, column("n", "text", false)] }), /ADD COLUMN "n" text/],
  ["primary key", {}, table({ primaryKey: [] }), /primary key .* is \(id\) .* and \(\) on the new one/],
])("both load types: %s", (_, source, target, expected) => {
  expect(judged(source, target)).toEqual([expect.stringMatching(expected)]);
  expect(judged(source, target, true)).toEqual([expect.stringMatching(expected)]);
});

test.each<[string, Partial<SideFacts>, Partial<SideFacts>, RegExp]>([
  ["wal_level", able({ walLevel: "replica" }), {}, /wal_level = replica/],
  ["slots", able({ usedSlots: 19 }), {}, /pg_drop_replication_slot/],
  ["senders", able({ maxWalSenders: 1 }), {}, /WAL senders/],
  ["origins", {}, able({ usedOrigins: 19 }), /max_replication_slots leaves 1 .*--migration-type full-load/],
  ["workers", {}, able({ usedWorkers: 4 }), /max_logical_replication_workers leaves 0/],
  ["processes", {}, able({ maxProcesses: 2 }), /max_worker_processes leaves 2/],
])("replication only: %s", (_, source, target, expected) => {
  expect(judged(source, target)).toEqual([expect.stringMatching(expected)]);
  expect(judged(source, target, true)).toEqual([]);
});

test("a version that AWS does not list is a warning", () => {
  const at = (majorVersion: number) => ({ majorVersion });
  expect(warnOfVersions({ source: at(15), target: at(17) })).toEqual([]);
  expect(warnOfVersions({ source: at(15), target: at(18) })).toEqual([expect.stringContaining("one side runs 18")]);
});

test("one finding is told as it is, several all at once", () => {
  expect(() => refuseFindings([])).not.toThrow();
  const one = { what: "A.", remedy: "a" };
  expect(() => refuseFindings([one])).toThrow(expect.objectContaining({ message: "A.", hint: "a" }));
  expect(() => refuseFindings([one, { what: "B.", remedy: "b\nc" }])).toThrow(
    expect.objectContaining({
      message: "2 things are in the load's way; nothing was changed:\n  1. A.\n  2. B.",
      hint: "What mends them:\n  1. a\n  2. b\n     c",
    }),
  );
});
