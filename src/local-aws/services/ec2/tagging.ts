import type * as sdk from "@aws-sdk/client-ec2";
import { AwsFault } from "../../fault.ts";
import type { Handlers } from "../../service.ts";
import { putTags, removeTags, type Tag } from "../../tags.ts";
import { unsupported } from "../../unsupported.ts";
import type { World } from "../../world.ts";
import { ec2Page, filtered, stopDryRun } from "./filters.ts";
import { groupWithId } from "./group-lookup.ts";

/** The tags that a creating request gives to what it makes. Throws InvalidParameterValue for those of another kind of resource. */
export function tagsFor(type: string, specifications: readonly sdk.TagSpecification[] | undefined): Tag[] {
  const tags: Tag[] = [];
  for (const { ResourceType, Tags } of specifications ?? []) {
    if (ResourceType !== type) {
      const message = `'${ResourceType}' is not a valid taggable resource type for this operation.`;
      throw new AwsFault("InvalidParameterValue", message);
    }
    putTags(tags, Tags);
  }
  return tags;
}

/** Tags of security groups and their inbound rules. */
export const tagHandlers: Handlers<typeof sdk> = {
  CreateTags(input, { world }) {
    const taggables = (input.Resources ?? []).map((id) => tagsOf(world, id));
    stopDryRun(input);
    for (const tags of taggables) putTags(tags, input.Tags);
    return {};
  },

  /** A tag given with a value goes only where it has that value; without any tag given, all go. */
  DeleteTags(input, { world }) {
    const taggables = (input.Resources ?? []).map((id) => tagsOf(world, id));
    stopDryRun(input);
    for (const tags of taggables) {
      const going = tags.filter((tag) => !input.Tags?.length || input.Tags.some((given) => covers(given, tag)));
      removeTags(
        tags,
        going.map((tag) => tag.Key ?? ""),
      );
    }
    return {};
  },

  DescribeTags(input, { world }) {
    const all = [...world.ec2.securityGroups.values()].flatMap((group) => [
      ...describe("security-group", group.id, group.tags),
      ...group.ingress.flatMap((rule) => describe("security-group-rule", rule.id, rule.tags)),
    ]);
    const found = filtered(all, input.Filters, {
      names: ["key", "value", "resource-id", "resource-type", "tag"],
      textsOf: ({ Key, Value, ResourceId, ResourceType }) => ({
        key: [Key],
        value: [Value],
        "resource-id": [ResourceId],
        "resource-type": [ResourceType],
        [`tag:${Key}`]: [Value],
      }),
    });
    const keyOf = (tag: (typeof all)[number]) => `${tag.ResourceId} ${tag.Key}`;
    const { page, token } = ec2Page(found, "DescribeTags", input, { keyOf });
    return { Tags: page, ...token };
  },
};

function covers(given: Tag, tag: Tag): boolean {
  return given.Key === tag.Key && (given.Value === undefined || given.Value === tag.Value);
}

function describe(type: "security-group" | "security-group-rule", id: string, tags: readonly Tag[]) {
  return tags.map(({ Key = "", Value = "" }) => ({ Key, Value, ResourceId: id, ResourceType: type }));
}

function tagsOf(world: World, id: string): Tag[] {
  if (id.startsWith("sg-")) return groupWithId(world, id).tags;
  if (/^(vpc|subnet)-/.test(id)) throw unsupported("tags of VPCs and subnets");
  if (!id.startsWith("sgr-")) throw new AwsFault("InvalidID", `The ID '${id}' is not valid`);
  const rules = [...world.ec2.securityGroups.values()].flatMap((group) => group.ingress);
  const rule = rules.find((each) => each.id === id);
  if (rule) return rule.tags;
  throw new AwsFault("InvalidSecurityGroupRuleId.NotFound", `The security group rule ID '${id}' does not exist`);
}
