import { nextCommand } from "../terminal/fields.ts";
import type { Page } from "../terminal/page.ts";
import { table } from "../terminal/table.ts";
import type { RunStatus } from "./status.ts";

/** A run's status as tables for stdout. */
export function drawStatus(status: RunStatus, page: Page): string {
  const resources = status.resources.map((one) => [one.kind, one.name, one.recorded, one.now]);
  const steps = status.steps.map((one) => [one.step, one.began, one.ended ?? "-"]);
  return [
    `Run ${status.run} of stack ${status.stack}, account ${status.account}, ${status.region}, begun ${status.began}`,
    "",
    table(["step", "began", "ended"], steps, page),
    "",
    table(["resource", "name", "recorded", "now"], resources, page),
    "",
    ...status.pausedPipes.map(
      (pipe) => `Pipe ${pipe} is stopped by this run: the next command, or cleanup, starts it.\n`,
    ),
    nextCommand(status.next, page),
  ].join("\n");
}
