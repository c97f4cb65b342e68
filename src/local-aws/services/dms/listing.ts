import type { Filter } from "@aws-sdk/client-database-migration-service";
import { pageOf } from "../../paging.ts";
import { invalidParameter } from "./faults.ts";

/** What every Describe operation of DMS takes. */
export interface DescribeInput {
  readonly Filters?: Filter[] | undefined;
  readonly MaxRecords?: number | undefined;
  readonly Marker?: string | undefined;
}

/** How a kind of resource is listed. */
export interface Listing<T> {
  readonly operation: string;
  readonly keyOf: (item: T) => string;
  /** By filter name, the values that an item answers to. */
  readonly filters: Readonly<Record<string, (item: T) => readonly (string | undefined)[]>>;
}

/** The items that pass every filter: the values of one filter are alternatives. Refuses a filter that the operation does not know. */
export function filtered<T>(items: Iterable<T>, input: DescribeInput, listing: Listing<T>): T[] {
  const tests = (input.Filters ?? []).map((filter) => {
    const valuesOf = listing.filters[filter.Name ?? ""];
    if (valuesOf === undefined) {
      throw invalidParameter(`The filter '${filter.Name ?? ""}' is not valid for ${listing.operation}.`);
    }
    return (item: T) => valuesOf(item).some((value) => value !== undefined && (filter.Values ?? []).includes(value));
  });
  return [...items].filter((item) => tests.every((passes) => passes(item)));
}

/** One page of `items`, with the Marker of the next. MaxRecords is 20 to 100, as the older Describe operations document it. */
export function paged<T>(
  items: readonly T[],
  input: DescribeInput,
  listing: Listing<T>,
): { items: T[]; Marker: string | undefined } {
  const limit = input.MaxRecords;
  if (limit !== undefined && (limit < 20 || limit > 100)) {
    throw invalidParameter(`MaxRecords must be from 20 to 100, not ${String(limit)}.`);
  }
  const page = pageOf(items, {
    list: `dms:${listing.operation}`,
    token: input.Marker,
    limit,
    keyOf: listing.keyOf,
    refuse: () => invalidParameter("The Marker is not valid."),
  });
  return { items: page.items, Marker: page.next };
}
