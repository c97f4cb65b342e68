import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Context } from "../context.ts";
import type { Database } from "../database/session.ts";
import type { Run } from "../provision/run.ts";
import type { SideContent } from "../verify/side-content.ts";
import { baselineOf, contentOfBaseline } from "./baseline.ts";
import { findTemporaryDatabase, temporaryDatabase } from "./temporary-cluster.ts";

/** What the target is compared with: the temporary cluster, or what is known of it or of the old cluster where it is gone. */
export type ExpectedSide =
  | { readonly what: "temporary cluster"; readonly database: Database }
  | {
      readonly what: "earlier verification" | "baseline of prepare";
      readonly at: string;
      readonly content: SideContent;
    };

/** The temporary cluster; else what an earlier verification of this run has read of it; else `prepare`'s baseline. Throws where there is none. */
export async function findExpectedSide(context: Context, run: Run): Promise<ExpectedSide> {
  const database = await findTemporaryDatabase(context, run);
  if (database !== undefined) return { what: "temporary cluster", database };
  const known = await knownContent(run);
  if (known !== undefined) return { what: "earlier verification", ...known };
  const baseline = baselineOf(run);
  if (baseline !== undefined)
    return { what: "baseline of prepare", at: baseline.at, content: contentOfBaseline(baseline) };
  return { what: "temporary cluster", database: await temporaryDatabase(context, run) };
}

const contentSchema = z.object({
  at: z.iso.datetime(),
  content: z.object({
    tables: z.array(
      z.object({
        schema: z.string(),
        table: z.string(),
        rows: z.number().optional(),
        digest: z.string().optional(),
        uncomparable: z.array(z.object({ name: z.string(), type: z.string() })),
      }),
    ),
    bots: z.array(
      z.object({
        bot: z.string().nullable(),
        rows: z.number(),
        digest: z.string().optional(),
        firstId: z.string().nullable(),
        lastId: z.string().nullable(),
      }),
    ),
  }),
});

function contentFile(run: Run): string {
  return join(run.directory, "source-content.json");
}

/** Keeps what a verification has read of the temporary cluster: it proves the target after that one is gone. */
export async function keepContent(content: SideContent, at: string, run: Run): Promise<void> {
  const draft = `${contentFile(run)}.draft`;
  await writeFile(draft, JSON.stringify({ at, content }), { mode: 0o600, flush: true });
  await rename(draft, contentFile(run));
}

async function knownContent(run: Run): Promise<{ readonly at: string; readonly content: SideContent } | undefined> {
  const text = await readFile(contentFile(run), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const { at, content } = contentSchema.parse(JSON.parse(text));
  const tables = content.tables.map((one) => ({ ...one, rows: one.rows, digest: one.digest }));
  return { at, content: { tables, bots: content.bots.map((one) => ({ ...one, digest: one.digest })) } };
}
