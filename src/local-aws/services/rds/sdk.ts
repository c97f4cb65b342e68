import type * as sdk from "@aws-sdk/client-rds";

/** The client package whose types and schemas the RDS service is held to. */
export type RdsSdk = typeof sdk;
