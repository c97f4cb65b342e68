import type { JournalLine } from "./journal-line.ts";

export interface RecordedResource {
  readonly kind: string;
  readonly name: string;
  readonly status: "creating" | "ready" | "removing" | "removed";
  readonly facts: Readonly<Record<string, string>>;
}

export interface RecordedStep {
  readonly step: string;
  readonly began: string;
  readonly ended: string | undefined;
  readonly result: Readonly<Record<string, unknown>> | undefined;
}

/** What a journal says of its run: the one place where state is derived from. */
export interface RunState {
  /** By `kind name`, in the order in which they were first intended. */
  readonly resources: ReadonlyMap<string, RecordedResource>;
  readonly steps: ReadonlyMap<string, RecordedStep>;
  readonly notes: ReadonlyMap<string, unknown>;
  readonly closed: boolean;
}

export function resourceKey(resource: { readonly kind: string; readonly name: string }): string {
  return `${resource.kind} ${resource.name}`;
}

/** Folds a journal into the run's state. Pure; any prefix of a journal is a journal. */
export function foldJournal(lines: readonly JournalLine[]): RunState {
  const resources = new Map<string, RecordedResource>();
  const steps = new Map<string, RecordedStep>();
  const notes = new Map<string, unknown>();
  let closed = false;
  for (const line of lines) {
    switch (line.event) {
      case "run-began":
        break;
      case "creating":
      case "ready":
      case "removing":
      case "removed": {
        const known = resources.get(resourceKey(line))?.facts ?? {};
        const facts = line.event === "ready" ? line.facts : known;
        resources.set(resourceKey(line), { kind: line.kind, name: line.name, status: line.event, facts });
        break;
      }
      case "step-began":
        steps.set(line.step, { step: line.step, began: line.at, ended: undefined, result: undefined });
        break;
      case "step-ended": {
        const began = steps.get(line.step)?.began ?? line.at;
        steps.set(line.step, { step: line.step, began, ended: line.at, result: line.result });
        break;
      }
      case "noted":
        notes.set(line.name, line.value);
        break;
      case "closed":
        closed = true;
        break;
    }
  }
  return { resources, steps, notes, closed };
}
