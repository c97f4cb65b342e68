/** The name under which the SDK throws an AWS error (`DBClusterNotFoundFault`, `AccessDenied`, …); "" for anything else. */
export function awsErrorName(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

/** Gives what the call gives, or undefined where AWS answers with one of these error names. */
export async function unlessAws<T>(names: readonly string[], call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (names.includes(awsErrorName(error))) return undefined;
    throw error;
  }
}
