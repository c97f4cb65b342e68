import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Context } from "../context.ts";
import type { Database } from "../database/session.ts";
import { ExpectedError } from "../errors.ts";
import type { Run } from "../provision/run.ts";
import type { Deployment } from "../stack/deployment.ts";
import { digestFormat, type SideContent } from "../verify/side-content.ts";
import { baselineOf, contentOfBaseline } from "./baseline.ts";
import { findTemporaryDatabase, temporaryDatabase } from "./temporary-cluster.ts";

/** What is expected, and by bot the rows of the source that decisions have taken out of it. */
export interface Expected {
  readonly source: SideContent;
  readonly setAside: ReadonlyMap<string | null, number>;
}

/** What the target is compared with: the temporary cluster, or what is known of it or of the old cluster where it is gone. */
export type ExpectedSide =
  | { readonly what: "temporary cluster"; readonly database: Database }
  | {
      readonly what: "earlier verification" | "baseline of prepare";
      readonly at: string;
      readonly expected: Expected;
    };

/**
 * The temporary cluster; else what an earlier verification of this run has read of it; else `prepare`'s baseline. Throws an ExpectedError where
 * there is none, and before the deploy, when the baseline is of the very cluster that would be compared with it.
 */
export async function findExpectedSide({ cluster }: Deployment, context: Context, run: Run): Promise<ExpectedSide> {
  const database = await findTemporaryDatabase(context, run);
  if (database !== undefined) return { what: "temporary cluster", database };
  const known = await knownContent(run);
  if (known !== undefined) return { what: "earlier verification", ...known };
  const baseline = baselineOf(run);
  if (baseline !== undefined && baseline.cluster === cluster.DBClusterIdentifier)
    throw new ExpectedError(
      `The stack's cluster is ${baseline.cluster} still, which the baseline of ${baseline.at} was read of: there is no new cluster yet.`,
      "Deploy v1 first.",
    );
  if (baseline !== undefined) {
    const expected = { source: contentOfBaseline(baseline), setAside: new Map<string | null, number>() };
    return { what: "baseline of prepare", at: baseline.at, expected };
  }
  return { what: "temporary cluster", database: await temporaryDatabase(context, run) };
}

const contentSchema = z.object({
  at: z.iso.datetime(),
  digestFormat: z.literal(digestFormat),
  setAside: z.array(z.tuple([z.string().nullable(), z.number()])),
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
export async function keepContent({ source, setAside }: Expected, at: string, run: Run): Promise<void> {
  const draft = `${contentFile(run)}.draft`;
  const known = { at, digestFormat, content: source, setAside: [...setAside] };
  await writeFile(draft, JSON.stringify(known), { mode: 0o600, flush: true });
  await rename(draft, contentFile(run));
}

/** What was kept is no more: the temporary cluster is about to be changed. */
export async function forgetContent(run: Run): Promise<void> {
  await rm(contentFile(run), { force: true });
}

function parsed(text: string, run: Run): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ExpectedError(
      `${contentFile(run)} is damaged.`,
      "It is what an earlier verification has read of the temporary cluster. Move it away to go by the baseline of prepare, if there is one.",
      undefined,
      { cause },
    );
  }
}

async function knownContent(run: Run): Promise<{ readonly at: string; readonly expected: Expected } | undefined> {
  const text = await readFile(contentFile(run), "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  // What another version has kept is not known to this one.
  const { data: kept } = contentSchema.safeParse(parsed(text, run));
  if (kept === undefined) return undefined;
  const { at, content, setAside } = kept;
  const tables = content.tables.map((one) => ({ ...one, rows: one.rows, digest: one.digest }));
  const bots = content.bots.map((one) => ({ ...one, digest: one.digest }));
  return { at, expected: { source: { tables, bots }, setAside: new Map(setAside) } };
}
