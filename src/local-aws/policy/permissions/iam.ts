import type * as sdk from "@aws-sdk/client-iam";
import { globalArnOf } from "../../arn.ts";
import type { World } from "../../world.ts";
import { type Permission, permission, type Permissions, tagging } from "../permission.ts";

const roleArn = (world: World, name: string | undefined) => globalArnOf(world, "iam", `role/${name ?? "*"}`);

const onRole =
  (operation: string, rest: (input: { PolicyArn?: string | undefined }) => Partial<Permission> = () => ({})) =>
  (input: { RoleName: string | undefined; PolicyArn?: string | undefined }, world: World) => [
    permission(`iam:${operation}`, roleArn(world, input.RoleName), rest(input)),
  ];

/** iam:PolicyARN is there where a managed policy is attached or detached. */
const policyKey = ({ PolicyArn: arn }: { PolicyArn?: string | undefined }): Partial<Permission> =>
  arn === undefined ? {} : { keys: { "iam:PolicyARN": arn } };

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html */
export const iamPermissions: Permissions<typeof sdk> = {
  CreateRole: ({ RoleName, Tags }, world) => [
    permission("iam:CreateRole", roleArn(world, RoleName), { requestTags: Tags }),
    ...tagging("iam:TagRole", roleArn(world, RoleName), Tags),
  ],
  GetRole: onRole("GetRole"),
  DeleteRole: onRole("DeleteRole"),
  ListRoles: () => [permission("iam:ListRoles", "*")],
  ListInstanceProfilesForRole: onRole("ListInstanceProfilesForRole"),
  TagRole: ({ RoleName, Tags }, world) => [permission("iam:TagRole", roleArn(world, RoleName), { requestTags: Tags })],
  UntagRole: ({ RoleName, TagKeys }, world) => [
    permission("iam:UntagRole", roleArn(world, RoleName), { tagKeys: TagKeys }),
  ],
  ListRoleTags: onRole("ListRoleTags"),
  PutRolePolicy: onRole("PutRolePolicy"),
  GetRolePolicy: onRole("GetRolePolicy"),
  ListRolePolicies: onRole("ListRolePolicies"),
  DeleteRolePolicy: onRole("DeleteRolePolicy"),
  AttachRolePolicy: onRole("AttachRolePolicy", policyKey),
  DetachRolePolicy: onRole("DetachRolePolicy", policyKey),
  SimulatePrincipalPolicy: ({ PolicySourceArn = "*" }) => [permission("iam:SimulatePrincipalPolicy", PolicySourceArn)],
  ListAttachedRolePolicies: onRole("ListAttachedRolePolicies"),
};
