import type { ClusterParameterGroup } from "./state.ts";
import { majorOf } from "./versions.ts";

/** A parameter of the cluster parameter groups. */
export interface KnownParameter {
  readonly name: string;
  /** A static parameter takes effect when an instance starts. */
  readonly applyType: "static" | "dynamic";
  readonly dataType: "boolean" | "integer" | "string";
  readonly engineDefault?: string;
  readonly allowed?: string;
  readonly description: string;
}

type Row = readonly [name: string, applyType: "static" | "dynamic", dataType: "boolean" | "integer" | "string"];

/** Those that a migration of data may want to set, out of some four hundred (Aurora User Guide, "Aurora PostgreSQL parameters"). */
const rows: readonly (readonly [...Row, engineDefault?: string | undefined, allowed?: string])[] = [
  ["autovacuum", "dynamic", "boolean"],
  ["checkpoint_timeout", "dynamic", "integer", undefined, "30-3600"],
  ["idle_in_transaction_session_timeout", "dynamic", "integer", "86400000", "0-2147483647"],
  ["lock_timeout", "dynamic", "integer", undefined, "0-2147483647"],
  ["log_min_duration_statement", "dynamic", "integer", undefined, "-1-2147483647"],
  ["log_statement", "dynamic", "string", undefined, "none,ddl,mod,all"],
  ["maintenance_work_mem", "dynamic", "integer", undefined, "1024-2147483647"],
  ["max_connections", "static", "integer", undefined, "6-262143"],
  ["max_logical_replication_workers", "static", "integer", undefined, "0-262143"],
  ["max_parallel_maintenance_workers", "dynamic", "integer", undefined, "0-1024"],
  ["max_replication_slots", "static", "integer", "20", "5-262143"],
  ["max_sync_workers_per_subscription", "dynamic", "integer", undefined, "0-262143"],
  ["max_wal_senders", "static", "integer", "20", "5-262143"],
  ["max_worker_processes", "static", "integer", undefined, "0-262143"],
  ["rds.force_ssl", "dynamic", "boolean", "0", "0,1"],
  ["rds.logical_replication", "static", "boolean", "0", "0,1"],
  ["session_replication_role", "dynamic", "string", undefined, "origin,replica,local"],
  ["statement_timeout", "dynamic", "integer", undefined, "0-2147483647"],
  ["wal_receiver_timeout", "dynamic", "integer", undefined, "0-3600000"],
  ["wal_sender_timeout", "dynamic", "integer", undefined, "0-3600000"],
  ["work_mem", "dynamic", "integer", undefined, "64-2147483647"],
];

/** All parameters that a group has, by name. */
export const knownParameters: ReadonlyMap<string, KnownParameter> = new Map(
  rows.map(([name, applyType, dataType, engineDefault, allowed]) => [
    name,
    {
      name,
      applyType,
      dataType,
      description: `${name} (see the PostgreSQL or Aurora manual).`,
      ...(engineDefault !== undefined && { engineDefault }),
      ...(allowed !== undefined && { allowed }),
    },
  ]),
);

/** The value that a parameter has in a group: the user's, or else the engine's default where it has one. */
export function valueIn(group: ClusterParameterGroup, parameter: KnownParameter): string | undefined {
  return group.values.get(parameter.name)?.value ?? defaultOf(group, parameter);
}

/**
 * The settings (postgresql.conf) that a group amounts to. `rds.logical_replication` is RDS's name for `wal_level = logical`; both
 * `rds.` parameters can also be read with SHOW, as on RDS.
 */
export function settingsOf(group: ClusterParameterGroup): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const parameter of knownParameters.values()) {
    const value = valueIn(group, parameter);
    if (value === undefined) continue;
    settings[parameter.name] = parameter.name.startsWith("rds.") ? (value === "1" ? "on" : "off") : value;
  }
  return { ...settings, wal_level: settings["rds.logical_replication"] === "on" ? "logical" : "replica" };
}

/** TLS is required by default from Aurora PostgreSQL 17 on (Aurora User Guide, "Requiring an SSL/TLS connection"). */
function defaultOf(group: ClusterParameterGroup, parameter: KnownParameter): string | undefined {
  if (parameter.name !== "rds.force_ssl") return parameter.engineDefault;
  return majorOf(group.family.replace("aurora-postgresql", "")) >= 17 ? "1" : "0";
}
