import { z } from "zod";
import type { Context } from "../context.ts";
import { vectorIndexes } from "../database/catalog.ts";
import { installedExtensions, serverVersion, tableShape } from "../database/migration-facts.ts";
import type { Database } from "../database/session.ts";
import { withSession } from "../database/with-session.ts";
import { UnverifiedError } from "../errors.ts";
import type { Run } from "../provision/run.ts";
import { itemsTable } from "../stack/items-table.ts";
import { countRows, type SideCounts } from "../verify/count-rows.ts";

const note = "baseline";

const baselineSchema = z.object({
  at: z.string(),
  cluster: z.string(),
  engineVersion: z.string(),
  serverVersion: z.string(),
  extensions: z.array(z.object({ name: z.string(), version: z.string(), schema: z.string() })),
  /** The type of `items.embedding`, with its dimensions: `vector(1024)`. Null where there is no such column. */
  embedding: z.string().nullable(),
  vectorIndexes: z.array(z.object({ index: z.string(), definition: z.string(), valid: z.boolean() })),
  tables: z.array(z.object({ table: z.string(), rows: z.number().nullable() })),
  bots: z.array(z.object({ bot: z.string().nullable(), rows: z.number() })),
  /** Rows of `items`; null where it is missing. */
  rows: z.number().nullable(),
});

/** What the old cluster held before the deploy. */
export type Baseline = z.infer<typeof baselineSchema>;

/** Reads it. Throws what a session throws where the database cannot be reached, and an UnverifiedError where `items` may not be read. */
export async function readBaseline(
  database: Database,
  cluster: { readonly identifier: string; readonly engineVersion: string },
  context: Context,
): Promise<Baseline> {
  using task = context.progress.begin(`reading ${database.label}`);
  const { schema, table } = itemsTable;
  const baseline = await withSession(database, context, async (session) => {
    const counts = await countRows(session, task);
    const shape = await tableShape(session, schema, table);
    const tables = counts.tables.map((one) => ({ table: `${one.schema}.${one.table}`, rows: one.rows ?? null }));
    const items = tables.find((one) => one.table === `${schema}.${table}`);
    // Not to be taken for one that is missing.
    if (items?.rows === null) throw unreadable(items.table, database);
    return {
      at: new Date(context.clock.now()).toISOString(),
      cluster: cluster.identifier,
      engineVersion: cluster.engineVersion,
      serverVersion: await serverVersion(session),
      extensions: await installedExtensions(session),
      embedding: shape?.columns.find(({ name }) => name === "embedding")?.type ?? null,
      vectorIndexes: (await vectorIndexes(session, schema, table)).map(({ index, definition, valid }) => ({
        index,
        definition,
        valid,
      })),
      tables,
      bots: [...counts.bots],
      rows: items?.rows ?? null,
    };
  });
  task.end(`${(baseline.rows ?? 0).toLocaleString("en-US")} rows of ${baseline.bots.length} bots`);
  return baseline;
}

function unreadable(table: string, { label, secretArn }: Database): UnverifiedError {
  return new UnverifiedError(
    `The login of ${label} (secret ${secretArn}) may not read ${table}.`,
    `As the table's owner: grant select on ${table} to that login.`,
  );
}

/** Notes a run's baseline: the latest one counts. */
export async function noteBaseline(baseline: Baseline, run: Run): Promise<void> {
  await run.journal.append({ event: "noted", name: note, value: baseline });
}

/** The baseline that a run has noted, if it has. */
function baselineOf(run: Run): Baseline | undefined {
  return baselineSchema.safeParse(run.state().notes.get(note)).data;
}

/** Bots whose rows are not as many as in the baseline. Pure. */
export function changedSince(
  baseline: Pick<Baseline, "bots">,
  now: Pick<SideCounts, "bots">,
): { readonly bot: string | null; readonly before: number; readonly after: number }[] {
  const earlier = new Map(baseline.bots.map((one) => [one.bot, one.rows]));
  const later = new Map(now.bots.map((one) => [one.bot, one.rows]));
  return [...new Set([...earlier.keys(), ...later.keys()])]
    .map((bot) => ({ bot, before: earlier.get(bot) ?? 0, after: later.get(bot) ?? 0 }))
    .filter((one) => one.before !== one.after);
}

/**
 * Says how the restored data differs from the baseline that `prepare` noted; nothing where it noted none. No verdict: between the two users
 * may have written, and what was restored is what the migration will be proven against.
 */
export async function tellBaseline(restored: Database, context: Context, run: Run): Promise<void> {
  const baseline = baselineOf(run);
  if (baseline === undefined) return;
  using task = context.progress.begin(`counting ${restored.label}`);
  const counts = await withSession(restored, context, (session) => countRows(session, task));
  const changed = changedSince(baseline, counts);
  if (changed.length === 0) {
    task.end(`every bot has as many rows as in the baseline of ${baseline.at}`);
    return;
  }
  const some = changed.slice(0, 10).map((one) => `${one.bot ?? "(no bot)"} ${one.before} -> ${one.after}`);
  const more = changed.length > some.length ? `, and ${changed.length - some.length} more` : "";
  task.end(
    `the rows of ${changed.length} bots are not as many as in the baseline of ${baseline.at}, which changes between the two explain: ${some.join(", ")}${more}`,
  );
}
