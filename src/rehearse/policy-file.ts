import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Policy, readPolicy } from "../local-aws/policy/document.ts";

/** An identity-based policy that the local AWS is to enforce, and where it was read. */
export interface PolicyFile {
  readonly path: string;
  readonly policy: Policy;
}

/** The policy in a file that a flag names. Throws an Error that says what the local AWS cannot read or enforce in it. */
export function policyFileOf(file: string): PolicyFile {
  const path = resolve(file);
  try {
    return { path, policy: readPolicy(readFileSync(path, "utf8")) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`The policy ${file} cannot be enforced. ${why}`, { cause: error });
  }
}
