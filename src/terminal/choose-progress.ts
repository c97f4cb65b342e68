import type { Clock } from "../clock.ts";
import type { App } from "../command.ts";
import type { Progress } from "../progress.ts";
import { plainProgress } from "./plain-progress.ts";

/** Progress on stderr: a live list where it is a terminal that can redraw and that nobody keeps a log of (CI), else plain lines. */
export async function progressOn(app: App, clock: Clock): Promise<Progress> {
  return (await liveProgressOn(app, clock, { stamped: true })) ?? plainProgress(app.stderr, clock);
}

/** The live list on stderr; undefined where there is none. What draws it is loaded only here. */
export async function liveProgressOn(
  { stderr, stdout, env }: App,
  clock: Clock,
  { stamped }: { readonly stamped: boolean },
): Promise<Progress | undefined> {
  if (stderr.isTTY !== true || env["TERM"] === "dumb" || (env["CI"] ?? "") !== "") return undefined;
  const { liveProgress } = await import("./live-progress.ts");
  return liveProgress({ terminal: stderr, stdout, env, clock, stamped });
}
