/** Ends a data migration as `failed`; its message becomes LastFailureMessage. */
export class MigrationFailure extends Error {
  override readonly name = "MigrationFailure";
}

/** What went wrong, for a LastFailureMessage. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(messageOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}
