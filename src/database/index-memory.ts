/** What a vector index build is sized by. */
export interface IndexShape {
  readonly method: "ivfflat" | "hnsw";
  readonly rows: number;
  readonly dimensions: number;
  /** ivfflat's `lists`; 100 is pgvector's default. */
  readonly lists: number;
  /** The server's shared_buffers in bytes: Aurora gives it about three quarters of the instance's memory. */
  readonly sharedBuffers: number;
  readonly maintenanceWorkMem: number;
}

/**
 * maintenance_work_mem in bytes for building an index: what pgvector needs, never below the server's setting, never above a quarter
 * of the instance's memory. ivfflat: the k-means sample (50 rows a list, 10,000 at least) and its bounds; pgvector refuses to build
 * with less. hnsw: the whole graph, which builds slower, not wrong, with less.
 */
export function indexMemory(shape: IndexShape): number {
  const limit = indexMemoryLimit(shape.sharedBuffers);
  return Math.round(Math.max(shape.maintenanceWorkMem, Math.min(neededIndexMemory(shape), limit)));
}

/** What pgvector wants to build an index with, and a margin. */
export function neededIndexMemory(shape: Omit<IndexShape, "sharedBuffers" | "maintenanceWorkMem">): number {
  const vectorBytes = vectorSize(shape.dimensions);
  const samples = Math.max(shape.lists * 50, 10_000);
  const needed =
    shape.method === "ivfflat"
      ? samples * (vectorBytes + shape.lists * 4) + shape.lists * (vectorBytes * 3 + shape.lists * 4)
      : shape.rows * (vectorBytes + 400);
  return needed * 1.25 + 8 * 2 ** 20;
}

/** A quarter of the instance's memory: the rest is its cache and its users'. */
export function indexMemoryLimit(sharedBuffers: number): number {
  return Math.max(sharedBuffers / 3, 64 * 2 ** 20);
}

/** Bytes of a vector as pgvector keeps it. */
export function vectorSize(dimensions: number): number {
  return dimensions * 4 + 16;
}
