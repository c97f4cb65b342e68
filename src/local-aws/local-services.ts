import type { Service } from "./service.ts";
import { cloudFormationService } from "./services/cloudformation.ts";
import { dmsService } from "./services/dms/service.ts";
import { ec2Service } from "./services/ec2.ts";
import { iamService } from "./services/iam.ts";
import type { DataApiLimits } from "./services/rds-data/limits.ts";
import { pipesService } from "./services/pipes/service.ts";
import { rdsDataService } from "./services/rds-data/service.ts";
import { rdsService } from "./services/rds/service.ts";
import { secretsManagerService } from "./services/secrets-manager.ts";
import { stsService } from "./services/sts.ts";

/** Every service of one local AWS but DynamoDB, which has a server of its own; the Data API within these limits, not AWS's. */
export function localServices(dataApi?: DataApiLimits): Service[] {
  return [
    cloudFormationService(),
    dmsService(),
    ec2Service(),
    iamService(),
    pipesService(),
    rdsDataService(dataApi),
    rdsService(),
    secretsManagerService(),
    stsService(),
  ];
}
