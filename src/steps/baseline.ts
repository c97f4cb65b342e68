import { z } from "zod";
import type { Context } from "../context.ts";
import { isVectorIndex } from "../database/index-definition.ts";
import { serverVersion } from "../database/migration-facts.ts";
import type { Database } from "../database/session.ts";
import { withSession } from "../database/with-session.ts";
import { UnverifiedError } from "../errors.ts";
import type { Run } from "../provision/run.ts";
import { itemsTable } from "../stack/items-table.ts";
import { readContent } from "../verify/read-content.ts";
import { schemaFacts, type SchemaFacts, schemaFactsSchema } from "../verify/schema-facts.ts";
import { digestFormat, type SideContent } from "../verify/side-content.ts";

const note = "baseline";

/** What is optional was not recorded before version 0.2; digests neither where they were not wanted. */
const baselineSchema = z.object({
  at: z.iso.datetime(),
  cluster: z.string(),
  engineVersion: z.string(),
  serverVersion: z.string(),
  extensions: z.array(z.object({ name: z.string(), version: z.string(), schema: z.string() })),
  /** The type of `items.embedding`, with its dimensions: `vector(1024)`. Null where there is no such column. */
  embedding: z.string().nullable(),
  vectorIndexes: z.array(z.object({ index: z.string(), definition: z.string(), valid: z.boolean() })),
  /** What is around the rows of `items`. */
  schema: schemaFactsSchema.exactOptional(),
  /** Of the digests below. */
  digestFormat: z.number().exactOptional(),
  tables: z.array(
    z.object({
      /** `schema.table`, for who reads it. */
      table: z.string(),
      rows: z.number().nullable(),
      name: z.object({ schema: z.string(), table: z.string() }).exactOptional(),
      digest: z.string().exactOptional(),
      uncomparable: z.array(z.object({ name: z.string(), type: z.string() })).exactOptional(),
    }),
  ),
  bots: z.array(
    z.object({
      bot: z.string().nullable(),
      rows: z.number(),
      digest: z.string().exactOptional(),
      firstId: z.string().nullable().exactOptional(),
      lastId: z.string().nullable().exactOptional(),
    }),
  ),
  /** Rows of `items`; null where it is missing. */
  rows: z.number().nullable(),
});

/** What the old cluster held before the deploy. */
export type Baseline = z.infer<typeof baselineSchema>;

export interface BaselineQuestion {
  readonly database: Database;
  readonly cluster: string;
  readonly engineVersion: string;
  /** Whether every row is read, for digests; else rows are counted. */
  readonly digests: boolean;
}

/** Reads it. Throws what a session throws where the database cannot be reached, and an UnverifiedError where `items` may not be read. */
export async function readBaseline(question: BaselineQuestion, context: Context): Promise<Baseline> {
  const { database, cluster, engineVersion, digests } = question;
  using task = context.progress.begin(
    `reading ${database.label}`,
    digests ? "every row once, for the digests of the baseline; --no-digests only counts" : undefined,
  );
  const { schema, table } = itemsTable;
  const baseline = await withSession(database, context, async (session) => {
    const content = await readContent(session, { level: digests ? "content" : "counts" }, task);
    const facts = await schemaFacts(session);
    const items = content.tables.find((one) => one.schema === schema && one.table === table);
    // Not to be taken for one that is missing.
    if (items !== undefined && items.rows === undefined) throw unreadable(`${schema}.${table}`, database);
    return {
      at: new Date(context.clock.now()).toISOString(),
      cluster,
      engineVersion,
      serverVersion: await serverVersion(session),
      ...recordedSchema(facts),
      ...recordedContent(content),
      ...(digests && { digestFormat }),
      rows: items?.rows ?? null,
    };
  });
  task.end(`${(baseline.rows ?? 0).toLocaleString("en-US")} rows of ${baseline.bots.length} bots`);
  return baseline;
}

function recordedSchema(facts: SchemaFacts) {
  const { table, indexes, extensions } = facts;
  return {
    extensions: extensions.map(({ name, version, schema }) => ({ name, version, schema })),
    embedding: table?.columns.find(({ name }) => name === "embedding")?.type ?? null,
    vectorIndexes: indexes
      .filter(({ definition }) => isVectorIndex(definition))
      .map(({ index, definition, usable }) => ({ index, definition, valid: usable })),
    schema: facts,
  };
}

function recordedContent({ tables, bots }: SideContent): Pick<Baseline, "tables" | "bots"> {
  return {
    tables: tables.map(({ schema, table, rows = null, digest, uncomparable }) => ({
      table: `${schema}.${table}`,
      rows,
      name: { schema, table },
      ...(digest !== undefined && { digest }),
      ...(uncomparable.length > 0 && { uncomparable: uncomparable.map((one) => ({ ...one })) }),
    })),
    bots: bots.map(({ bot, rows, digest, firstId, lastId }) => ({
      bot,
      rows,
      ...(digest !== undefined && { digest }),
      firstId,
      lastId,
    })),
  };
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

/** The baseline that a run has noted, if it has; one of an earlier version knows less. */
export function baselineOf(run: Run): Baseline | undefined {
  return baselineSchema.safeParse(run.state().notes.get(note)).data;
}

/** A baseline as what the old cluster held: without digests where there are none, or another version has made them in another way. */
export function contentOfBaseline(baseline: Baseline): SideContent {
  const known = baseline.digestFormat === digestFormat;
  return {
    tables: baseline.tables.map(({ table, rows, name, digest, uncomparable = [] }) => ({
      ...(name ?? named(table)),
      rows: rows ?? undefined,
      digest: known ? digest : undefined,
      uncomparable,
    })),
    bots: baseline.bots.map(({ bot, rows, digest, firstId = null, lastId = null }) => ({
      bot,
      rows,
      digest: known ? digest : undefined,
      firstId,
      lastId,
    })),
  };
}

function named(table: string): { readonly schema: string; readonly table: string } {
  const dot = table.indexOf(".");
  return { schema: table.slice(0, dot), table: table.slice(dot + 1) };
}
