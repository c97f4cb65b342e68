/** Runs what it is given one after the other, in the order of the calls. */
export type OneAtATime = <T>(work: () => Promise<T>) => Promise<T>;

/** A new line to stand in. Work that fails does not hold up what comes after it. */
export function oneAtATime(): OneAtATime {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}
