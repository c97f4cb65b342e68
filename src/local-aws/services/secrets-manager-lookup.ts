import { AwsFault } from "../fault.ts";
import type { World } from "../world.ts";
import type { Secret } from "./secrets-manager-state.ts";

/** The secret of this name, ARN, or ARN without its random suffix. Throws ResourceNotFoundException. */
export function secretOf(world: World, id: string | undefined): Secret {
  const secret = findSecret(world, id);
  if (!secret) throw new AwsFault("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
  return secret;
}

/** The same, or `undefined`. */
export function findSecret(world: World, id: string | undefined): Secret | undefined {
  return [...world.secrets.values()].find(({ name, arn }) => id === name || id === arn || id === arn.slice(0, -7));
}

/** The secret, unless its deletion is ordered: then throws InvalidRequestException, as every use of its value does. */
export function usableSecret(world: World, id: string | undefined): Secret {
  const secret = secretOf(world, id);
  if (secret.deletedAt === undefined) return secret;
  throw new AwsFault(
    "InvalidRequestException",
    "You can't perform this operation on the secret because it was marked for deletion.",
  );
}
