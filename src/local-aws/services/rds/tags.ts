import type { World } from "../../world.ts";
import type { Handlers } from "../../service.ts";
import { supportsOnly } from "../../unsupported.ts";
import { invalidValue } from "./faults.ts";
import { clusterNamed, instanceNamed, parameterGroupNamed, snapshotNamed, subnetGroupNamed } from "./look-up.ts";
import type { RdsSdk } from "./sdk.ts";
import type { Tag } from "./state.ts";

type GivenTags = readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined;

/** Tags as a request gives them; a value that is left out is empty, as RDS stores it. */
export function givenTags(tags: GivenTags): Tag[] {
  return (tags ?? []).map(({ Key = "", Value = "" }) => ({ Key, Value }));
}

/** Listing and changing the tags of anything that has an ARN. */
export const tagHandlers: Handlers<RdsSdk> = {
  ListTagsForResource(input, { world }) {
    supportsOnly(input, "ResourceName");
    return { TagList: [...tagsOf(world, input.ResourceName)] };
  },

  AddTagsToResource(input, { world }) {
    supportsOnly(input, "ResourceName", "Tags");
    const tags = tagsOf(world, input.ResourceName);
    const added = givenTags(input.Tags);
    const kept = tags.filter((tag) => !added.some(({ Key }) => Key === tag.Key));
    tags.splice(0, tags.length, ...kept, ...added);
    return {};
  },

  RemoveTagsFromResource(input, { world }) {
    supportsOnly(input, "ResourceName", "TagKeys");
    const tags = tagsOf(world, input.ResourceName);
    const kept = tags.filter((tag) => !input.TagKeys?.includes(tag.Key));
    tags.splice(0, tags.length, ...kept);
    return {};
  },
};

function tagsOf(world: World, arn: string | undefined): Tag[] {
  const [, region, accountId, kind] = /^arn:aws:rds:([^:]*):([^:]*):([^:]+):/.exec(arn ?? "") ?? [];
  const isOurs = region === world.region && accountId === world.accountId;
  if (isOurs && kind === "cluster") return clusterNamed(world, arn).tags;
  if (isOurs && kind === "db") return instanceNamed(world, arn).instance.tags;
  if (isOurs && kind === "cluster-snapshot") return snapshotNamed(world, arn).tags;
  if (isOurs && kind === "cluster-pg") return parameterGroupNamed(world, arn).tags;
  if (isOurs && kind === "subgrp") return subnetGroupNamed(world, arn).tags;
  throw invalidValue(`Invalid resource name: ${arn}`);
}
