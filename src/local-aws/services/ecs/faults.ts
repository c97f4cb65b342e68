import { AwsFault } from "../../fault.ts";

/** A member's value is not one that ECS takes, or names what is not there. */
export function invalidParameter(message: string): AwsFault {
  return new AwsFault("InvalidParameterException", message);
}

/** The request names something wrongly, for example a task definition. */
export function clientError(message: string): AwsFault {
  return new AwsFault("ClientException", message);
}

export function clusterNotFound(): AwsFault {
  return new AwsFault("ClusterNotFoundException", "Cluster not found.");
}

/** The token was given with another request, which began these tasks. */
export function tokenConflict(taskArns: readonly string[]): AwsFault {
  const message = "The provided client token is already in use with a different RunTask request.";
  return new AwsFault("ConflictException", message, 400, { resourceIds: taskArns });
}
