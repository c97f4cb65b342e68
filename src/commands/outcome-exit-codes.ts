import { exitCode } from "../errors.ts";
import type { Verification } from "../verify/verification.ts";

/** What a command ends with that ends with a verification. */
export const outcomeExitCodes: Readonly<Record<Verification["outcome"], number>> = {
  identical: exitCode.proven,
  different: exitCode.failed,
  unknown: exitCode.unverified,
  sampled: exitCode.unverified,
};
