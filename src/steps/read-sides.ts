import { join } from "node:path";
import type { Context } from "../context.ts";
import type { KeptDigests } from "../database/digest-table.ts";
import type { Database } from "../database/session.ts";
import { withSession } from "../database/with-session.ts";
import { UsageError } from "../errors.ts";
import type { Run } from "../provision/run.ts";
import { storedBots } from "../stack/stored-rows.ts";
import { KeptDigestsFile } from "../verify/kept-digests.ts";
import { readContent } from "../verify/read-content.ts";
import type { SideContent, VerifyLevel } from "../verify/side-content.ts";
import type { Expected, ExpectedSide } from "./expected-side.ts";

/** How much is read of a side. */
export interface Reading {
  readonly level: VerifyLevel;
  /** Percent of the rows whose contents are read; all of them when left out. */
  readonly sample?: number | undefined;
}

/** Reads the temporary cluster, what it has set aside included; what was kept of it is taken as it is. */
export async function readExpected(
  side: ExpectedSide,
  reading: Reading,
  context: Context,
  run: Run,
): Promise<Expected> {
  if (side.what !== "temporary cluster") return side.expected;
  const { database } = side;
  await using kept = await KeptDigestsFile.open(join(run.directory, "source-parts.jsonl"), database.clusterArn);
  const source = await readSide(database, { ...reading, kept }, context);
  const stored = await withSession(database, context, storedBots);
  return { source, setAside: new Map(stored.map(({ bot, rows }) => [bot, rows])) };
}

/** Throws a UsageError where a sample is asked for and cannot be compared: what was read of all rows has other digests. */
export function requireSampled({ what }: ExpectedSide, { sample }: Reading): void {
  if (sample === undefined || what === "temporary cluster") return;
  throw new UsageError(
    `A sample can be compared with the temporary cluster alone; that is gone, and what is known is of all rows (${what}).`,
    "Leave --sample out.",
  );
}

/** Reads one side, in one snapshot of it. */
export async function readSide(
  database: Database,
  { level, sample, kept }: Reading & { readonly kept?: KeptDigests },
  context: Context,
): Promise<SideContent> {
  using task = context.progress.begin(`reading ${database.label}`);
  const options = { level, samplePercent: sample, kept };
  const content = await withSession(database, context, (session) => readContent(session, options, task));
  const rows = content.tables.reduce((sum, table) => sum + (table.rows ?? 0), 0);
  task.end(`${rows.toLocaleString("en-US")} rows`);
  return content;
}
