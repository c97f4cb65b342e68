import { expect, test } from "vitest";
import { type BotChoice, selectBots } from "../../src/re-embed/select-bots.ts";
import type { Bot } from "../../src/stack/bots.ts";

const none = { sourceUrls: 0, sitemapUrls: 0, filenames: 0 };

function bot(id: string, more: Partial<Bot> = {}): Bot {
  const knowledge = { ...none, sourceUrls: 1, filenames: 2 };
  const known = { title: `ชื่อ '${id}'`, syncStatus: "SUCCEEDED", hasKnowledgeBase: false, lastExecId: "" };
  return { id, owner: "ann", knowledge, createdAt: undefined, apiStack: undefined, ...known, ...more };
}

function select(choice: Partial<BotChoice>, ...bots: readonly Bot[]) {
  const collecting = selectBots({ exclude: new Set(), ...choice });
  for (const [page, one] of bots.entries()) collecting.take(one, page);
  return collecting.selection();
}

test("bots with knowledge are embedded; those that cannot be, or need not, are set apart with why", () => {
  const found = select(
    {},
    bot("D"),
    bot("C", { knowledge: none }),
    bot("B", { knowledge: { ...none, sitemapUrls: 1, filenames: 3 } }),
    bot("A", { hasKnowledgeBase: true }),
  );
  expect(found.selected).toEqual([{ id: "D", owner: "ann", title: "ชื่อ 'D'", documents: 3, page: 0 }]);
  expect(found.skipped.map(({ id, why }) => [id, why])).toEqual([
    ["A", "knowledge base"],
    ["B", "sitemap"],
    ["C", "no knowledge"],
  ]);
  expect(found.unknownIds).toEqual([]);
});

const bots = [bot("A"), bot("B", { owner: "bob" }), bot("C"), bot("D", { owner: "bob", knowledge: none })];

test.each<[string, Partial<BotChoice>, string[], string[], string[]]>([
  ["ids", { ids: new Set(["C", "D", "X"]) }, ["C"], ["D"], ["X"]],
  ["an owner", { owners: new Set(["bob"]) }, ["B"], ["D"], []],
  ["the last verification", { only: new Set(["A", "B", "gone since"]) }, ["A", "B"], [], []],
  ["all but some", { exclude: new Set(["A", "Y"]) }, ["B", "C"], ["D"], ["Y"]],
  ["all that is given must hold", { owners: new Set(["ann"]), ids: new Set(["A", "B"]) }, ["A"], [], []],
])("chosen by %s", (_, choice, selected, skipped, unknown) => {
  const found = select(choice, ...bots);
  expect(found.selected.map(({ id }) => id)).toEqual(selected);
  expect(found.skipped.map(({ id }) => id)).toEqual(skipped);
  expect(found.unknownIds).toEqual(unknown);
});
