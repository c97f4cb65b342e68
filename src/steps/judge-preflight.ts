import { commandFor, type WorksOn } from "../command-for.ts";
import type { MigrationType } from "../aws/data-migration-options.ts";
import type { VectorIndex } from "../database/catalog.ts";
import { id } from "../database/identifiers.ts";
import type { ServerFacts } from "../database/load-facts.ts";
import { bareType, type Extension, type ReplicationCapacity, type TableShape } from "../database/migration-facts.ts";
import { items } from "../stack/items-table.ts";
import { compareVersions } from "../database/compare-versions.ts";
import type { Finding } from "./finding.ts";

export interface SideFacts {
  readonly table: TableShape | undefined;
  readonly vector: Extension | undefined;
  /** Indexes of the extension on the table. */
  readonly vectorIndexes: readonly Pick<VectorIndex, "schema" | "index">[];
  readonly capacity: ReplicationCapacity;
  readonly server: Pick<ServerFacts, "majorVersion">;
}

/** What is loaded into: the stack, and its cluster. */
export interface LoadedCluster {
  readonly stack: string;
  readonly cluster: string;
}

/** A subscription of one table takes two of each: one to apply changes, one for the first copy of the table. */
const needed = 2;
const source = "the temporary cluster";
const target = "the new cluster";

/** All that stands against a load, in the order in which it is best mended; empty where nothing does. Pure. */
export function judgePreflight(
  sides: { readonly source: SideFacts; readonly target: SideFacts },
  migrationType: MigrationType,
  on: LoadedCluster,
): Finding[] {
  return [
    ...(migrationType === "full-load" ? [] : judgeReplication(sides.source.capacity, sides.target.capacity, on)),
    ...judgeVersions(sides.source.server, sides.target.server, on),
    ...judgePresence(sides.source, source),
    ...judgePresence(sides.target, target),
    ...judgeVector(sides.source, sides.target.vector, on),
    ...judgeShapes(sides.source.table, sides.target.table),
  ];
}

/** Whether the source sends its changes: the one finding that a load already begun can still meet. */
export function judgeWalLevel({ walLevel }: ReplicationCapacity, on: WorksOn): Finding[] {
  if (walLevel === "logical") return [];
  return [
    {
      what: `The temporary cluster runs with wal_level = ${walLevel}: logical replication is off.`,
      remedy: [
        `If it was restored for a full load, load so: ${loadFully(on)}`,
        `Else its parameter group sets rds.logical_replication = 1, which an instance takes at its start: \`${commandFor("restore-snapshot", on)}\` reboots one that has not, where no load is running.`,
      ].join("\n"),
    },
  ];
}

function judgeReplication(sending: ReplicationCapacity, receiving: ReplicationCapacity, on: WorksOn): Finding[] {
  const findings = judgeWalLevel(sending, on);
  const lacking = (setting: string, free: number, takes = needed) => lackingOn(on, setting, free, takes);
  if (sending.maxSlots - sending.usedSlots < needed)
    findings.push({
      what: `The temporary cluster has ${sending.usedSlots} of its ${sending.maxSlots} replication slots in use; the load takes ${needed}.`,
      remedy: "On it: SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active;",
    });
  if (sending.maxWalSenders - sending.usedWalSenders < needed)
    findings.push({
      what: `The temporary cluster has ${sending.usedWalSenders} of its ${sending.maxWalSenders} WAL senders in use; the load takes ${needed}.`,
      remedy: "See what reads from it: SELECT pid, application_name FROM pg_stat_replication;",
    });
  if (receiving.maxSlots - receiving.usedOrigins < needed)
    findings.push(lacking("max_replication_slots", receiving.maxSlots - receiving.usedOrigins));
  if (receiving.maxWorkers - receiving.usedWorkers < needed)
    findings.push(lacking("max_logical_replication_workers", receiving.maxWorkers - receiving.usedWorkers));
  // The launcher of the workers is a process, too.
  if (receiving.maxProcesses < needed + 1)
    findings.push(lacking("max_worker_processes", receiving.maxProcesses, needed + 1));
  return findings;
}

/** The new cluster is in production: its parameter group is never asked to be changed. */
function lackingOn(on: WorksOn, setting: string, free: number, takes: number): Finding {
  return {
    what: `The new cluster's ${setting} leaves ${Math.max(0, free)} for a subscription, which takes ${takes}.`,
    remedy: `Load without replication, which needs none: ${loadFully(on)}`,
  };
}

function loadFully(on: WorksOn): string {
  return commandFor("start-dms-migration", on, "--migration-type", "full-load");
}

/** "You can't use homogeneous data migrations in AWS DMS to migrate data from a higher database version to a lower" (User Guide, data-migrations). */
function judgeVersions(from: SideFacts["server"], to: SideFacts["server"], on: WorksOn): Finding[] {
  if (from.majorVersion <= to.majorVersion) return [];
  return [
    {
      what: `The temporary cluster runs PostgreSQL ${from.majorVersion}, the new cluster ${to.majorVersion}: DMS loads into the same or a newer version only.`,
      remedy: `Upgrade the new cluster to PostgreSQL ${from.majorVersion}, or end this run (${commandFor("cleanup", on)}) and restore with a version that is not above the new cluster's.`,
    },
  ];
}

/** What DMS's pages do not promise, for either side: it may work, and its own answer tells. */
export function warnOfVersions(sides: {
  readonly source: SideFacts["server"];
  readonly target: SideFacts["server"];
}): string[] {
  const newest = Math.max(sides.source.majorVersion, sides.target.majorVersion);
  if (newest <= newestListed) return [];
  return [
    `AWS lists PostgreSQL up to ${newestListed} for homogeneous data migrations, and one side runs ${newest}: DMS may refuse it.`,
  ];
}

/** User Guide, CHAP_Introduction.Sources and .Targets. */
const newestListed = 17;

function judgePresence({ table, vector }: SideFacts, label: string): Finding[] {
  const findings: Finding[] = [];
  if (table === undefined)
    findings.push({
      what: `There is no table ${items} on ${label}.`,
      remedy: "It is not a Bedrock Chat database, or its custom resource has not made the schema yet.",
    });
  if (vector === undefined)
    findings.push({
      what: `The extension vector is not installed on ${label}.`,
      remedy: `On ${label}: CREATE EXTENSION vector;`,
    });
  return findings;
}

function judgeVector(side: SideFacts, to: Extension | undefined, { cluster }: LoadedCluster): Finding[] {
  const from = side.vector;
  if (from === undefined || to === undefined) return [];
  const findings: Finding[] = [];
  if (compareVersions(from.version, to.version) > 0)
    findings.push({
      what: `The extension vector is ${from.version} on the temporary cluster and ${to.version} on the new one: older cannot be trusted with newer data.`,
      remedy: sameVersion(side, from, to, cluster),
    });
  if (from.schema !== to.schema)
    findings.push({
      what: `The extension vector is in schema ${from.schema} on the temporary cluster and in ${to.schema} on the new one.`,
      remedy: `On the temporary cluster, which is disposable, as its master user:\n${moveVector(side, to.schema)}`,
    });
  return findings;
}

/** What the new cluster's engine offers decides: a newer extension there, an older one on the temporary cluster, or a newer engine. */
function sameVersion(side: SideFacts, from: Extension, to: Extension, cluster: string): string {
  const newer = to.available.filter((one) => compareVersions(one, from.version) >= 0).toSorted(compareVersions)[0];
  if (newer !== undefined) return `On the new cluster: ALTER EXTENSION vector UPDATE TO '${newer}';`;
  const offered = to.available.toSorted(compareVersions).at(-1) ?? to.version;
  if (from.available.includes(to.version))
    return `The new cluster's engine offers ${offered} at most. On the temporary cluster, which is disposable, as its master user:\n${moveVector(side, to.schema, to.version)}`;
  return `The new cluster's engine offers ${offered} at most: upgrade its minor version to VERSION, a later one in which vector is at least ${from.version} (it restarts), then on it: ALTER EXTENSION vector UPDATE;\n  aws rds modify-db-cluster --db-cluster-identifier ${cluster} --engine-version VERSION --apply-immediately`;
}

/**
 * What moves the extension with the data, one statement a line. ALTER EXTENSION SET SCHEMA would need the ownership of all that is in it,
 * which is a superuser's; as text a vector survives to the bit.
 */
function moveVector({ table, vectorIndexes }: SideFacts, schema: string, version?: string): string {
  const columns = table?.columns.filter(({ type }) => bareType(type).startsWith("vector")) ?? [];
  return [
    "BEGIN;",
    ...vectorIndexes.map((index) => `DROP INDEX ${id(index.schema, index.index)};`),
    ...columns.map(({ name }) => `ALTER TABLE ${items} ALTER COLUMN ${id(name)} TYPE text;`),
    "DROP EXTENSION vector;",
    `CREATE SCHEMA IF NOT EXISTS ${id(schema)};`,
    `CREATE EXTENSION vector SCHEMA ${id(schema)}${version === undefined ? "" : ` VERSION '${version}'`};`,
    ...columns.map(({ name, type }) => {
      const moved = `${id(schema)}.${bareType(type)}`;
      return `ALTER TABLE ${items} ALTER COLUMN ${id(name)} TYPE ${moved} USING ${id(name)}::${moved};`;
    }),
    "COMMIT;",
  ].join("\n");
}

function judgeShapes(from: TableShape | undefined, to: TableShape | undefined): Finding[] {
  if (from === undefined || to === undefined) return [];
  const findings: Finding[] = [];
  for (const column of from.columns) {
    const other = to.columns.find(({ name }) => name === column.name);
    if (other === undefined)
      findings.push({
        what: `Column ${id(column.name)} of ${items} is not on the new cluster.`,
        remedy: `If the new version dropped it on purpose, on the temporary cluster: ALTER TABLE ${items} DROP COLUMN ${id(column.name)};`,
      });
    else if (bareType(other.type) !== bareType(column.type))
      findings.push({
        what: `Column ${id(column.name)} of ${items} is ${column.type} on the temporary cluster and ${other.type} on the new one.`,
        remedy:
          "Embeddings and texts of another kind cannot be carried over: re-embed the bots on the new cluster instead.",
      });
  }
  for (const column of to.columns.filter(({ name }) => from.columns.every((one) => one.name !== name)))
    if (!column.optional)
      findings.push({
        what: `Column ${id(column.name)} of ${items} is new on the new cluster, and may not be left out.`,
        remedy: `On the temporary cluster: ALTER TABLE ${items} ADD COLUMN ${id(column.name)} ${column.type}; with a value for every row.`,
      });
  if (from.primaryKey.join() !== to.primaryKey.join())
    findings.push({
      what: `The primary key of ${items} is (${from.primaryKey.join(", ")}) on the temporary cluster and (${to.primaryKey.join(", ")}) on the new one.`,
      remedy:
        "It tells rows apart, on both sides alike: see which one your version of Bedrock Chat makes, and mend the other.",
    });
  return findings;
}
