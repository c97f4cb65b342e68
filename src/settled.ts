/**
 * Like Promise.all, but the first failure is told only when everything has ended: nothing goes on behind the caller's back.
 */
export async function allEnded<T extends readonly Promise<unknown>[]>(
  promises: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
