import type { Run } from "../../src/provision/run.ts";
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
