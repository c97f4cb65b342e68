import type { Tag } from "@aws-sdk/client-database-migration-service";
import type { Handlers } from "../../service.ts";
import type { World } from "../../world.ts";
import { invalidParameter, resourceNotFound } from "./faults.ts";
import type { DmsSdk } from "./sdk.ts";

/** Refuses keys that AWS keeps to itself: they can't start with `aws:` or `dms:`. */
export function checkTags(tags: readonly Tag[] | undefined): void {
  for (const { Key = "" } of tags ?? []) {
    if (Key === "" || /^(aws|dms):/.test(Key)) throw invalidParameter(`The tag key '${Key}' is not valid.`);
  }
}

/** Keeps the tags of a resource that has just been made. */
export function keepTags(world: World, arn: string, tags: readonly Tag[] | undefined): void {
  world.dms.tags.set(
    arn,
    (tags ?? []).map(({ Key, Value }) => ({ Key, Value })),
  );
}

/** ListTagsForResource (one or several ARNs), AddTagsToResource, RemoveTagsFromResource. */
export const tagHandlers: Handlers<DmsSdk> = {
  ListTagsForResource({ ResourceArn, ResourceArnList }, { world }) {
    if (ResourceArn !== undefined) return { TagList: [...tagsOf(world, ResourceArn)] };
    if (ResourceArnList === undefined) throw invalidParameter("ResourceArn or ResourceArnList is needed.");
    const TagList = ResourceArnList.flatMap((arn) => tagsOf(world, arn).map((tag) => ({ ...tag, ResourceArn: arn })));
    return { TagList };
  },

  AddTagsToResource({ ResourceArn = "", Tags = [] }, { world }) {
    checkTags(Tags);
    const kept = tagsOf(world, ResourceArn).filter((tag) => !Tags.some(({ Key }) => Key === tag.Key));
    keepTags(world, ResourceArn, [...kept, ...Tags]);
    return {};
  },

  RemoveTagsFromResource({ ResourceArn = "", TagKeys = [] }, { world }) {
    const kept = tagsOf(world, ResourceArn).filter((tag) => !TagKeys.includes(tag.Key ?? ""));
    keepTags(world, ResourceArn, kept);
    return {};
  },
};

function tagsOf(world: World, arn: string): Tag[] {
  const tags = world.dms.tags.get(arn);
  if (tags === undefined) throw resourceNotFound(`Resource ${arn} was not found.`);
  return tags;
}
