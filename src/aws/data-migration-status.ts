/**
 * A data migration's status with case and punctuation taken away. The API types it as a plain string, and only the console's words
 * are documented ("Load complete, replication ongoing"): spellings may differ, letters do not.
 */
export function plainStatus(status: string | undefined): string {
  return (status ?? "").toLowerCase().replaceAll(/[^a-z]/g, "");
}
