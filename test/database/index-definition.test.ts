import { expect, test } from "vitest";
import { listsOf, operatorOf, withLists, withName } from "../../src/database/index-definition.ts";

const plain = "CREATE INDEX i ON public.items USING ivfflat (embedding)";
const quoted = `CREATE INDEX "a ""b"" ON c" ON public.items USING ivfflat (embedding vector_cosine_ops) WITH (lists='100')`;
const hnsw = "CREATE INDEX i ON public.items USING hnsw (embedding vector_l2_ops) WITH (m='16')";

test("the lists of an ivfflat index are read and changed in its definition, and nothing else is", () => {
  expect([plain, quoted, hnsw].map(listsOf)).toEqual([100, 100, undefined]);
  expect(withLists(plain, 25)).toBe(`${plain} WITH (lists='25')`);
  expect(withLists(quoted, 1)).toBe(quoted.replace("100", "1"));
  expect(withLists("CREATE INDEX i ON public.items USING ivfflat ((f(embedding)))", 1)).toBeUndefined();
  expect(withName(quoted, "other")).toBe(
    "CREATE INDEX other ON public.items USING ivfflat (embedding vector_cosine_ops) WITH (lists='100')",
  );
});

test("an index serves one operator, ivfflat's default without being named", () => {
  expect([plain, quoted, hnsw, `${plain} WHERE (botid IS NOT NULL)`].map(operatorOf)).toEqual([
    "<->",
    "<=>",
    "<->",
    undefined,
  ]);
});
