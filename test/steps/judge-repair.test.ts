import { expect, test } from "vitest";
import { judgeRepair } from "../../src/steps/judge-repair.ts";

const bot = {
  bot: "B",
  title: null,
  source: 10,
  target: 8,
  missing: 2,
  extra: 0,
  changed: 1,
  movedAway: 0,
  movedHere: 0,
};
const knowledge = { decision: undefined, known: true, hasKnowledge: true };

test.each([
  ["rows missing and changed", {}, {}, { verdict: "repair" }],
  ["no row left", { target: 0, missing: 10, changed: 0 }, {}, { verdict: "repair" }],
  ["that lacked rows after the load", {}, { decision: "incomplete" }, { verdict: "repair" }],
  ["that was replaced by the load", {}, { decision: "replaced" }, { verdict: "repair" }],
  ["kept as it was", {}, { decision: "kept" }, { verdict: "leave", why: "decided" }],
  ["synced during the load", {}, { decision: "synced" }, { verdict: "leave", why: "decided" }],
  ["deleted since", {}, { known: false }, { verdict: "leave", why: "deleted since" }],
  ["emptied", { target: 0, missing: 10 }, { hasKnowledge: false }, { verdict: "leave", why: "emptied since" }],
  ["with rows, and no knowledge any more", {}, { hasKnowledge: false }, { verdict: "repair" }],
  ["none of the source's rows", { missing: 10, extra: 8, changed: 0 }, {}, { verdict: "leave", why: "synced since" }],
  ["one row too many", { extra: 1 }, {}, { verdict: "refuse", why: "extra rows" }],
  ["a row of another bot", { movedHere: 1 }, {}, { verdict: "refuse", why: "moved rows" }],
  ["a row that another bot has", { movedAway: 1 }, {}, { verdict: "refuse", why: "moved rows" }],
] as const)("a bot with %s", (_what, rows, known, judgement) => {
  expect(judgeRepair({ ...bot, ...rows }, { ...knowledge, ...known })).toEqual(judgement);
});
