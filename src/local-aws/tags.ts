/** A tag as the services' states keep it. */
export interface Tag {
  Key?: string | undefined;
  Value?: string | undefined;
}

/** Adds tags in place; a tag whose key is there already takes the new value. */
export function putTags(tags: Tag[], added: readonly Tag[] | undefined): void {
  for (const { Key, Value } of added ?? []) {
    const present = tags.find((tag) => tag.Key === Key);
    if (present) present.Value = Value;
    else tags.push({ Key, Value });
  }
}

/** Takes the tags with these keys away in place; keys that no tag has are no error in any service. */
export function removeTags(tags: Tag[], keys: readonly string[] | undefined): void {
  const kept = tags.filter((tag) => !keys?.includes(tag.Key ?? ""));
  tags.splice(0, tags.length, ...kept);
}
