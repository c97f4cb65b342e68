/** What becomes of bots that have rows on the new cluster before a load; rows of bots that the old cluster does not have always stay. */
export const onExistingChoices = ["abort", "keep-target", "replace-target"] as const;

export type OnExisting = (typeof onExistingChoices)[number];
