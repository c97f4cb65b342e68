import { globalArnOf } from "../arn.ts";
import { LocalClock } from "../clock.ts";
import type { World } from "../world.ts";
import { seededBots } from "./bots.ts";
import { withMasterUser } from "./database.ts";
import type { Deployment } from "./deployment.ts";
import { loadRows } from "./load-rows.ts";
import type { Release } from "./release.ts";
import { itemRows } from "./rows.ts";
import type { RdsSchedules } from "./schedules.ts";
import { deployV0 } from "./template.ts";

/** What is seeded, and who is told how far it is. */
export interface SeedOptions {
  readonly bots: number;
  readonly rows: number;
  readonly dimensions: number;
  readonly seed: number;
  readonly dynamoDbPort: number;
  /** The newest one that the local AWS knows when left out. */
  readonly release?: Release | undefined;
  readonly rdsSchedules?: RdsSchedules | undefined;
  readonly onProgress: (line: string) => void;
}

/** Deploys Bedrock Chat v0 with bots and rows, without waiting as AWS would. */
export async function seedDeployment(world: World, options: SeedOptions): Promise<Deployment> {
  const { rows, dimensions, seed, dynamoDbPort, release = "0.4.9", rdsSchedules, onProgress } = options;
  putVpcRole(world);
  const bots = seededBots(seed, options.bots, rows);
  onProgress("Deploying Bedrock Chat v0");
  const instant = { ...world, clock: new LocalClock(0) };
  const deployment = await deployV0(instant, { seed, dimensions, bots, dynamoDbPort, release, rdsSchedules });
  const tell = everySecond((sent) => {
    onProgress(`Seeding items: ${String(sent)} of ${String(rows)} rows`);
  });
  await withMasterUser(world, deployment.cluster, deployment.password, async (client) => {
    const bucket = deployment.names.bucketName;
    await loadRows(client, itemRows(bots, { seed, dimensions, bucket }), tell);
    // Autovacuum has done so on a cluster that has been at work: the planner knows the table.
    await client.query("ANALYZE items");
  });
  return { ...deployment, world };
}

/** The same deployment in the same world, whose waits take no time. */
export function onInstantClock(deployment: Deployment): Deployment {
  return { ...deployment, world: { ...deployment.world, clock: new LocalClock(0) } };
}

/** The role that every account has which has used DMS before (user guide, dm-iam-resources). */
function putVpcRole(world: World): void {
  const name = "dms-vpc-role";
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "dms.amazonaws.com" }, Action: "sts:AssumeRole" }],
  };
  world.iam.set(name, {
    name,
    arn: globalArnOf(world, "iam", `role/${name}`),
    id: "AROADMSVPCROLE0000000",
    createdAt: new Date(),
    tags: [],
    assumeRolePolicyDocument: JSON.stringify(trust),
    description: "Allows DMS to manage VPC",
    policies: new Map(),
    attached: new Set(["arn:aws:iam::aws:policy/service-role/AmazonDMSVPCManagementRole"]),
  });
}

function everySecond(tell: (sent: number) => void): (sent: number) => void {
  let last = Date.now();
  return (sent) => {
    if (Date.now() - last < 1000) return;
    last = Date.now();
    tell(sent);
  };
}
