import type { AwsScope, ResourceKind } from "./resource.ts";

/** A resource that some run of this tool has made. */
export interface TaggedResource {
  readonly kind: string;
  readonly name: string;
  readonly run: string;
  readonly stack: string | undefined;
  readonly facts: Readonly<Record<string, string>>;
}

/** Every resource in the account and Region that carries a run's tag: what is known of runs whose journal is lost. */
export async function findByTag(
  kinds: readonly ResourceKind<unknown>[],
  scope: AwsScope,
): Promise<readonly TaggedResource[]> {
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const names = await kind.names(scope);
      const looks = await Promise.all(names.map(async (name) => ({ name, found: await kind.find(scope, name) })));
      return looks.flatMap(({ name, found: one }) =>
        one?.run === undefined
          ? []
          : [{ kind: kind.kind, name, run: one.run, stack: one.stack, facts: kind.facts(one.state) }],
      );
    }),
  );
  return found.flat();
}
