import { randomInt } from "node:crypto";
import { invalidParameter } from "./faults.ts";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The last part of a new DMS ARN: 26 upper-case characters. */
export function newResourceId(): string {
  return Array.from({ length: 26 }, () => letters[randomInt(letters.length)]).join("");
}

/**
 * Refuses a name that breaks DMS's rule: a letter first, then ASCII letters, digits and single hyphens, none at the end, at
 * most 255 characters (API reference of CreateDataMigration and of the `…Identifier` members).
 */
export function checkName(member: string, name: string): void {
  if (name.length <= 255 && /^[A-Za-z](-?[A-Za-z0-9])*$/.test(name)) return;
  throw invalidParameter(
    `${member} '${name}' is not valid. It must begin with a letter, contain only ASCII letters, digits and hyphens, and not ` +
      "end with a hyphen or contain two consecutive hyphens. Its length must be from 1 to 255 characters.",
  );
}

/** Refuses a description that breaks DMS's rule: as a name, of at most 31 characters. */
export function checkDescription(description: string | undefined): void {
  if (description === undefined) return;
  if (description.length <= 31 && /^[A-Za-z](-?[A-Za-z0-9])*$/.test(description)) return;
  throw invalidParameter(
    "Description can have up to 31 characters, only ASCII letters, digits and hyphens. It can't end with a hyphen or contain " +
      "two consecutive hyphens, and can only begin with a letter.",
  );
}
