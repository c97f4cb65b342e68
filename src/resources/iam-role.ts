import type { Role } from "@aws-sdk/client-iam";
import type { AwsClients } from "../aws/clients.ts";
import { unlessAws } from "../aws/errors.ts";
import { allPages } from "../aws/pages.ts";
import type { Resource, ResourceKind, RunOwner } from "../provision/resource.ts";
import { type Statement, trustOfDms } from "./dms-role-documents.ts";
import { oursAmong, ownerOfTags, tagsOfRun } from "./tags.ts";

/** An IAM role with inline policies. */
export const iamRole: ResourceKind<Role> = {
  kind: "iam-role",
  needs: [],
  busyErrors: ["DeleteConflictException"],
  timeoutMinutes: 10,
  async find({ aws }, name) {
    const answer = await unlessAws(["NoSuchEntityException"], () => aws.iam.getRole({ RoleName: name }));
    const role = answer?.Role;
    return role === undefined ? undefined : { state: role, ...ownerOfTags(role.Tags) };
  },
  async names({ aws }) {
    const all = await allPages(async (Marker) => {
      const page = await aws.iam.listRoles({ ...(Marker !== undefined && { Marker }) });
      return { items: page.Roles, next: page.Marker };
    });
    return oursAmong(all.map((one) => one.RoleName));
  },
  look: (role) => ({ done: true, value: role }),
  facts: (role) => ({ arn: role.Arn ?? "" }),
  async remove({ aws }, name) {
    const { PolicyNames = [] } = await aws.iam.listRolePolicies({ RoleName: name });
    for (const PolicyName of PolicyNames) await aws.iam.deleteRolePolicy({ RoleName: name, PolicyName });
    await aws.iam.deleteRole({ RoleName: name });
  },
};

export interface DmsRoleSpec {
  readonly run: RunOwner;
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly statements: () => readonly Statement[];
}

/** A role that DMS assumes. */
export function roleForDms(aws: AwsClients, spec: DmsRoleSpec): Resource<Role> {
  return {
    kind: iamRole,
    name: spec.name,
    async create() {
      await aws.iam.createRole({
        RoleName: spec.name,
        AssumeRolePolicyDocument: JSON.stringify(trustOfDms(spec)),
        Description: `DMS in bedrock-chat-migrate run ${spec.run.id}`,
        Tags: tagsOfRun(spec.run),
      });
    },
    async complete() {
      await aws.iam.putRolePolicy({
        RoleName: spec.name,
        PolicyName: "bedrock-chat-migrate",
        PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: spec.statements() }),
      });
    },
  };
}
