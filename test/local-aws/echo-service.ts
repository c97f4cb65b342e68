import * as dmsSdk from "@aws-sdk/client-database-migration-service";
import * as ec2Sdk from "@aws-sdk/client-ec2";
import * as rdsSdk from "@aws-sdk/client-rds";
import type { Handlers, Service } from "../../src/local-aws/service.ts";

/** DMS over JSON 1.1 with these handlers. */
export function dmsWith(handlers: Handlers<typeof dmsSdk>): Service {
  return { signingName: "dms", protocol: "json-1.1", target: "AmazonDMSv20160101", sdk: dmsSdk, handlers };
}

/** RDS over Query with these handlers. */
export function rdsWith(handlers: Handlers<typeof rdsSdk>): Service {
  const xmlNamespace = "http://rds.amazonaws.com/doc/2014-10-31/";
  return { signingName: "rds", protocol: "query", target: "2014-10-31", xmlNamespace, sdk: rdsSdk, handlers };
}

/** EC2 over its own Query with these handlers. */
export function ec2With(handlers: Handlers<typeof ec2Sdk>): Service {
  const xmlNamespace = "http://ec2.amazonaws.com/doc/2016-11-15/";
  return { signingName: "ec2", protocol: "ec2-query", target: "2016-11-15", xmlNamespace, sdk: ec2Sdk, handlers };
}
