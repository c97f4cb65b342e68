import type { Clock } from "../clock.ts";
import type { App } from "../command.ts";
import type { Task } from "../progress.ts";
import { liveProgressOn } from "../terminal/choose-progress.ts";
import { lineProgress } from "../terminal/plain-progress.ts";

/** Where a rehearsal tells how far it is: headings and the lines of the commands that it runs, which have times of their own. */
export interface Story {
  say(line: string): void;
  /** A phase begins: on a terminal it stands in the live list until its end. */
  begin(phase: string): Task;
}

/** The story on stderr. */
export async function storyOn(app: App, clock: Clock): Promise<Story> {
  const live = await liveProgressOn(app, clock, { stamped: false });
  const say =
    live === undefined ? (line: string) => void app.stderr.write(`${line}\n`) : (line: string) => live.say(line);
  const tasks = live ?? lineProgress(() => undefined, clock);
  return {
    say,
    begin(phase) {
      say(`\n== ${phase}`);
      return tasks.begin(phase);
    },
  };
}
