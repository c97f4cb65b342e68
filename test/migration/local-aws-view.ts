import type { LocalAws } from "../../src/local-aws/start.ts";

/** Everything that a local AWS holds, as it says itself. */
export async function inventory(local: LocalAws): Promise<unknown> {
  const answer = await fetch(`${local.endpoint}/_local-aws/status`);
  const { resources } = (await answer.json()) as { resources: unknown };
  return resources;
}

/** How often each operation has had its effect so far, answered (2xx) or not (0). */
export async function successfulCalls(local: LocalAws): Promise<ReadonlyMap<string, number>> {
  const answer = await fetch(`${local.endpoint}/_local-aws/calls`);
  const { calls } = (await answer.json()) as { calls: { operation: string; status: number }[] };
  const counted = new Map<string, number>();
  for (const { operation, status } of calls)
    if (status < 300) counted.set(operation, (counted.get(operation) ?? 0) + 1);
  return counted;
}
