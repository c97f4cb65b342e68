import { expect, test } from "vitest";
import { affordableTasks } from "../../src/re-embed/affordable-tasks.ts";

const none = { tasks: 0, dollars: 0 };

test.each([
  ["without a limit, any", { maxDollars: undefined, ended: none, running: 5 }, Infinity],
  ["at first as many as are planned", { maxDollars: 0.3, ended: none, running: 0 }, 3],
  ["less those that run", { maxDollars: 0.3, ended: none, running: 2 }, 1],
  ["cheap ones leave more", { maxDollars: 0.3, ended: { tasks: 2, dollars: 0.1 }, running: 1 }, 3],
  ["dear ones leave less", { maxDollars: 0.5, ended: { tasks: 1, dollars: 0.3 }, running: 0 }, 0],
  ["more than there was", { maxDollars: 0.3, ended: { tasks: 1, dollars: 0.4 }, running: 0 }, -1],
])("%s", (_, spending, expected) => {
  expect(affordableTasks({ plannedDollars: 0.1, ...spending })).toBe(expected);
});
