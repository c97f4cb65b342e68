import type { Context } from "../../src/context.ts";
import type { Run } from "../../src/provision/run.ts";
import type { SmallDeployment } from "./small-deployment.ts";
import type { Journaled } from "./story.ts";

/** The run as it is. */
export const undisturbed: Journaled = (run) => run;

/** Does something when a step begins: right after its line is in the journal, or, to crash there, before it is. */
export function atStep(
  step: string,
  act: (run: Run) => Promise<unknown>,
  when: "after its line" | "before its line" = "after its line",
): Journaled {
  return (run) => ({
    ...run,
    journal: {
      lines: run.journal.lines,
      append: async (line) => {
        const meant = line.event === "step-began" && line.step === step;
        if (meant && when === "before its line") await act(run);
        await run.journal.append(line);
        if (meant && when === "after its line") await act(run);
      },
    },
  });
}

/** A command that is killed before it starts the data migration. */
export const killedBeforeStart: Journaled = atStep(
  "start-data-migration",
  () => Promise.reject(new Error("killed")),
  "before its line",
);

/** A command that is killed as soon as it has said something. */
export function killedWhenSaid(world: SmallDeployment, words: string): Context {
  const killed = new AbortController();
  const { progress, ...context } = world.context(killed.signal);
  const begin: typeof progress.begin = (name, state) => {
    const task = progress.begin(name, state);
    const end: typeof task.end = (last) => {
      task.end(last);
      if (typeof last === "string" && last.includes(words)) killed.abort(new Error("killed"));
    };
    return { ...task, end };
  };
  return { ...context, progress: { ...progress, begin } };
}
