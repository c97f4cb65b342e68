import type * as sdk from "@aws-sdk/client-database-migration-service";

/** The client package whose types and schemas the DMS service is held to. */
export type DmsSdk = typeof sdk;
