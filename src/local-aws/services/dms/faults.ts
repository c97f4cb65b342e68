import { AwsFault } from "../../fault.ts";

/** What a request names does not exist. */
export function resourceNotFound(message: string): AwsFault {
  return new AwsFault("ResourceNotFoundFault", message);
}

/** A name is taken. */
export function alreadyExists(message: string): AwsFault {
  return new AwsFault("ResourceAlreadyExistsFault", message);
}

/** A resource is in use, or a migration in a state that does not allow the request. */
export function invalidState(message: string): AwsFault {
  return new AwsFault("InvalidResourceStateFault", message);
}

/** The request makes no sense for this resource. */
export function invalidOperation(message: string): AwsFault {
  return new AwsFault("InvalidOperationFault", message);
}

/** A role is missing, not trusted or not allowed: AWS's own text, with the detail behind it. */
export function accessDenied(detail: string): AwsFault {
  return new AwsFault(
    "AccessDeniedFault",
    `DMS was denied access to the endpoint. Check that the role is correctly configured. ${detail}`,
  );
}

/** Another service refused DMS: AWS's own text, with the detail behind it. */
export function failedDependency(detail: string): AwsFault {
  return new AwsFault("FailedDependencyFault", `A dependency threw an exception. ${detail}`);
}

/** A member has a value that DMS does not take. The code is not in the API's model. */
export function invalidParameter(message: string): AwsFault {
  return new AwsFault("InvalidParameterValueException", message);
}
