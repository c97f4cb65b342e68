/** Noted in a journal that was written anew from what was found: what the run has done on the target is not in it. */
export const recoveredNote = "recovered";
