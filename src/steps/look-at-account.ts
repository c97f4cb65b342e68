import type { SecurityGroup, Subnet } from "@aws-sdk/client-ec2";
import { denialOf } from "../aws/denied.ts";
import { unlessAws } from "../aws/errors.ts";
import { allPages } from "../aws/pages.ts";
import type { Context } from "../context.ts";
import type { Run } from "../provision/run.ts";
import { lookAtDmsVpcRole } from "../resources/dms-vpc-role.ts";
import { describeCluster } from "../resources/rds-cluster.ts";
import { securityGroup } from "../resources/security-group.ts";
import type { Deployment } from "../stack/deployment.ts";
import type { Placement } from "./dms-placement.ts";
import type { Finding } from "./finding.ts";
import { groupToOpen, judgeRoutes, judgeSubnets } from "./judge-network.ts";
import { judgeTrust, type RoleQuestion } from "./judge-role.ts";
import { sourceNames } from "./temporary-cluster.ts";

/** What the account has for a load. */
export interface AccountState {
  /** What is in the load's way. */
  readonly findings: readonly Finding[];
  /** The group of the new cluster that gets the rule for DMS. */
  readonly targetGroupId: string;
  /** Makes what is the account's and what it lacks. To be called when nothing is in the way. */
  ready(): Promise<void>;
}

export interface AccountQuestion {
  readonly deployment: Deployment;
  readonly placement: Placement;
  /** Whether the new cluster opens a connection to the temporary one. */
  readonly replicates: boolean;
}

/** Looks at the network and the roles that a load would use, and changes nothing. A role that may not be looked at is said. */
export async function lookAtAccount(question: AccountQuestion, context: Context, run: Run): Promise<AccountState> {
  const [network, roles, vpcRole] = await Promise.all([
    lookAtNetwork(question, context, run),
    lookAtRoles(question.placement, context, run.stack),
    lookAtDmsVpcRole(context, run),
  ]);
  return {
    findings: [...network.findings, ...roles],
    targetGroupId: network.targetGroupId,
    ready: () => vpcRole.ensure(),
  };
}

async function lookAtNetwork({ deployment, placement, replicates }: AccountQuestion, context: Context, run: Run) {
  const { cluster, vpcId, stack } = deployment;
  const names = sourceNames(run.id);
  const [subnets, groups, source, own] = await Promise.all([
    subnetsOf(vpcId, context),
    groupsOf(vpcId, context),
    describeCluster(context.aws, names.cluster),
    securityGroup.find(context, names.securityGroup),
  ]);
  const ids = idsOf(cluster.VpcSecurityGroups);
  const targetGroupId = groupToOpen(ids, groups, stack) ?? "";
  if (ids.length > 1)
    context.progress.say(`The new cluster has ${ids.length} security groups; ${targetGroupId} gets the rule for DMS.`);
  const subnetIds = placement.subnetIds ?? deployment.subnetIds;
  return {
    targetGroupId,
    findings: [
      ...judgeSubnets({ stack, vpcId, subnetIds, subnets }),
      ...judgeRoutes({
        stack,
        cluster: cluster.DBClusterIdentifier ?? "",
        ids,
        groups,
        source: {
          groupIds: idsOf(source?.VpcSecurityGroups),
          ownGroupId: own?.state.GroupId ?? names.securityGroup,
          // Any of the VPC's could be in the cluster's subnet group.
          cidrs: subnets.map((one) => one.CidrBlock ?? ""),
          port: source?.Port ?? 5432,
        },
        replicates,
      }),
    ],
  };
}

function idsOf(groups: readonly { readonly VpcSecurityGroupId?: string | undefined }[] | undefined): string[] {
  return (groups ?? []).map((group) => group.VpcSecurityGroupId ?? "");
}

async function subnetsOf(vpcId: string, { aws }: Context): Promise<Subnet[]> {
  return allPages(async (NextToken) => {
    const page = await aws.ec2.describeSubnets({
      Filters: [{ Name: "vpc-id", Values: [vpcId] }],
      ...(NextToken !== undefined && { NextToken }),
    });
    return { items: page.Subnets, next: page.NextToken };
  });
}

async function groupsOf(vpcId: string, { aws }: Context): Promise<SecurityGroup[]> {
  return allPages(async (NextToken) => {
    const page = await aws.ec2.describeSecurityGroups({
      Filters: [{ Name: "vpc-id", Values: [vpcId] }],
      ...(NextToken !== undefined && { NextToken }),
    });
    return { items: page.SecurityGroups, next: page.NextToken };
  });
}

async function lookAtRoles(placement: Placement, context: Context, stack: string): Promise<Finding[]> {
  const given = [
    { arn: placement.serviceRoleArn, flag: "--service-role-arn" },
    { arn: placement.secretsRoleArn, flag: "--secrets-role-arn" },
  ].flatMap(({ arn, flag }) => (arn === undefined ? [] : [{ arn, flag, stack }]));
  const findings = await Promise.all(given.map((role) => lookAtRole(role, context)));
  return findings.flat();
}

async function lookAtRole(
  { arn, flag, stack }: Pick<RoleQuestion, "arn" | "flag" | "stack">,
  context: Context,
): Promise<Finding[]> {
  const { aws, progress, region, account } = context;
  const RoleName = arn.split("/").at(-1) ?? "";
  const answer = await unlessAws(["NoSuchEntityException"], () => aws.iam.getRole({ RoleName })).catch(
    (error: unknown) => {
      const denial = denialOf(error);
      if (denial === undefined) throw error;
      return { denial };
    },
  );
  if (answer !== undefined && "denial" in answer) {
    progress.say(`role ${arn}: going on unchecked, DMS will tell what it lacks: ${answer.denial}`);
    return [];
  }
  const found = answer?.Role;
  if (found?.Arn !== arn)
    return [
      {
        what: `There is no role ${arn} in account ${account}.`,
        remedy: `Mend ${flag}, or leave it out: a role of this run's own is made then.`,
      },
    ];
  const judged = judgeTrust({ arn, flag, stack, trust: found.AssumeRolePolicyDocument ?? "", region, account });
  for (const warning of judged.warnings) progress.say(`WARNING: ${warning}`);
  progress.say(`role ${arn}: whom it trusts is looked at; what its policies allow is not`);
  return judged.findings;
}
