import { runTag } from "../provision/resource.ts";

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** The tags that every resource of a run is created with. */
export function tagsOfRun(runId: string): { Key: string; Value: string }[] {
  return [{ Key: runTag, Value: runId }];
}

/** The run that a list of tags names; undefined for what somebody else made. */
export function runOfTags(tags: readonly Tag[] | undefined): string | undefined {
  return tags?.find((tag) => tag.Key === runTag)?.Value;
}
