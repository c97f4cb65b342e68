import type { ServerlessV2ScalingConfigurationInfo } from "@aws-sdk/client-rds";
import type { VectorIndex } from "../database/catalog.ts";
import { indexMemoryLimit, neededIndexMemory, vectorSize } from "../database/index-memory.ts";
import type { ServerFacts } from "../database/load-facts.ts";
import type { TableShape } from "../database/migration-facts.ts";

export interface BuildQuestion {
  /** The new cluster's identifier. */
  readonly cluster: string;
  /** Undefined for an instance of a fixed class. */
  readonly scaling: ServerlessV2ScalingConfigurationInfo | undefined;
  readonly server: ServerFacts;
  /** What is to be loaded; bytes with indexes. */
  readonly size: { readonly rows: number; readonly bytes: number };
  readonly table: TableShape;
  /** The target's vector indexes, which are built again after the load. */
  readonly indexes: readonly Pick<VectorIndex, "index" | "definition">[];
}

/** "Each ACU is a combination of approximately 2 gibibytes (GiB) of memory, corresponding CPU, and networking" (Aurora User Guide). */
const acuBytes = 2 * 2 ** 30;
/** Instances with 8 GiB a core are the nearest that AWS sells by the core. */
const coresOfAcu = 1 / 4;

/**
 * Products of two vector elements a second and core. Measured: PostgreSQL 15, pgvector 0.8.0, two cores: 5,000 x 1,024, 100 lists, in 0.4 s
 * (idle) to 0.8 s (cores shared); with 300 lists 1.8 s (shared).
 */
const productsPerCore = 0.6e9;
/** hnsw, the same machine: 5,000 x 1,024 in 3.9 s (cores shared). */
const hnswElementsPerCore = 0.65e6;
/** A production cluster is in use, and scales up while it builds. */
const slower = 4;

interface Build {
  readonly index: string;
  readonly seconds: number;
  readonly memory: number;
  readonly method: "ivfflat" | "hnsw";
}

/** What the operator is told beforehand: how much is added, how long inserts will be blocked, and what is short. Nothing of it refuses. */
export function judgeIndexBuild(question: BuildQuestion): { readonly says: string; readonly warnings: string[] } {
  const { size, server, scaling, table } = question;
  const builds = question.indexes.map(({ index, definition }) => buildOf(index, definition, question));
  const seconds = builds.reduce((sum, one) => sum + one.seconds, 0);
  const blocked =
    builds.length === 0
      ? "there is no vector index to build"
      : `inserts into it wait about ${spoken(seconds)} to ${spoken(seconds * slower)} while ${builds.map(({ index }) => index).join(", ")} is built (a rough guess)`;
  const says = `to load: ${size.rows.toLocaleString("en-US")} rows, ${megabytes(size.bytes)} with indexes, by which Aurora's storage grows; ${blocked}`;
  const limit = indexMemoryLimit(server.sharedBuffers);
  const short = builds.filter(({ memory }) => memory > Math.max(limit, server.maintenanceWorkMem));
  return {
    says,
    warnings: [
      ...short.map((build) => memoryWarning(build, limit, question)),
      ...(scaling?.MaxCapacity !== undefined && scaling.MaxCapacity < 2 ? [capacityWarning(question)] : []),
      ...storageWarning(size.rows * vectorSize(dimensionsOf(table)), builds),
    ],
  };
}

function buildOf(index: string, definition: string, { size, table, scaling }: BuildQuestion): Build {
  const method = definition.includes(" USING hnsw ") ? "hnsw" : "ivfflat";
  const lists = Number(/lists='?(\d+)/.exec(definition)?.[1] ?? 100);
  const dimensions = dimensionsOf(table);
  const cores = Math.max(0.5, (scaling?.MaxCapacity ?? 4) * coresOfAcu);
  const elements = size.rows * dimensions;
  const seconds =
    method === "hnsw" ? elements / (hnswElementsPerCore * cores) : (elements * lists) / (productsPerCore * cores);
  return { index, method, seconds, memory: neededIndexMemory({ method, rows: size.rows, dimensions, lists }) };
}

function dimensionsOf({ columns }: TableShape): number {
  const [, dimensions] = columns.map(({ type }) => /vector\((\d+)\)$/.exec(type)).find((one) => one !== null) ?? [];
  return Number(dimensions ?? 1024);
}

function memoryWarning({ index, memory, method }: Build, limit: number, question: BuildQuestion): string {
  const without =
    method === "hnsw"
      ? "it is built slowly with less"
      : "pgvector refuses to build it with less (the command can be run again then)";
  return `index ${index} wants ${megabytes(memory)} to be built, and a quarter of the new cluster's memory is ${megabytes(limit)}: ${without}. ${moreCapacity(memory, question)}`;
}

/** The capacity for the time of the build, and back: never required, and no parameter group is touched. */
function moreCapacity(memory: number, { cluster, scaling }: Pick<BuildQuestion, "cluster" | "scaling">): string {
  const { MinCapacity: min, MaxCapacity: max } = scaling ?? {};
  if (min === undefined || max === undefined) return "A larger instance class, for that time, mends it.";
  const wanted = Math.min(Math.ceil((memory * 4 * 2) / acuBytes) / 2, 256);
  const command = (from: number, to: number) =>
    `\`aws rds modify-db-cluster --db-cluster-identifier ${cluster} --serverless-v2-scaling-configuration MinCapacity=${from},MaxCapacity=${to} --apply-immediately\``;
  return `More capacity for that time mends it: ${command(Math.max(wanted, min), Math.max(wanted, max))}; afterwards ${command(min, max)}`;
}

function capacityWarning(question: BuildQuestion): string {
  return `the new cluster may grow to ${question.scaling?.MaxCapacity} ACU only, which the load and the index build share with its users. ${moreCapacity(acuBytes / 2, question)}`;
}

/** Sorting spills to the instance's own disk. Only CloudWatch knows how much of it is free. */
function storageWarning(bytes: number, builds: readonly Build[]): string[] {
  if (builds.length === 0 || bytes < 2 ** 30) return [];
  return [
    `building the index writes about ${megabytes(bytes)} to the instance's local storage; how much is free is not known here (CloudWatch: FreeLocalStorage)`,
  ];
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20).toLocaleString("en-US")} MB`;
}

function spoken(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.ceil(seconds))} s`;
  return `${Math.ceil(seconds / 60)} min`;
}
