import { createHash } from "node:crypto";
import { z } from "zod";
import type { NewLine } from "../provision/journal-line.ts";
import type { RunState } from "../provision/run-state.ts";

/** What a run's journal says of a bot that it embeds: the intent before RunTask, the task after it, what it came to. */
const botRecord = z.object({
  bot: z.string(),
  /** Requests for tasks so far, this one included: each has a client token of its own. */
  attempt: z.number(),
  /** With the revision: what is asked for again under the same token must be the same. */
  taskDefinition: z.string(),
  /** When the task was asked for; of ECS's clock as soon as it is there. Milliseconds since 1970. */
  since: z.number(),
  /** Its ARN; null until RunTask has answered. */
  task: z.string().nullable(),
  /** Null until it has ended, or where somebody else is at the bot. */
  outcome: z.enum(["done", "failed"]).nullable(),
});

export type BotRecord = z.infer<typeof botRecord>;

const prefix = "re-embed bot ";

/** The line that puts a record into the journal. */
export function recordLine(record: BotRecord): NewLine {
  return { event: "noted", name: `${prefix}${record.bot}`, value: record };
}

/** The records of a run, by bot. */
export function recordsOf(state: RunState | undefined): Map<string, BotRecord> {
  const records = [...(state?.notes ?? [])]
    .filter(([name]) => name.startsWith(prefix))
    .map(([, value]) => botRecord.parse(value));
  return new Map(records.map((record) => [record.bot, record]));
}

/**
 * The token under which ECS starts one task and no second, for as long as it knows the first: the same for the same attempt, so that a command
 * that was killed asks for the same task again. 64 characters, which is all that RunTask takes.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html
 */
export function clientToken(run: string, { bot, attempt }: Pick<BotRecord, "bot" | "attempt">): string {
  return createHash("sha256").update(`${run} ${bot} ${attempt}`).digest("hex");
}

/** ECS keeps a token for an hour after its task's end: within this time of the intent it certainly knows it. */
export const tokenLivesMs = 55 * 60_000;
