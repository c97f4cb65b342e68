import type { AwsClients } from "../aws/clients.ts";
import { unlessAws } from "../aws/errors.ts";
import type { Found } from "../provision/resource.ts";
import { ownerOfTags } from "./tags.ts";

/** DMS tells "no such thing" either by this error or by an empty list. */
export async function noneIfUnknown<T>(call: () => Promise<T>): Promise<T | undefined> {
  return unlessAws(["ResourceNotFoundFault"], call);
}

/** A DMS resource with the run that its tags name (DMS keeps tags apart). */
export async function foundInDms<State>(
  aws: AwsClients,
  state: State | undefined,
  arn: string | undefined,
): Promise<Found<State> | undefined> {
  if (state === undefined || arn === undefined) return undefined;
  const tags = await noneIfUnknown(() => aws.dms.listTagsForResource({ ResourceArn: arn }));
  return tags === undefined ? undefined : { state, ...ownerOfTags(tags.TagList) };
}
