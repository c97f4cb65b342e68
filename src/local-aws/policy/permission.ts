import type { InputOf, OperationOf } from "../service.ts";
import type { Tag } from "../tags.ts";
import type { World } from "../world.ts";

/** An action that an operation is authorised by, on one resource. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
  /** Tags that the request gives to this resource: `aws:RequestTag/KEY` and `aws:TagKeys`. */
  readonly requestTags?: readonly Tag[] | undefined;
  /** Keys of tags that the request takes away: `aws:TagKeys`. */
  readonly tagKeys?: readonly string[] | undefined;
  /** Condition keys of this action alone, for example `iam:PassedToService`. */
  readonly keys?: Readonly<Record<string, string>> | undefined;
}

/** The permissions of a service's operations, from what a call asks for and what there is. */
export type Permissions<Sdk> = {
  readonly [Op in OperationOf<Sdk>]?: (input: InputOf<Sdk, Op>, world: World) => readonly Permission[];
};

/** An action on a resource, and what else a condition may ask about. */
export function permission(
  action: string,
  resource: string,
  rest: Omit<Permission, "action" | "resource"> = {},
): Permission {
  return { action, resource, ...rest };
}

/** The permission to tag what is being created, which AWS asks for where the request has tags. */
export function tagging(action: string, resource: string, requestTags: readonly Tag[] | undefined): Permission[] {
  return requestTags?.length ? [{ action, resource, requestTags }] : [];
}

/** iam:PassRole on each role that a request hands to a service. */
export function passing(service: string, roleArns: readonly (string | undefined)[]): Permission[] {
  const named = new Set(roleArns.filter((arn) => arn !== undefined));
  return [...named].map((arn) => permission("iam:PassRole", arn, { keys: { "iam:PassedToService": service } }));
}
