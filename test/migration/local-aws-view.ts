import type { LocalAws } from "../../src/local-aws/start.ts";

/** Where a local AWS is reached. */
type Reached = Pick<LocalAws, "endpoint">;

/** Everything that a local AWS holds, as it says itself: inside the databases, too. */
export async function inventory(local: Reached): Promise<unknown> {
  return resources(local);
}

/** The indexes of the stack's own table `items`, by definition, with a word on those that are not valid. */
export async function indexesOfItems(local: Reached): Promise<readonly string[]> {
  const own = (await resources(local)).databases.filter(({ cluster }) => !cluster.startsWith("bcm-"));
  if (own.length !== 1) throw new Error(`clusters besides the runs': ${own.map((one) => one.cluster).join(", ")}`);
  return own.flatMap((one) => one.indexes).filter((index) => index.includes(" ON public.items "));
}

async function resources(local: Reached) {
  const answer = await fetch(`${local.endpoint}/_local-aws/status`);
  const status = (await answer.json()) as {
    resources: { databases: readonly { cluster: string; indexes: readonly string[] }[] };
  };
  return status.resources;
}

/** How often each operation has had its effect so far, answered (2xx) or not (0). */
export async function successfulCalls(local: Reached): Promise<ReadonlyMap<string, number>> {
  const answer = await fetch(`${local.endpoint}/_local-aws/calls`);
  const { calls } = (await answer.json()) as { calls: { operation: string; status: number }[] };
  const counted = new Map<string, number>();
  for (const { operation, status } of calls)
    if (status < 300) counted.set(operation, (counted.get(operation) ?? 0) + 1);
  return counted;
}
