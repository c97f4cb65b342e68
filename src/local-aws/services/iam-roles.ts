import { randomBytes } from "node:crypto";
import type * as sdk from "@aws-sdk/client-iam";
import { globalArnOf } from "../arn.ts";
import { AwsFault } from "../fault.ts";
import { pageOf } from "../paging.ts";
import type { Handlers } from "../service.ts";
import { putTags, removeTags } from "../tags.ts";
import { supportsOnly, unsupported } from "../unsupported.ts";
import type { World } from "../world.ts";
import type { Role } from "./iam-state.ts";

/** The role of this name. Throws NoSuchEntity. */
export function roleNamed(world: World, name: string | undefined): Role {
  const role = world.iam.get(name ?? "");
  if (!role) throw new AwsFault("NoSuchEntity", `The role with name ${name} cannot be found.`, 404);
  return role;
}

/** Throws MalformedPolicyDocument for what is no JSON object. IAM also reads what a policy says; the local AWS does not. */
export function checkPolicyDocument(document: string | undefined): string {
  try {
    const policy: unknown = JSON.parse(document ?? "");
    if (typeof policy === "object" && policy !== null && document !== undefined) return document;
  } catch {
    // Refused below.
  }
  throw new AwsFault("MalformedPolicyDocument", "This policy contains invalid Json");
}

/** IAM's refusal of a marker that it did not give. */
export function invalidMarker(): AwsFault {
  return new AwsFault("ValidationError", "Invalid Marker.");
}

/** A page as every list of IAM answers it: IsTruncated is always there, Marker only with it. */
export function markerOf(next: string | undefined): { IsTruncated: boolean; Marker?: string } {
  return next === undefined ? { IsTruncated: false } : { IsTruncated: true, Marker: next };
}

/** Roles, without what hangs on them. */
export const roleHandlers: Handlers<typeof sdk> = {
  CreateRole(input, { world }) {
    supportsOnly(input, "RoleName", "AssumeRolePolicyDocument", "Description", "Tags", "Path");
    const name = checkRoleName(input.RoleName);
    if ((input.Path ?? "/") !== "/") throw unsupported("a Path of roles");
    if (world.iam.has(name)) throw new AwsFault("EntityAlreadyExists", `Role with name ${name} already exists.`, 409);
    const role: Role = {
      name,
      arn: globalArnOf(world, "iam", `role/${name}`),
      id: `AROA${randomBytes(11).toString("hex").slice(0, 17).toUpperCase()}`,
      createdAt: new Date(),
      tags: [],
      assumeRolePolicyDocument: checkPolicyDocument(input.AssumeRolePolicyDocument),
      description: input.Description,
      policies: new Map(),
      attached: new Set(),
    };
    putTags(role.tags, input.Tags);
    world.iam.set(name, role);
    return { Role: { ...describe(role), ...taggedAs(role) } };
  },

  GetRole(input, { world }) {
    const role = roleNamed(world, input.RoleName);
    return { Role: { ...describe(role), MaxSessionDuration: 3600, RoleLastUsed: {}, ...taggedAs(role) } };
  },

  DeleteRole(input, { world }) {
    const role = roleNamed(world, input.RoleName);
    const left =
      role.attached.size > 0 ? "detach all policies" : role.policies.size > 0 ? "delete policies" : undefined;
    if (left) throw new AwsFault("DeleteConflict", `Cannot delete entity, must ${left} first.`, 409);
    world.iam.delete(role.name);
    return {};
  },

  ListRoles(input, { world }) {
    const roles = [...world.iam.values()].filter(() => "/".startsWith(input.PathPrefix ?? "/"));
    const page = pageOf(
      roles.toSorted((a, b) => a.name.localeCompare(b.name)),
      {
        list: "iam:ListRoles",
        token: input.Marker,
        limit: input.MaxItems,
        keyOf: (role) => role.name,
        refuse: invalidMarker,
      },
    );
    return {
      Roles: page.items.map((role) => ({ ...describe(role), MaxSessionDuration: 3600 })),
      ...markerOf(page.next),
    };
  },

  /** There are no instance profiles here, so no role is in one. Deleting a role, most tools ask for them first. */
  ListInstanceProfilesForRole(input, { world }) {
    roleNamed(world, input.RoleName);
    if (input.Marker !== undefined) throw invalidMarker();
    return { InstanceProfiles: [], IsTruncated: false };
  },

  TagRole(input, { world }) {
    putTags(roleNamed(world, input.RoleName).tags, input.Tags);
    return {};
  },

  UntagRole(input, { world }) {
    removeTags(roleNamed(world, input.RoleName).tags, input.TagKeys);
    return {};
  },

  ListRoleTags(input, { world }) {
    const page = pageOf(roleNamed(world, input.RoleName).tags, {
      list: `iam:ListRoleTags:${input.RoleName}`,
      token: input.Marker,
      limit: input.MaxItems,
      keyOf: (tag) => tag.Key ?? "",
      refuse: invalidMarker,
    });
    return { Tags: page.items.map(({ Key, Value }) => ({ Key, Value })), ...markerOf(page.next) };
  },
};

/** Policy documents go over the wire URL-encoded (RFC 3986), as the API reference says of `Role`. */
function describe(role: Role) {
  return {
    Path: "/",
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: role.createdAt,
    AssumeRolePolicyDocument: encodeURIComponent(role.assumeRolePolicyDocument),
    ...(role.description === undefined ? {} : { Description: role.description }),
  };
}

/** CreateRole and GetRole tell the tags, ListRoles does not. */
function taggedAs(role: Role) {
  return role.tags.length === 0 ? {} : { Tags: role.tags.map(({ Key, Value }) => ({ Key, Value })) };
}

function checkRoleName(name: string | undefined): string {
  if (name !== undefined && /^[\w+=,.@-]{1,64}$/.test(name)) return name;
  throw new AwsFault(
    "ValidationError",
    "The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
  );
}
