import { z } from "zod";

const at = z.iso.datetime();
const resource = { at, kind: z.string(), name: z.string() };
const facts = z.record(z.string(), z.string());

/** One line of a run's journal. The intent lines (`creating`, `removing`, `step-began`) are written before the effect. */
export const journalLine = z.discriminatedUnion("event", [
  z.object({
    event: z.literal("run-began"),
    at,
    run: z.string(),
    account: z.string(),
    region: z.string(),
    stack: z.string(),
    version: z.string(),
  }),
  z.object({ event: z.literal("creating"), ...resource }),
  z.object({ event: z.literal("ready"), ...resource, facts }),
  z.object({ event: z.literal("removing"), ...resource }),
  z.object({ event: z.literal("removed"), ...resource }),
  z.object({ event: z.literal("step-began"), at, step: z.string() }),
  z.object({ event: z.literal("step-ended"), at, step: z.string(), result: z.record(z.string(), z.json()) }),
  /** A decision or a reading that later steps rely on: the chosen snapshot, the expected rows, an index's definition. */
  z.object({ event: z.literal("noted"), at, name: z.string(), value: z.json() }),
  z.object({ event: z.literal("closed"), at }),
]);

export type JournalLine = z.infer<typeof journalLine>;

type WithoutTime<Line> = Line extends JournalLine ? Omit<Line, "at"> : never;

/** A line before the journal has dated it. */
export type NewLine = WithoutTime<JournalLine>;
