import type { Policy } from "./policy/document.ts";
import type { Service } from "./service.ts";
import { cloudFormationService } from "./services/cloudformation.ts";
import { dmsService } from "./services/dms/service.ts";
import { ecsService } from "./services/ecs/service.ts";
import { ec2Service } from "./services/ec2.ts";
import { iamService } from "./services/iam.ts";
import type { DataApiLimits } from "./services/rds-data/limits.ts";
import { pipesService } from "./services/pipes/service.ts";
import { rdsDataService } from "./services/rds-data/service.ts";
import { rdsService } from "./services/rds/service.ts";
import { schedulerService } from "./services/scheduler/service.ts";
import { secretsManagerService } from "./services/secrets-manager.ts";
import { stsService } from "./services/sts.ts";

/** What a local AWS is started with that its services go by. */
export interface ServiceSettings {
  /** The Data API's limits, where they are not AWS's. */
  readonly dataApi?: DataApiLimits | undefined;
  /** The policy that calls are held to. */
  readonly policy?: Policy | undefined;
}

/** Every service of one local AWS but DynamoDB, which has a server of its own. */
export function localServices({ dataApi, policy }: ServiceSettings = {}): Service[] {
  return [
    cloudFormationService(),
    dmsService(),
    ec2Service(),
    ecsService(),
    iamService(policy),
    pipesService(),
    rdsDataService(dataApi),
    rdsService(),
    schedulerService(),
    secretsManagerService(),
    stsService(),
  ];
}
