import type * as sdk from "@aws-sdk/client-rds-data";

/** The client package that the Data API's requests and answers are typed by. */
export type RdsDataSdk = typeof sdk;
