import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Context } from "../../src/context.ts";
import type { Run } from "../../src/provision/run.ts";
import type { LoadWishes } from "../../src/steps/load-settings.ts";
import type { CleanupResult } from "../../src/steps/cleanup.ts";
import type { Verification } from "../../src/verify/verification.ts";
import { indexesOfItems, inventory, successfulCalls } from "./local-aws-view.ts";
import { type SmallDeployment, smallDeployment } from "./small-deployment.ts";
import { isClosed, noWishes, story } from "./story.ts";

class Crash extends Error {}

/**
 * Lines between two crashes of one telling: every line of a run is a crash point of one of the tellings that start at 1, 2, …; more than a
 * command writes before it comes to something new.
 */
const usualStride = 9;

interface Ended {
  readonly verified: Verification | undefined;
  /** Of the target, when it had been verified. */
  readonly indexes: readonly string[] | undefined;
  readonly cleaned: CleanupResult | undefined;
  readonly crashes: number;
}

/**
 * Tells the whole story, crashing as a kill would after line `first` of the journal, and after every `stride` lines from there: nothing is
 * written, asked of AWS or sent to a database any more. Then the same command again.
 */
async function tellWithCrashes(
  world: SmallDeployment,
  stateDir: string,
  {
    first,
    wishes,
    undone,
    stride,
  }: { readonly first: number; readonly wishes: LoadWishes; readonly undone: boolean; readonly stride: number },
): Promise<Ended> {
  let lines = 0;
  let crashes = 0;
  let told: Partial<Ended> = {};
  for (const [name, command] of Object.entries(story)) {
    if (name === "undo" && !undone) continue;
    for (;;) {
      const kill = new AbortController();
      const context: Context = world.context(kill.signal);
      const journaled = (run: Run): Run => ({
        ...run,
        journal: {
          lines: run.journal.lines,
          append: async (line) => {
            kill.signal.throwIfAborted();
            await run.journal.append(line);
            lines += 1;
            if (lines < first || (lines - first) % stride !== 0) return;
            crashes += 1;
            kill.abort(new Crash());
            throw new Crash();
          },
        },
      });
      try {
        told = { ...told, ...(await command(stateDir, context, journaled, wishes)) };
        break;
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        // After the run's last line there is nothing to run again.
        if (await isClosed(stateDir, context)) break;
      }
    }
    if (name === "verify-counts") told = { ...told, indexes: await indexesOfItems(world.local) };
  }
  return { verified: told.verified, indexes: told.indexes, cleaned: told.cleaned, crashes };
}

/** A walk in files of its own for parts of it, so that two workers share it. */
export function walk(
  name: string,
  firstLines: readonly number[],
  {
    wishes = noWishes,
    undone = false,
    stride = usualStride,
  }: { readonly wishes?: LoadWishes; readonly undone?: boolean; readonly stride?: number } = {},
): void {
  describe(name, () => {
    test("ends proven, with one temporary cluster and one data migration, wherever it was killed", async () => {
      await using world = await smallDeployment();
      const before = await inventory(world.local);
      const indexes = await indexesOfItems(world.local);
      expect(indexes.join("\n")).toMatch(/USING ivfflat \(embedding\)/);
      for (const first of firstLines) {
        const stateDir = await mkdtemp(join(tmpdir(), "bcm-crash-walk-"));
        const callsBefore = await successfulCalls(world.local);
        const told = await tellWithCrashes(world, stateDir, { first, wishes, undone, stride });
        const at = `crashed first after line ${first}`;
        expect(told.crashes, at).toBeGreaterThan(1);
        expect(told.verified, at).toMatchObject({ outcome: "identical", rows: { source: 60, target: 60 } });
        expect(told.indexes, at).toEqual(indexes);
        expect(told.cleaned?.residue ?? [], at).toEqual([]);
        expect(await inventory(world.local), at).toEqual(before);
        const calls = await successfulCalls(world.local);
        for (const operation of ["RestoreDBClusterFromSnapshot", "CreateDataMigration", "StartDataMigration"])
          expect((calls.get(operation) ?? 0) - (callsBefore.get(operation) ?? 0), `${operation}, ${at}`).toBe(1);
        // What undo has taken back is gone already.
        const left = await world.onTarget((session) => session.query("delete from items returning 1"));
        expect(left, at).toHaveLength(undone ? 0 : 60);
      }
    });
  });
}
