import type { Operation } from "./operation.ts";
import type { WireRequest } from "./protocol.ts";

type Http = NonNullable<Operation["http"]>;

/** Whether a request has this method and this path, whose `{Label}`s stand for any one segment. */
export function isRoute([method, template]: Http, request: WireRequest): boolean {
  return request.method === method && matchPath(template, request) !== undefined;
}

/** The members that are in the path (Smithy: httpLabel). */
export function labelsOf({ http }: Operation, request: WireRequest): Readonly<Record<string, string>> {
  return (http && matchPath(http[1], request)) ?? {};
}

/** The members that are in the query string (Smithy: httpQuery), one value each. */
export function queryMembers({ input }: Operation, request: WireRequest): Readonly<Record<string, unknown>> {
  const { searchParams } = urlOf(request);
  const members = [...input.structIterator()].flatMap(([name, member]): [string, unknown][] => {
    const { httpQuery } = member.getMergedTraits() as { readonly httpQuery?: string };
    const value = httpQuery === undefined ? null : searchParams.get(httpQuery);
    return value === null ? [] : [[name, member.isNumericSchema() ? Number(value) : value]];
  });
  return Object.fromEntries(members);
}

function matchPath(template: string, request: WireRequest): Record<string, string> | undefined {
  const expected = template.split("/");
  const found = urlOf(request).pathname.split("/");
  if (found.length !== expected.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, part] of expected.entries()) {
    const segment = found[index] ?? "";
    const label = /^\{(\w+)\}$/.exec(part)?.[1];
    if (label === undefined ? segment !== part : segment === "") return undefined;
    if (label !== undefined) labels[label] = decodeURIComponent(segment);
  }
  return labels;
}

function urlOf({ path }: WireRequest): URL {
  return new URL(path, "http://localhost");
}
