import { namePrefix, type RunOwner, runTag, stackTag } from "../provision/resource.ts";

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** The tags that every resource of a run is created with. */
export function tagsOfRun(run: RunOwner): { Key: string; Value: string }[] {
  return [
    { Key: runTag, Value: run.id },
    { Key: stackTag, Value: run.stack },
  ];
}

/** The run, and the stack, that a list of tags names; undefined for what somebody else made. */
export function ownerOfTags(tags: readonly Tag[] | undefined): {
  readonly run: string | undefined;
  readonly stack: string | undefined;
} {
  const value = (key: string) => tags?.find((tag) => tag.Key === key)?.Value;
  return { run: value(runTag), stack: value(stackTag) };
}

/** The names that a run could have given. */
export function oursAmong(names: readonly (string | undefined)[]): string[] {
  return names.filter((name) => name?.startsWith(namePrefix) === true).map(String);
}
