const head = /^CREATE (UNIQUE )?INDEX ("(?:[^"]|"")+"|\S+) ON /;
const lists = /\blists\s*=\s*'?(\d+)'?/;

/** Whether an index is pgvector's, by its definition. */
export function isVectorIndex(definition: string): boolean {
  return / USING (ivfflat|hnsw) /.test(definition);
}

/** An index's name, by its definition. */
export function nameIn(definition: string): string {
  const name = head.exec(definition)?.[2] ?? definition;
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

/** A definition without the index's name: equal ones are the same index but for it. */
export function nameless(definition: string): string {
  return definition.replace(head, (_, unique: string | undefined) => `CREATE ${unique ?? ""}INDEX ON `);
}

/** The number of lists of an ivfflat index, by its definition as pg_get_indexdef gives it; pgvector's default is 100. Undefined for any other. */
export function listsOf(definition: string): number | undefined {
  if (!definition.includes(" USING ivfflat ")) return undefined;
  return Number(lists.exec(definition)?.[1] ?? 100);
}

/** The same index with another number of lists. Undefined where the definition is of no form that is known. */
export function withLists(definition: string, count: number): string | undefined {
  if (lists.test(definition)) return definition.replace(lists, `lists='${count}'`);
  const columns = / USING ivfflat \([^()]*\)/;
  return columns.test(definition)
    ? definition.replace(columns, (found) => `${found} WITH (lists='${count}')`)
    : undefined;
}

/** The same index under another name, which needs no quotes. */
export function withName(definition: string, name: string): string {
  return definition.replace(head, (_, unique: string | undefined) => `CREATE ${unique ?? ""}INDEX ${name} ON `);
}

const operators: Readonly<Record<string, string>> = {
  vector_l2_ops: "<->",
  vector_ip_ops: "<#>",
  vector_cosine_ops: "<=>",
};

/**
 * The operator that an index over a vector column serves; undefined where it is over an expression, partial, or of a kind that is not known.
 * pg_get_indexdef leaves out the operator class that is the default: ivfflat's is vector_l2_ops, hnsw has none.
 */
export function operatorOf(definition: string): string | undefined {
  if (definition.includes(" WHERE ")) return undefined;
  const found = / USING (\w+) \((?:"(?:[^"]|"")+"|\w+)(?: (?:\w+\.)?(\w+))?\)/.exec(definition);
  const operatorClass = found?.[2] ?? (found?.[1] === "ivfflat" ? "vector_l2_ops" : "");
  return operators[operatorClass];
}
