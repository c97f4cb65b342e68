import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { commandFor } from "../command-for.ts";
import { ExpectedError } from "../errors.ts";
import type { Run } from "../provision/run.ts";

/** What re-embedding would mend, as a verification tells it of a bot. */
export const reEmbedKinds = ["missing", "changed", "failed"] as const;
export type ReEmbedKind = (typeof reEmbedKinds)[number];

/** What is read of a verification's file; more may be in it. */
const verificationFile = z.object({
  reconciliation: z
    .object({ bots: z.array(z.object({ bot: z.string().nullable(), reEmbed: z.enum(reEmbedKinds).nullable() })) })
    .nullable(),
});

/**
 * The bots that the run's last verification of level `all` names as these kinds. Throws an ExpectedError where the run has none: a verification of
 * another level knows nothing of it.
 */
export async function botsToMend(
  run: Pick<Run, "directory" | "id" | "stack">,
  kinds: readonly ReEmbedKind[],
): Promise<ReadonlySet<string>> {
  const names = (await readdir(run.directory)).filter((name) => /^verification-.*\.json$/.test(name)).toSorted();
  for (const name of names.toReversed()) {
    const { reconciliation } = await readVerification(join(run.directory, name));
    if (reconciliation === null) continue;
    const meant = reconciliation.bots.filter(({ reEmbed }) => reEmbed !== null && kinds.includes(reEmbed));
    return new Set(meant.flatMap(({ bot }) => (bot === null ? [] : [bot])));
  }
  throw noVerification(run);
}

/** Where `--only` has nothing to go by. */
export function noVerification({ id, stack }: { readonly id?: string; readonly stack: string }): ExpectedError {
  return new ExpectedError(
    id === undefined
      ? `No open run of stack ${stack} is recorded here, and so no verification to take bots from.`
      : `Run ${id} has no verification of level all: which bots are missing, changed or failed is not known.`,
    `Verify first: ${commandFor("verify-counts", { stack, run: id }, "--level", "all")}; or leave --only out.`,
  );
}

async function readVerification(file: string): Promise<z.infer<typeof verificationFile>> {
  try {
    return verificationFile.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (cause) {
    throw new ExpectedError(
      `${file} is not a verification of this tool.`,
      "It was altered, or written by a newer version. Move it away, and verify again.",
      undefined,
      { cause },
    );
  }
}
