import type {
  DataMigration,
  DataProvider,
  InstanceProfile,
  MigrationProject,
  ReplicationSubnetGroup,
  Tag,
} from "@aws-sdk/client-database-migration-service";

/** Resources in the SDK's own shapes, by ARN (the subnet groups by name), with the tags that AWS keeps apart. */
export interface DmsState {
  readonly subnetGroups: Map<string, ReplicationSubnetGroup>;
  readonly instanceProfiles: Map<string, InstanceProfile>;
  readonly dataProviders: Map<string, DataProvider>;
  readonly migrationProjects: Map<string, MigrationProject>;
  readonly dataMigrations: Map<string, DataMigration>;
  readonly tags: Map<string, Tag[]>;
  /** What others do the next time that a load begins to run, before it reads a row; it waits for them. Emptied then. */
  readonly whenLoadRuns: (() => Promise<void>)[];
}

/** A Region without anything of DMS. */
export function newDmsState(): DmsState {
  return {
    subnetGroups: new Map(),
    instanceProfiles: new Map(),
    dataProviders: new Map(),
    migrationProjects: new Map(),
    dataMigrations: new Map(),
    tags: new Map(),
    whenLoadRuns: [],
  };
}
