/**
 * Like Promise.all, but the first failure is told only when everything has ended: nothing goes on behind the caller's back.
 */
export async function allEnded<T extends readonly unknown[]>(
  promises: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  const results = await Promise.allSettled(promises);
  const failed = results.find((result) => result.status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
  return results.map((result) => (result.status === "fulfilled" ? result.value : undefined)) as unknown as T;
}
