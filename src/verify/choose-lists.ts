import type { RetrievalVerdict } from "./judge-retrieval.ts";

/** `tuned`: fewer lists where the index finds less than was found before. `same-definition`: as it was, whatever it finds. */
export const indexChoices = ["tuned", "same-definition"] as const;

/** How much less of the right rows may be found than before, where the operator says nothing: two of a hundred. */
export const usualRecallDrop = 0.02;

/** Of the right rows this share is missing only where rows lie in no clusters, and then fewer lists bring little back, until there is one. */
const hopelessDrop = 0.5;

/**
 * With how many lists an ivfflat index is to be built where it finds less than was found before: a quarter, or one where that does not help. One
 * means that a query reads every row, which is what v0's index, trained on nothing, nearly did. Undefined where fewer would not help. Pure.
 *
 * Measured (PostgreSQL 15, pgvector 0.8.0, 20,000 unit vectors of 128 dimensions, four bots, probes = 1, recall@20): around 40 topics 0.65 to 0.69
 * with 100 lists, 1.00 with 25; around 400 topics 0.71, 0.66 with 25, 0.64 with 6; isotropic and all-positive 0.10, 0.16 with 25, 0.30 with 6;
 * always 1.00 with one. Each build keeps inserts waiting: so one list at once, where a quarter of the lists leaves more than half of what is missing.
 */
export function fewerLists(lists: number, now: RetrievalVerdict, last?: RetrievalVerdict): number | undefined {
  if (now.verdict !== "worse" || lists <= 1) return undefined;
  const hopeless = dropIn(now) > hopelessDrop || (last !== undefined && dropIn(now) > dropIn(last) / 2);
  return hopeless ? 1 : Math.max(1, Math.floor(lists / 4));
}

/** By how much the mean recall of the bot that lost most fell. */
function dropIn({ bots }: RetrievalVerdict): number {
  return Math.max(
    0,
    ...bots.flatMap(({ before, now }) => (before === null || now === null ? [] : [before.mean - now.mean])),
  );
}
