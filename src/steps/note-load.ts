import { z } from "zod";
import type { SqlSession } from "../database/session.ts";
import { readUndoRecord, storedIndexes } from "../database/undo-record.ts";
import type { Run } from "../provision/run.ts";
import { type BotDecision, botDecisionSchema, readDecisions } from "../stack/bot-decisions.ts";
import { itemsTable } from "../stack/items-table.ts";
import type { DefinedIndex } from "../verify/judge-indexes.ts";
import { schemaFacts, type SchemaFacts, schemaFactsSchema } from "../verify/schema-facts.ts";

const note = "load";

const loadSchema = z.object({
  bots: z.array(botDecisionSchema),
  vectorIndexes: z.array(z.object({ index: z.string(), definition: z.string() })),
  source: schemaFactsSchema,
});

/**
 * Notes in the journal what a verification has to know of a load, and what goes with the record in the target, or with the temporary cluster,
 * when the run is cleaned up: what was decided about bots, the vector indexes that the target had before, and what is around the source's rows.
 */
export async function noteLoad(source: SqlSession, target: SqlSession, run: Run): Promise<void> {
  const value = {
    bots: (await readDecisions(target)).map(({ bot, decision, rows, ids = null, last = null }) => ({
      bot,
      decision,
      rows,
      ids,
      last,
    })),
    vectorIndexes: await storedOfItems(target),
    source: await schemaFacts(source),
  };
  if (JSON.stringify(run.state().notes.get(note)) === JSON.stringify(value)) return;
  await run.journal.append({ event: "noted", name: note, value });
}

async function storedOfItems(target: SqlSession): Promise<DefinedIndex[]> {
  return (await storedIndexes(target))
    .filter(({ schema, table }) => schema === itemsTable.schema && table === itemsTable.table)
    .map(({ index, definition }) => ({ index, definition }));
}

/** After a load that was taken back nothing is decided any more; to be noted before the record goes. */
export async function noteNoLoad(run: Run): Promise<void> {
  if (run.state().notes.has(note)) await run.journal.append({ event: "noted", name: note, value: null });
}

function notedLoad(run: Run): z.infer<typeof loadSchema> | undefined {
  return loadSchema.safeParse(run.state().notes.get(note)).data;
}

/** What a run has decided about bots: by its record in the target, else, where that is gone, by its journal. */
export async function decisionsOf(target: SqlSession, run: Run): Promise<readonly BotDecision[]> {
  if ((await readUndoRecord(target))?.runId === run.id) return readDecisions(target);
  return notedLoad(run)?.bots ?? [];
}

/**
 * What vector indexes a verification expects on the target: those that it had before the run's load, by the record or the journal, and for
 * where neither tells, the definitions of the source's.
 */
export async function indexesBefore(
  target: SqlSession,
  run: Run,
): Promise<{ readonly stored: readonly DefinedIndex[]; readonly noted: readonly string[] }> {
  const held = (await readUndoRecord(target))?.runId === run.id;
  const stored = held ? await storedOfItems(target) : (notedLoad(run)?.vectorIndexes ?? []);
  const noted = z.array(z.string()).safeParse(run.state().notes.get("source-vector-indexes")).data;
  return { stored, noted: noted ?? [] };
}

/** What was around the rows of the temporary cluster, which is gone; undefined where the run has loaded nothing. */
export function sourceSchemaOf(run: Run): SchemaFacts | undefined {
  return notedLoad(run)?.source;
}
