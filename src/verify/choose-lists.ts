import type { RetrievalVerdict } from "./judge-retrieval.ts";

/** `tuned`: fewer lists where the index finds less than was found before. `same-definition`: as it was, whatever it finds. */
export const indexChoices = ["tuned", "same-definition"] as const;

/** The share of the right rows that a quarter of the lists does not bring back. */
const hopelessDrop = 0.25;

/**
 * With how many lists an ivfflat index is to be built where it finds less than was found before: a quarter, since each build keeps inserts
 * waiting; one list at once where much is missing. With one list every query reads every row: what v0's index, trained on nothing, nearly did.
 * Undefined where fewer would not help. Pure.
 */
export function fewerLists(lists: number, { verdict, bots }: RetrievalVerdict): number | undefined {
  if (verdict !== "worse" || lists <= 1) return undefined;
  const drops = bots.flatMap(({ before, now }) => (before === null || now === null ? [] : [before.mean - now.mean]));
  return Math.max(...drops) > hopelessDrop ? 1 : Math.max(1, Math.floor(lists / 4));
}
