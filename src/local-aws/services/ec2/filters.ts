import { AwsFault } from "../../fault.ts";
import { pageOf } from "../../paging.ts";
import type { Tag } from "../../tags.ts";

/** A filter as EC2's inputs have it. */
export interface Filter {
  readonly Name?: string | undefined;
  readonly Values?: readonly string[] | undefined;
}

/** What a resource has to say to each filter, by the filter's name. */
export type FilterTexts = Readonly<Record<string, readonly string[]>>;

/** The filters that tags answer: `tag-key`, and `tag:KEY` for each key. */
export function tagTexts(tags: readonly Tag[]): FilterTexts {
  const byKey = tags.map(({ Key = "", Value = "" }) => [`tag:${Key}`, [Value]] as const);
  return { ...Object.fromEntries(byKey), "tag-key": tags.map(({ Key = "" }) => Key) };
}

/**
 * The items that meet every filter, by any of its values, where `*` and `?` are wildcards. Throws InvalidParameterValue for a
 * filter that is none of `names` (`tag:KEY` is one where `names` holds `tag`).
 */
export function filtered<T>(items: readonly T[], filters: readonly Filter[] | undefined, by: FilterRules<T>): T[] {
  const wanted = (filters ?? []).map((filter) => readFilter(filter, by.names));
  return items.filter((item) => {
    const texts = by.textsOf(item);
    return wanted.every(
      ({ name, patterns }) => texts[name]?.some((text) => patterns.some((p) => p.test(text))) ?? false,
    );
  });
}

/** The filters of a kind of resource. */
export interface FilterRules<T> {
  readonly names: readonly string[];
  readonly textsOf: (item: T) => FilterTexts;
}

function readFilter({ Name: name = "", Values = [] }: Filter, names: readonly string[]) {
  const known = name.startsWith("tag:") ? "tag" : name;
  if (!names.includes(known)) throw new AwsFault("InvalidParameterValue", `The filter '${name}' is invalid`);
  return { name, patterns: Values.map(patternOf) };
}

function patternOf(value: string): RegExp {
  const source = value
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s");
}

/** What the paged operations of EC2 take. */
export interface PagedInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** A page in EC2's manner: `MaxResults` is at least 5, and must not stand beside ids. */
export function ec2Page<T>(items: readonly T[], list: string, input: PagedInput, by: PageRules<T>) {
  if (input.MaxResults !== undefined && by.ids?.length) {
    throw new AwsFault("InvalidParameterCombination", "The parameter MaxResults cannot be used with a list of ids");
  }
  if (input.MaxResults !== undefined && input.MaxResults < 5) {
    const expected = "Expecting a value greater than or equal to 5.";
    throw new AwsFault(
      "InvalidParameterValue",
      `Value ( ${input.MaxResults} ) for parameter maxResults is invalid. ${expected}`,
    );
  }
  const { items: page, next } = pageOf(items, {
    list: `ec2:${list}`,
    token: input.NextToken,
    limit: input.MaxResults,
    keyOf: by.keyOf,
    refuse: () => new AwsFault("InvalidPaginationToken", "The specified pagination token is not valid or is expired."),
  });
  return { page, token: next === undefined ? {} : { NextToken: next } };
}

/** How a list is paged; `ids` are those that the caller asked for. */
export interface PageRules<T> {
  readonly keyOf: (item: T) => string;
  readonly ids?: readonly string[] | undefined;
}

/** Throws DryRunOperation, by which EC2 says that the request would have succeeded. Called when every check is passed. */
export function stopDryRun(input: { readonly DryRun?: boolean | undefined }): void {
  if (input.DryRun !== true) return;
  throw new AwsFault("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
}
