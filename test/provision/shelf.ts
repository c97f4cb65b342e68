import type { AwsClients } from "../../src/aws/clients.ts";
import type { Clock } from "../../src/clock.ts";
import type { Context } from "../../src/context.ts";
import type { Journal } from "../../src/provision/journal.ts";
import type { JournalLine } from "../../src/provision/journal-line.ts";
import type { Resource, ResourceKind } from "../../src/provision/resource.ts";
import type { Run } from "../../src/provision/run.ts";
import { foldJournal } from "../../src/provision/run-state.ts";
import { lineProgress } from "../../src/terminal/plain-progress.ts";

export interface Thing {
  run: string | undefined;
  state: "making" | "there" | "going" | "stuck";
}

/** A place where resources of made-up kinds stand, so that the walks can be tested without any cloud. */
export class Shelf {
  readonly things = new Map<string, Thing>();
  /** What was done, in order. */
  readonly done: string[] = [];

  kind(kind: string, needs: readonly string[] = []): ResourceKind<Thing> {
    return {
      kind,
      needs,
      busyErrors: ["Busy"],
      timeoutMinutes: 1,
      find: async (_, name) => {
        const thing = this.things.get(name);
        if (thing?.state === "going") this.things.delete(name);
        return thing === undefined || thing.state === "going"
          ? undefined
          : { state: thing, run: thing.run, stack: "BedrockChatStack" };
      },
      names: async () => [...this.things.keys()],
      look: (thing) => {
        if (thing.state === "there" || thing.state === "stuck") return { done: true, value: thing };
        thing.state = "there";
        return { done: false, state: "making" };
      },
      facts: () => ({}),
      remove: async (_, name, thing) => {
        if (thing.state === "stuck") throw Object.assign(new Error("it is held"), { name: "Held" });
        this.done.push(`remove ${name}`);
        thing.state = "going";
      },
    };
  }

  resource(kind: ResourceKind<Thing>, name: string, create?: () => Promise<void>): Resource<Thing> {
    return {
      kind,
      name,
      create: async () => {
        this.done.push(`create ${name}`);
        await create?.();
        this.things.set(name, { run: "r1", state: "making" });
      },
    };
  }
}

/** A Context whose clock never waits. */
export function contextOfShelf(signal = new AbortController().signal): Context {
  let now = 0;
  const clock: Clock = {
    now: () => now,
    sleep: async (ms, waiting) => {
      waiting.throwIfAborted();
      now += ms;
    },
  };
  return {
    aws: {} as AwsClients,
    clock,
    signal,
    progress: lineProgress(() => undefined, clock),
    pollMs: 1_000,
    caFile: undefined,
    reach: { connect: "auto", tunnels: {} },
    account: "111122223333",
    region: "us-east-1",
  };
}

/** A run whose journal is kept in memory. */
export function runOnShelf(): Run & { readonly lines: JournalLine[] } {
  const lines: JournalLine[] = [];
  const journal: Journal = {
    lines,
    append: async (line) => {
      lines.push({ ...line, at: "2026-11-23T00:00:00.000Z" });
    },
  };
  const scope = { account: "111122223333", region: "us-east-1", stack: "BedrockChatStack" };
  return { ...scope, id: "r1", directory: "/nowhere", journal, lines, state: () => foldJournal(lines) };
}
