import { randomInt } from "node:crypto";
import { arnOf } from "../../arn.ts";
import type { World } from "../../world.ts";
import { invalidValue } from "./faults.ts";

/**
 * An identifier as RDS stores it, which is in lower case. Throws InvalidParameterValue for what is no identifier (API reference,
 * CreateDBCluster: letters, digits and single hyphens, a letter first, no hyphen last).
 */
export function identifier(member: string, value: string | undefined, longest = 63): string {
  const stored = (value ?? "").toLowerCase();
  if (stored.length > longest || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(stored)) {
    throw invalidValue(
      `The parameter ${member} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.`,
    );
  }
  return stored;
}

/** Identifier of an existing resource from what a caller gave: itself in any case, or its ARN of this `kind` (`cluster`, `db`, …). An ARN of
 * another account, Region or kind names nothing here: it is given back as it is. */
export function named(world: World, kind: string, nameOrArn: string | undefined): string {
  const text = nameOrArn ?? "";
  if (!text.startsWith("arn:")) return text.toLowerCase();
  const ofThisKind = arnOf(world, "rds", `${kind}:`);
  return text.startsWith(ofThisKind) ? text.slice(ofThisKind.length) : text;
}

/** A resource id as RDS makes them: `cluster-` or `db-` and 26 letters and digits, never used twice. */
export function newResourceId(prefix: "cluster" | "db"): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const characters = Array.from({ length: 26 }, () => alphabet[randomInt(alphabet.length)]);
  return `${prefix}-${characters.join("")}`;
}
