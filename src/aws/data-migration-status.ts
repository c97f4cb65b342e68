/**
 * A data migration's status with case and punctuation taken away. The API types it as a plain string, and only the console's words
 * are documented ("Load complete, replication ongoing"): spellings may differ, letters do not.
 */
export function plainStatus(status: string | undefined): string {
  return (status ?? "").toLowerCase().replaceAll(/[^a-z]/g, "");
}

/** The words (made plain) for what goes on: with any other one DMS's refusal to stop a data migration means that it has ended. */
const busy = [
  "creating",
  "starting",
  "loadrunning",
  "running",
  "loadcompletereplicationongoing",
  "replicationongoing",
  "reloadingtarget",
  "maintenance",
  "stopping",
];

/** Whether a status (made plain) is a known word for something that goes on. */
export function isBusy(plain: string): boolean {
  return busy.includes(plain);
}

/**
 * Whether a status (made plain) says that nothing runs: never started, stopped, failed, going, or one of the words that may stand for
 * the end of a finished full load, which no page names ("load complete", but not "load complete, replication ongoing").
 */
export function hasEnded(plain: string): boolean {
  return ["ready", "stopped", "failed", "deleting"].includes(plain) || /(complete|completed|finished)$/.test(plain);
}
