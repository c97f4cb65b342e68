import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { beginRun, findRun } from "../../src/provision/run.ts";
import { lockRun } from "../../src/provision/run-lock.ts";

const scope = { account: "111122223333", region: "us-east-1", stack: "BedrockChatStack" };
const latest = { id: undefined, closedToo: false };

async function stateDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), "state-"));
}

test("the latest open run of the same account, Region and stack is gone on with", async () => {
  const folder = await stateDir();
  expect(await findRun(folder, scope, latest)).toBeUndefined();
  const first = await beginRun(folder, scope, systemClock);
  const second = await beginRun(folder, scope, { ...systemClock, now: () => Date.now() + 1_000 });
  await beginRun(folder, { ...scope, stack: "Other" }, systemClock);
  expect((await findRun(folder, scope, latest))?.id).toBe(second.id);
  await second.journal.append({ event: "closed" });
  expect((await findRun(folder, scope, latest))?.id).toBe(first.id);
  expect((await findRun(folder, scope, { id: undefined, closedToo: true }))?.id).toBe(second.id);
});

test("a closed run is not woken by naming it", async () => {
  const folder = await stateDir();
  const { id, journal } = await beginRun(folder, scope, systemClock);
  await journal.append({ event: "closed" });
  await expect(findRun(folder, scope, { id, closedToo: false })).rejects.toThrow(/is closed/);
  expect((await findRun(folder, scope, { id, closedToo: true }))?.id).toBe(id);
});

test("a run is refused to another account's credentials", async () => {
  const folder = await stateDir();
  const { id } = await beginRun(folder, scope, systemClock);
  const other = { ...scope, account: "999999999999" };
  await expect(findRun(folder, other, { id, closedToo: false })).rejects.toThrow(/belongs to account 111122223333/);
  expect(await findRun(folder, other, latest)).toBeUndefined();
});

test("files and folders that are no runs, and one whose first line was never whole, are passed over", async () => {
  const folder = await stateDir();
  await writeFile(join(folder, "notes.txt"), "mine");
  await mkdir(join(folder, "empty"));
  await mkdir(join(folder, "torn"));
  await writeFile(join(folder, "torn", "journal.jsonl"), '{"event":"run-beg');
  expect(await findRun(folder, scope, latest)).toBeUndefined();
});

test("a lock keeps a second command out, and one that a killed process left does not", async () => {
  const folder = await stateDir();
  const lock = await lockRun(folder);
  await expect(lockRun(folder)).rejects.toThrow(/is working on this run/);
  await lock[Symbol.asyncDispose]();
  for (let round = 0; round < 50; round++) {
    await writeFile(join(folder, `lock.${round + 1}`), "999999999");
    const takers = await Promise.allSettled([lockRun(folder), lockRun(folder), lockRun(folder)]);
    const had = takers.filter((taker) => taker.status === "fulfilled");
    expect(had, `round ${round}`).toHaveLength(1);
    await had[0]?.value[Symbol.asyncDispose]();
  }
  expect((await readdir(folder)).filter((name) => name.startsWith("lock-"))).toEqual([]);
});
