import type { AwsFault } from "./fault.ts";

/** Results on a page of any list, however many are asked for: AWS may give fewer too, and so every caller must page. */
const pageSize = 5;

/** Which page is wanted of which list. */
export interface PageRequest<T> {
  /** The list, for example `rds:DescribeDBClusters`: a token of one list is no token of another. */
  readonly list: string;
  readonly token: string | undefined;
  readonly limit?: number | undefined;
  /** What tells the items apart, so that items that come or go between two pages shift nothing. */
  readonly keyOf: (item: T) => string;
  /** The service's own refusal of a token that it did not give. */
  readonly refuse: () => AwsFault;
}

/** One page of `items` in their order, and the token of the next page. Throws `refuse()` for a token of anybody else's making. */
export function pageOf<T>(items: readonly T[], request: PageRequest<T>): { items: T[]; next: string | undefined } {
  const start = request.token === undefined ? 0 : startOf(items, request.token, request);
  const end = start + Math.max(1, Math.min(request.limit ?? pageSize, pageSize));
  const page = items.slice(start, end);
  const last = page.at(-1);
  const next = last !== undefined && end < items.length ? tokenOf(request.list, end, request.keyOf(last)) : undefined;
  return { items: page, next };
}

function tokenOf(list: string, position: number, lastKey: string): string {
  return Buffer.from(JSON.stringify([list, position, lastKey])).toString("base64url");
}

/** After the item that the last page ended with; where that is gone, at the position it had. */
function startOf<T>(items: readonly T[], token: string, request: PageRequest<T>): number {
  const { list, position, lastKey } = readToken(token, request.refuse);
  if (list !== request.list) throw request.refuse();
  const last = items.findIndex((item) => request.keyOf(item) === lastKey);
  return last === -1 ? position : last + 1;
}

function readToken(token: string, refuse: () => AwsFault): { list: string; position: number; lastKey: string } {
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(token, "base64url").toString());
  } catch {
    throw refuse();
  }
  if (!Array.isArray(content) || content.length !== 3) throw refuse();
  const [list, position, lastKey] = content as [unknown, unknown, unknown];
  if (typeof list !== "string" || typeof position !== "number" || typeof lastKey !== "string") throw refuse();
  return { list, position, lastKey };
}
