import { expect, test } from "vitest";
import { type IndexShape, indexMemory } from "../../src/database/index-memory.ts";

const mebibyte = 2 ** 20;
const shape: IndexShape = {
  method: "ivfflat",
  rows: 5_000,
  dimensions: 1_024,
  lists: 100,
  sharedBuffers: 384 * mebibyte,
  maintenanceWorkMem: 64 * mebibyte,
};

test("the application's index builds in the default, on the smallest instance", () => {
  expect(indexMemory(shape)).toBe(64 * mebibyte);
});

test("more lists need more, up to a quarter of the instance's memory", () => {
  const large = { ...shape, lists: 2_000, sharedBuffers: 6_144 * mebibyte };
  expect(indexMemory(large)).toBeGreaterThan(1_000 * mebibyte);
  expect(indexMemory({ ...large, sharedBuffers: 768 * mebibyte })).toBe(256 * mebibyte);
});

test("hnsw asks for the whole graph, and never for less than the server's own setting", () => {
  expect(indexMemory({ ...shape, method: "hnsw", rows: 10_000 })).toBe(64 * mebibyte);
  expect(indexMemory({ ...shape, method: "hnsw", rows: 20_000 })).toBeGreaterThan(100 * mebibyte);
});
