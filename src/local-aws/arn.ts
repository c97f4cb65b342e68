/** Where a resource lives: a `World` is one. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** The ARN of a Region's resource, for example `arnOf(world, "rds", "cluster:my-cluster")`. */
export function arnOf(place: Place, service: string, resource: string): string {
  return `arn:aws:${service}:${place.region}:${place.accountId}:${resource}`;
}

/** IAM's ARNs carry no Region: `globalArnOf(world, "iam", "role/my-role")`. */
export function globalArnOf(place: Pick<Place, "accountId">, service: string, resource: string): string {
  return `arn:aws:${service}::${place.accountId}:${resource}`;
}

/** The user that every call to the local AWS is made by. */
export function operatorArn(place: Pick<Place, "accountId">): string {
  return globalArnOf(place, "iam", "user/operator");
}
