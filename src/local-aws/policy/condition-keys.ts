import { operatorArn } from "../arn.ts";
import type { Tag } from "../tags.ts";
import type { World } from "../world.ts";
import type { RequestContext } from "./condition.ts";
import type { Permission } from "./permission.ts";
import { tagsOfResource } from "./resource-tags.ts";

/**
 * The condition keys that requests are given here, in lower case: global ones, and those of the Service Authorization Reference's
 * pages of the services. A condition on another key cannot be judged, so a policy with one is refused.
 */
const supplied = [
  /^aws:(requestedregion|principalarn|principalaccount|resourceaccount|tagkeys)$/,
  /^aws:(request|resource)tag\/.+$/,
  /^(ec2|ecs|iam|secretsmanager):resourcetag\/.+$/,
  /^(rds|dms):req-tag\/.+$/,
  /^rds:(cluster|db|cluster-snapshot|cluster-pg|subgrp)-tag\/.+$/,
  /^dms:(subgrp|data-provider|instance-profile|migration-project|data-migration)-tag\/.+$/,
  /^iam:(passedtoservice|policyarn)$/,
  /^ec2:createaction$/,
  /^ecs:cluster$/,
];

/** Whether requests here have this condition key where AWS's have it. */
export function isSupplied(key: string): boolean {
  return supplied.some((pattern) => pattern.test(key.toLowerCase()));
}

/** Whether the key is multivalued: conditions on it need ForAnyValue or ForAllValues. */
export function hasSeveralValues(key: string): boolean {
  return key.toLowerCase() === "aws:tagkeys";
}

/** What conditions can ask about a permission: the caller, the request's tags, and the resource's as they are now. */
export function contextOf(permission: Permission, world: World): RequestContext {
  const [service = ""] = permission.action.split(":");
  const [, , , , account = "", kind = ""] = permission.resource.split(":");
  const requestTags = permission.requestTags ?? [];
  const resourceTags = tagsOfResource(world, permission.resource);
  const tagKeys = [...requestTags.map(({ Key = "" }) => Key), ...(permission.tagKeys ?? [])];
  const own = service === "rds" || service === "dms";
  const single: Readonly<Record<string, string>> = {
    ...callerKeys(world),
    // IAM has one endpoint, in us-east-1: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    "aws:RequestedRegion": service === "iam" ? "us-east-1" : world.region,
    ...(account === "" ? {} : { "aws:ResourceAccount": account }),
    ...byTag("aws:RequestTag", requestTags),
    ...byTag("aws:ResourceTag", resourceTags),
    ...(own ? byTag(`${service}:req-tag`, requestTags) : byTag(`${service}:ResourceTag`, resourceTags)),
    ...(own ? byTag(`${service}:${kind}-tag`, resourceTags) : {}),
    ...permission.keys,
  };
  const entries = Object.entries(single).map(([key, value]): [string, string[]] => [key.toLowerCase(), [value]]);
  return new Map(tagKeys.length === 0 ? entries : [...entries, ["aws:tagkeys", tagKeys]]);
}

/** What conditions can ask about whoever calls. */
export function callerContext(world: World): RequestContext {
  return new Map(Object.entries(callerKeys(world)).map(([key, value]) => [key.toLowerCase(), [value]]));
}

function callerKeys(world: World): Readonly<Record<string, string>> {
  return { "aws:PrincipalArn": operatorArn(world), "aws:PrincipalAccount": world.accountId };
}

function byTag(prefix: string, tags: readonly Tag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [`${prefix}/${Key}`, Value]));
}
