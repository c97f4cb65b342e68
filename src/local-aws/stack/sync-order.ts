/** A sync that is ordered: at once, or when the next load of a data migration begins to run. */
export interface SyncOrder {
  readonly bot: string;
  readonly when: "now" | "load-running";
}

/** The sync that a JSON document orders. Throws an Error that says what is wrong with it. */
export function readSyncOrder(document: unknown): SyncOrder {
  if (typeof document !== "object" || document === null) throw new Error("A sync is an object with the member bot.");
  const { bot, when = "now", ...rest } = document as Record<string, unknown>;
  const [unknownMember] = Object.keys(rest);
  if (unknownMember !== undefined) throw new Error(`A sync has no member ${unknownMember}.`);
  if (typeof bot !== "string") throw new Error("bot is a bot's id.");
  if (when !== "now" && when !== "load-running") throw new Error('when is "now" or "load-running".');
  return { bot, when };
}
