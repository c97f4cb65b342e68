import { describe, expect, test } from "vitest";
import { WaitTimeoutError } from "../../src/errors.ts";
import { provision } from "../../src/provision/provision.ts";
import { tearDown } from "../../src/provision/tear-down.ts";
import { contextOfShelf, runOnShelf, Shelf } from "./shelf.ts";

describe("walking up", () => {
  test("makes what is needed first, writes the intent before it makes, and gives every state", async () => {
    const shelf = new Shelf();
    const run = runOnShelf();
    const leaf = shelf.resource(shelf.kind("leaf"), "leaf-1");
    const root = shelf.resource(shelf.kind("root", ["leaf"]), "root-1");
    const stateOf = await provision([root, leaf], contextOfShelf(), run);
    expect(shelf.done).toEqual(["create leaf-1", "create root-1"]);
    expect(run.lines.map((line) => `${line.event} ${"name" in line ? line.name : ""}`)).toEqual([
      "creating leaf-1",
      "ready leaf-1",
      "creating root-1",
      "ready root-1",
    ]);
    expect(stateOf(root)).toMatchObject({ state: "there" });
  });

  test("what is there with our tag is adopted; what is somebody else's is refused and left", async () => {
    const shelf = new Shelf();
    const kind = shelf.kind("leaf");
    shelf.things.set("ours", { run: "r1", state: "there" });
    shelf.things.set("theirs", { run: undefined, state: "there" });
    await provision([shelf.resource(kind, "ours")], contextOfShelf(), runOnShelf());
    await expect(provision([shelf.resource(kind, "theirs")], contextOfShelf(), runOnShelf())).rejects.toThrow(
      /theirs exists, and does not carry the tag/,
    );
    expect(shelf.done).toEqual([]);
  });

  test("a create whose answer was lost is no failure; one that made nothing is", async () => {
    const shelf = new Shelf();
    const kind = shelf.kind("leaf");
    const lost = shelf.resource(kind, "lost", async () => {
      shelf.things.set("lost", { run: "r1", state: "making" });
      throw new Error("socket hang up");
    });
    await provision([lost], contextOfShelf(), runOnShelf());
    const failed = shelf.resource(kind, "failed", () => Promise.reject(new Error("quota")));
    await expect(provision([failed], contextOfShelf(), runOnShelf())).rejects.toThrow("quota");
  });

  test("what somebody removes while it is made is not waited for", async () => {
    const shelf = new Shelf();
    const kind = shelf.kind("leaf");
    const look = () => {
      shelf.things.delete("leaf-1");
      return { done: false as const, state: "making" };
    };
    await expect(
      provision([shelf.resource({ ...kind, look }, "leaf-1")], contextOfShelf(), runOnShelf()),
    ).rejects.toThrow(/leaf-1 was removed by somebody/);
  });

  test("the operator's deadline comes before the kind's", async () => {
    const shelf = new Shelf();
    const slow = { ...shelf.kind("leaf"), look: () => ({ done: false as const, state: "making" }) };
    const resource = { ...shelf.resource(slow, "slow"), timeoutMinutes: 7 };
    await expect(provision([resource], contextOfShelf(), runOnShelf())).rejects.toMatchObject({
      message: 'leaf slow was still "making" after 7 minutes.',
      exitCode: 4,
    });
  });

  test("the first failure is told, and ends the others' waits", async () => {
    const shelf = new Shelf();
    const kind = shelf.kind("leaf");
    const slow = shelf.resource({ ...kind, look: () => ({ done: false, state: "making" }) }, "slow");
    const failed = shelf.resource(kind, "failed", () => Promise.reject(new Error("quota")));
    const context = contextOfShelf();
    // A clock that does wait: only the abort can end the slow one.
    const clock = {
      now: () => 0,
      sleep: (_: number, signal: AbortSignal) =>
        new Promise<void>((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted")))),
    };
    await expect(provision([slow, failed], { ...context, clock }, runOnShelf())).rejects.toThrow("quota");
  });

  test("a wait that runs out says in which state, with the exit code for running it again", async () => {
    const shelf = new Shelf();
    const kind = { ...shelf.kind("leaf"), look: () => ({ done: false as const, state: "modifying" }) };
    const waiting = provision([shelf.resource(kind, "never")], contextOfShelf(), runOnShelf());
    await expect(waiting).rejects.toThrow(WaitTimeoutError);
    await expect(waiting).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining("modifying") as string,
    });
  });
});

describe("walking down", () => {
  async function made() {
    const shelf = new Shelf();
    const run = runOnShelf();
    const kinds = [shelf.kind("leaf"), shelf.kind("root", ["leaf"])];
    const [leaf, root] = kinds;
    if (leaf === undefined || root === undefined) throw new Error("two kinds");
    await provision([shelf.resource(leaf, "leaf-1"), shelf.resource(root, "root-1")], contextOfShelf(), run);
    shelf.done.length = 0;
    return { shelf, run, kinds };
  }

  test("removes the needing before the needed, and leaves nothing", async () => {
    const { shelf, run, kinds } = await made();
    expect(await tearDown(kinds, contextOfShelf(), run)).toEqual([]);
    expect(shelf.done).toEqual(["remove root-1", "remove leaf-1"]);
    expect(shelf.things.size).toBe(0);
  });

  test("one that cannot go is told with its reason, and so is what it needs", async () => {
    const { shelf, run, kinds } = await made();
    const root = shelf.things.get("root-1");
    if (root !== undefined) root.state = "stuck";
    expect(await tearDown(kinds, contextOfShelf(), run)).toEqual([
      { kind: "leaf", name: "leaf-1", why: "still needed by root root-1" },
      { kind: "root", name: "root-1", why: "Held: it is held" },
    ]);
  });

  test("what has lost our tag is left, and told", async () => {
    const { shelf, run, kinds } = await made();
    const root = shelf.things.get("root-1");
    if (root !== undefined) root.run = "somebody's";
    expect(await tearDown(kinds, contextOfShelf(), run)).toEqual([
      expect.objectContaining({ name: "leaf-1" }),
      { kind: "root", name: "root-1", why: "it does not carry this run's tag" },
    ]);
    expect(shelf.done).toEqual([]);
  });

  test("what comes back after its removal is found at the final look", async () => {
    const { shelf, run, kinds } = await made();
    const [leaf, root] = kinds;
    if (leaf === undefined || root === undefined) throw new Error("two kinds");
    const haunted = {
      ...leaf,
      remove: async (...args: Parameters<typeof leaf.remove>) => {
        await leaf.remove(...args);
        shelf.things.set("root-1", { run: "r1", state: "there" });
      },
    };
    expect(await tearDown([haunted, root], contextOfShelf(), run)).toEqual([
      { kind: "root", name: "root-1", why: "it was there again at the final look" },
    ]);
  });
});
