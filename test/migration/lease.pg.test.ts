import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { recoverRun } from "../../src/steps/recover-run.ts";
import { inventory } from "./local-aws-view.ts";
import { type SmallDeployment, smallDeployment } from "./small-deployment.ts";
import { atStep, undisturbed } from "./at-step.ts";
import { story } from "./story.ts";

/** A cleanup from another machine: it has no journal, and finds the run by its tags. */
async function cleanupElsewhere(world: SmallDeployment) {
  const stateDir = await mkdtemp(join(tmpdir(), "bcm-test-elsewhere-"));
  await recoverRun({ stateDir, id: undefined }, await world.deployment(), world.context());
  return story.cleanup(stateDir, world.context(), undisturbed);
}

test("a cleanup without the journal does not take a migration apart that another command is at work on", async () => {
  await using world = await smallDeployment();
  await story["restore-snapshot"](world.stateDir, world.context(), undisturbed);
  const attempts: unknown[] = [];
  const disturbed = atStep("start-data-migration", async () => {
    attempts.push(await cleanupElsewhere(world).catch((error: unknown) => error));
  });
  await story["start-dms-migration"](world.stateDir, world.context(), disturbed);
  expect(attempts).toEqual([
    expect.objectContaining({ message: expect.stringMatching(/Another command is working .*start-dms-migration/) }),
  ]);
  const { verified } = await story["verify-counts"](world.stateDir, world.context(), undisturbed);
  expect(verified.outcome).toBe("identical");
});

test("a lease whose holder was killed runs out; the same journal need not wait for that", async () => {
  await using world = await smallDeployment();
  const before = await inventory(world.local);
  await story["restore-snapshot"](world.stateDir, world.context(), undisturbed);
  const kill = new AbortController();
  const killed = atStep("start-data-migration", async () => {
    kill.abort(new Error("killed"));
    kill.signal.throwIfAborted();
  });
  const start = story["start-dms-migration"];
  await expect(start(world.stateDir, world.context(kill.signal), killed)).rejects.toThrow("killed");
  await start(world.stateDir, world.context(), undisturbed);
  expect(world.said.join("\n")).not.toContain("held by");

  await world.onTarget((session) =>
    session.query(
      "update bedrock_chat_migrate.run set lease_holder = 'x', lease_command = 'one that was killed', lease_renewed = now(), lease_until = now() + interval '1 h'",
    ),
  );
  const cleaning = cleanupElsewhere(world);
  await expect.poll(() => world.said.join("\n"), { timeout: 60_000 }).toMatch(/held by one that was killed; free in/);
  await world.onTarget((session) => session.query("update bedrock_chat_migrate.run set lease_until = now()"));
  const { cleaned } = await cleaning;
  expect(cleaned.residue).toEqual([]);
  await world.onTarget((session) => session.query("truncate items"));
  expect(await inventory(world.local)).toEqual(before);
});

test("a command whose lease was taken by another one stops", async () => {
  await using world = await smallDeployment();
  await story["restore-snapshot"](world.stateDir, world.context(), undisturbed);
  const stop = new AbortController();
  let holding: Promise<unknown> | undefined;
  // The index cannot be built while the table is locked: the command is still at it when it sees that its lease is gone.
  const robbed = atStep("finish-target", async () => {
    const locked = new AbortController();
    holding = world.onTarget(async (session) => {
      await session.query("update bedrock_chat_migrate.run set lease_holder = 'another'");
      await session.transaction({}, async (transaction) => {
        await transaction.query("lock table items in share update exclusive mode");
        locked.abort();
        await once(stop.signal, "abort");
      });
    });
    await once(locked.signal, "abort");
  });
  await expect(story["start-dms-migration"](world.stateDir, world.context(), robbed)).rejects.toThrow(
    /taken over by another command/,
  );
  stop.abort();
  await holding;
});
