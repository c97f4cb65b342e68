import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { DatabaseMigrationServiceClient } from "@aws-sdk/client-database-migration-service";
import { EC2 } from "@aws-sdk/client-ec2";
import { IAM } from "@aws-sdk/client-iam";
import { RDSClient } from "@aws-sdk/client-rds";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { STS } from "@aws-sdk/client-sts";
import { defaultAccessKeyId, defaultAccountId, secretAccessKey } from "../../src/local-aws/authentication.ts";
import { LocalClock } from "../../src/local-aws/clock.ts";
import { type HttpServerOptions, startHttpServer } from "../../src/local-aws/http-server.ts";
import { RoleSessions } from "../../src/local-aws/role-sessions.ts";
import type { Service } from "../../src/local-aws/service.ts";
import { newCloudFormationState } from "../../src/local-aws/services/cloudformation-state.ts";
import { newDmsState } from "../../src/local-aws/services/dms/state.ts";
import { newEcsState } from "../../src/local-aws/services/ecs/state.ts";
import { newEc2State } from "../../src/local-aws/services/ec2-state.ts";
import { newIamState } from "../../src/local-aws/services/iam-state.ts";
import { newRdsState } from "../../src/local-aws/services/rds/state.ts";
import { newSchedulerState } from "../../src/local-aws/services/scheduler/state.ts";
import { newSecretsState } from "../../src/local-aws/services/secrets-manager-state.ts";
import { defaultVariants, type Variants } from "../../src/local-aws/variants.ts";
import type { World } from "../../src/local-aws/world.ts";

/** A world with two VPCs, the second of them the default one, and nothing that would need PostgreSQL. */
export function smallWorld(
  accountId = defaultAccountId,
  region = "us-east-1",
  variants: Partial<Variants> = {},
): World {
  const ec2 = newEc2State();
  ec2.vpcs.set("vpc-0a", { id: "vpc-0a", cidr: "10.0.0.0/16" });
  ec2.vpcs.set("vpc-0b", { id: "vpc-0b", cidr: "172.31.0.0/16", isDefault: true });
  for (const [index, zone] of ["a", "b", "c", "d", "e", "f"].entries()) {
    const id = `subnet-0${zone}`;
    ec2.subnets.set(id, { id, vpcId: "vpc-0a", availabilityZone: `${region}${zone}`, cidr: `10.0.${index}.0/24` });
  }
  return {
    accountId,
    region,
    clock: new LocalClock(0),
    variants: { ...defaultVariants, ...variants },
    directory: "/nonexistent",
    postgres: { binDirectory: "/nonexistent", majorVersion: 15, pgvectorVersion: "0.8.0", runAs: undefined },
    rds: newRdsState({ accountId, region }, []),
    dms: newDmsState(),
    secrets: newSecretsState(),
    iam: newIamState(),
    ec2,
    ecs: newEcsState(),
    cloudformation: newCloudFormationState(),
    scheduler: newSchedulerState(),
    neighbours: () => [],
    pipes: new Map(),
    endpoint: () => "",
    sessions: new RoleSessions(),
    background: (_what, work) => void work(),
  };
}

/** How the clients of the tests are set up: one attempt, and nothing taken from this machine's own configuration. */
export function clientSettings(endpoint: string, accessKeyId = defaultAccessKeyId) {
  return {
    endpoint,
    region: "us-east-1",
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey },
  };
}

/** A server of these services over one small world, with a client of each; `await using` closes it. */
export async function serveSmallWorld(
  services: readonly Service[],
  options: Partial<HttpServerOptions> = {},
  variants: Partial<Variants> = {},
) {
  const world = smallWorld(undefined, undefined, variants);
  const server = await startHttpServer({ services, worldOf: () => world, ...options });
  const settings = clientSettings(server.endpoint);
  return {
    world,
    server,
    settings,
    cloudformation: new CloudFormationClient(settings),
    dms: new DatabaseMigrationServiceClient(settings),
    ec2: new EC2(settings),
    iam: new IAM(settings),
    rds: new RDSClient(settings),
    secrets: new SecretsManager(settings),
    sts: new STS(settings),
    [Symbol.asyncDispose]: () => server.close(),
  };
}
