import { expect, test } from "vitest";
import { type BuildQuestion, judgeIndexBuild } from "../../src/steps/judge-index-build.ts";

const mib = 2 ** 20;
const ivfflat = (lists: number) =>
  `CREATE INDEX i ON items USING ivfflat (embedding vector_l2_ops) WITH (lists='${lists}')`;
const hnsw = "CREATE INDEX i ON items USING hnsw (embedding vector_l2_ops)";

function judged(rows: number, definition: string | undefined, more: Partial<BuildQuestion> = {}) {
  return judgeIndexBuild({
    cluster: "chat",
    scaling: { MinCapacity: 0.5, MaxCapacity: 4 },
    server: { majorVersion: 15, sharedBuffers: 1024 * mib, maintenanceWorkMem: 64 * mib },
    size: { rows, bytes: rows * 8192 },
    table: {
      columns: [{ name: "embedding", type: "vector(1024)", nullable: true, optional: true }],
      primaryKey: ["id"],
    },
    indexes: definition === undefined ? [] : [{ index: "i", definition }],
    ...more,
  });
}

test("how much is added and how long inserts wait is said by rows, dimensions, lists and capacity", () => {
  const { says, warnings } = judged(60_000, ivfflat(100));
  expect(says).toBe(
    "to load: 60,000 rows, 469 MB with indexes, by which Aurora's storage grows; inserts into it wait about 11 s to 41 s while i is built (a rough guess)",
  );
  expect(warnings).toEqual([]);
  expect(judged(60_000, ivfflat(400)).says).toContain("about 41 s to 3 min");
  expect(judged(60_000, ivfflat(100), { scaling: { MinCapacity: 0.5, MaxCapacity: 8 } }).says).toContain("about 6 s");
  expect(judged(60_000, undefined).says).toContain("no vector index to build");
});

test("an index that wants more memory than a quarter of the instance's is told, with the capacity for that time, and back", () => {
  const [warning, ...more] = judged(60_000, ivfflat(1000)).warnings;
  expect(more).toEqual([]);
  expect(warning).toMatch(/wants 511 MB to be built, and a quarter .* is 342 MB: pgvector refuses to build it/);
  expect(warning).toMatch(
    /--db-cluster-identifier chat .*MinCapacity=1,MaxCapacity=4 .*afterwards .*MinCapacity=0.5,MaxCapacity=4 /,
  );
  expect(judged(500_000, hnsw).warnings.join()).toMatch(/built slowly with less\. .*MinCapacity=\d[\d.]*,/);
  expect(judged(60_000, ivfflat(1000), { scaling: undefined }).warnings[0]).toContain("A larger instance class");
  const large = { majorVersion: 15, sharedBuffers: 8192 * mib, maintenanceWorkMem: 64 * mib };
  expect(judged(60_000, ivfflat(1000), { server: large }).warnings).toEqual([]);
});

test("little capacity, and much for the local disk, are told", () => {
  const [warning] = judged(1_000, ivfflat(100), { scaling: { MinCapacity: 0.5, MaxCapacity: 1 } }).warnings;
  expect(warning).toMatch(/may grow to 1 ACU only.*MinCapacity=2,MaxCapacity=2 .*afterwards .*MaxCapacity=1 /);
  expect(judged(400_000, ivfflat(100)).warnings).toEqual([expect.stringContaining("FreeLocalStorage")]);
});
