import { z } from "zod";

const statusSchema = z.looseObject({ resources: z.record(z.string(), z.array(z.unknown())) });

/** Everything that a local AWS holds, as `kind identifier`: seen from its side, not from the tool's. */
export async function readInventory(endpoint: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const answer = await fetch(`${endpoint}/_local-aws/status`, { signal });
  const { resources } = statusSchema.parse(await answer.json());
  return new Set(
    Object.entries(resources).flatMap(([kind, names]) =>
      names.map((name) => `${kind} ${typeof name === "string" ? name : JSON.stringify(name)}`),
    ),
  );
}

/**
 * What there is now and was not before, and what there was and is not any more: both are residue of a run that should leave no trace but for
 * what it keeps on purpose, by its identifiers.
 */
export function compareInventories(
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
  kept: readonly string[],
): string[] {
  const isKept = (one: string) => kept.some((name) => one.includes(JSON.stringify(name)));
  const left = [...after].filter((one) => !before.has(one) && !isKept(one));
  const gone = [...before].filter((one) => !after.has(one));
  return [...left.map((one) => `left: ${one}`), ...gone.map((one) => `gone: ${one}`)];
}

/** The inventory as it is to be after an index was given another definition, which the run tells. */
export function withDefinition(
  inventory: ReadonlySet<string>,
  definition: { readonly before: string; readonly now: string } | null,
): ReadonlySet<string> {
  if (definition === null) return inventory;
  const [before, now] = [JSON.stringify(definition.before), JSON.stringify(definition.now)];
  return new Set([...inventory].map((one) => one.replaceAll(before, now)));
}
