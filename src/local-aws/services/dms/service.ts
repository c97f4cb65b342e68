import * as sdk from "@aws-sdk/client-database-migration-service";
import type { Handlers, Service } from "../../service.ts";
import { dataMigrationControlHandlers } from "./data-migration-control.ts";
import { dataMigrationHandlers } from "./data-migrations.ts";
import { dataProviderHandlers } from "./data-providers.ts";
import { instanceProfileHandlers } from "./instance-profiles.ts";
import { migrationProjectHandlers } from "./migration-projects.ts";
import { MigrationRuns } from "./migration-runs.ts";
import { NetworkInterfaces } from "./network-interfaces.ts";
import type { DmsSdk } from "./sdk.ts";
import { subnetGroupHandlers } from "./subnet-groups.ts";
import { tagHandlers } from "./tags.ts";

/** AWS DMS with homogeneous data migrations that really move data between the world's clusters. */
export function dmsService(): Service {
  const interfaces = new NetworkInterfaces();
  const runs = new MigrationRuns(interfaces);
  const handlers: Handlers<DmsSdk> = {
    ...subnetGroupHandlers(interfaces),
    ...instanceProfileHandlers,
    ...dataProviderHandlers,
    ...migrationProjectHandlers,
    ...dataMigrationHandlers(runs),
    ...dataMigrationControlHandlers(runs),
    ...tagHandlers,
  };
  return { signingName: "dms", protocol: "json-1.1", target: "AmazonDMSv20160101", sdk, handlers };
}
