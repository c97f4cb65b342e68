import * as sdk from "@aws-sdk/client-rds";
import type { Service } from "../../service.ts";
import { automatedBackupHandlers } from "./automated-backups.ts";
import { clusterHandlers } from "./cluster-handlers.ts";
import { engineVersionHandlers } from "./engine-versions.ts";
import { instanceHandlers } from "./instance-handlers.ts";
import { parameterGroupHandlers } from "./parameter-groups.ts";
import { snapshotHandlers } from "./snapshot-handlers.ts";
import { subnetGroupHandlers } from "./subnet-groups.ts";
import { tagHandlers } from "./tags.ts";

/** Amazon RDS, as far as Aurora PostgreSQL clusters go: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/Welcome.html */
export function rdsService(): Service {
  return {
    signingName: "rds",
    protocol: "query",
    target: "2014-10-31",
    xmlNamespace: "http://rds.amazonaws.com/doc/2014-10-31/",
    sdk,
    handlers: {
      ...clusterHandlers,
      ...instanceHandlers,
      ...snapshotHandlers,
      ...automatedBackupHandlers,
      ...parameterGroupHandlers,
      ...engineVersionHandlers,
      ...subnetGroupHandlers,
      ...tagHandlers,
    },
  };
}
