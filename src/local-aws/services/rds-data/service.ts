import * as sdk from "@aws-sdk/client-rds-data";
import type { Service } from "../../service.ts";
import { badRequest } from "./faults.ts";
import { rdsDataHandlers } from "./handlers.ts";
import { type DataApiLimits, documentedLimits, largest } from "./limits.ts";

/** The RDS Data API of the clusters in RDS: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.html */
export function rdsDataService(limits: DataApiLimits = documentedLimits): Service {
  return {
    signingName: "rds-data",
    protocol: "rest-json-1",
    target: "2018-08-01",
    missingMemberCode: "BadRequestException",
    largestRequest: { bytes: largest.request, refusal: () => badRequest("The request is larger than 4 MiB.") },
    sdk,
    handlers: rdsDataHandlers(limits),
  };
}
