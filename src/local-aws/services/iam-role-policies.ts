import type * as sdk from "@aws-sdk/client-iam";
import { AwsFault } from "../fault.ts";
import { pageOf } from "../paging.ts";
import type { Handlers } from "../service.ts";
import { supportsOnly } from "../unsupported.ts";
import { checkPolicyDocument, invalidMarker, markerOf, roleNamed } from "./iam-roles.ts";

/** Inline policies of roles, and managed policies attached to them. */
export const rolePolicyHandlers: Handlers<typeof sdk> = {
  PutRolePolicy(input, { world }) {
    const role = roleNamed(world, input.RoleName);
    role.policies.set(input.PolicyName ?? "", checkPolicyDocument(input.PolicyDocument));
    return {};
  },

  GetRolePolicy(input, { world }) {
    const role = roleNamed(world, input.RoleName);
    const document = role.policies.get(input.PolicyName ?? "");
    if (document === undefined) throw noSuchRolePolicy(input.PolicyName);
    return { RoleName: role.name, PolicyName: input.PolicyName, PolicyDocument: encodeURIComponent(document) };
  },

  ListRolePolicies(input, { world }) {
    const page = pageOf([...roleNamed(world, input.RoleName).policies.keys()], {
      list: `iam:ListRolePolicies:${input.RoleName}`,
      token: input.Marker,
      limit: input.MaxItems,
      keyOf: (name) => name,
      refuse: invalidMarker,
    });
    return { PolicyNames: page.items, ...markerOf(page.next) };
  },

  DeleteRolePolicy(input, { world }) {
    const role = roleNamed(world, input.RoleName);
    if (!role.policies.delete(input.PolicyName ?? "")) throw noSuchRolePolicy(input.PolicyName);
    return {};
  },

  /** Attaching twice is no error. The local AWS holds no managed policies: every well-formed ARN counts as one that exists. */
  AttachRolePolicy(input, { world }) {
    const role = roleNamed(world, input.RoleName);
    role.attached.add(checkPolicyArn(input.PolicyArn));
    return {};
  },

  DetachRolePolicy(input, { world }) {
    const role = roleNamed(world, input.RoleName);
    if (!role.attached.delete(checkPolicyArn(input.PolicyArn))) {
      throw new AwsFault("NoSuchEntity", `Policy ${input.PolicyArn} was not found.`, 404);
    }
    return {};
  },

  ListAttachedRolePolicies(input, { world }) {
    supportsOnly(input, "RoleName", "Marker", "MaxItems");
    const page = pageOf([...roleNamed(world, input.RoleName).attached], {
      list: `iam:ListAttachedRolePolicies:${input.RoleName}`,
      token: input.Marker,
      limit: input.MaxItems,
      keyOf: (arn) => arn,
      refuse: invalidMarker,
    });
    const policies = page.items.map((arn) => ({ PolicyArn: arn, PolicyName: arn.split("/").at(-1) }));
    return { AttachedPolicies: policies, ...markerOf(page.next) };
  },
};

function noSuchRolePolicy(name: string | undefined): AwsFault {
  return new AwsFault("NoSuchEntity", `The role policy with name ${name} cannot be found.`, 404);
}

function checkPolicyArn(arn: string | undefined): string {
  if (arn !== undefined && /^arn:aws:iam::(aws|\d{12}):policy\/[\w+=,.@/-]+$/.test(arn)) return arn;
  throw new AwsFault("InvalidInput", `ARN ${arn} is not valid.`);
}
