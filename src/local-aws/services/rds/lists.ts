import { pageOf } from "../../paging.ts";
import { invalidValue } from "./faults.ts";

/** What the Describe operations of RDS have in common. */
interface ListInput {
  readonly Filters?: readonly { Name: string | undefined; Values: string[] | undefined }[] | undefined;
  readonly MaxRecords?: number | undefined;
  readonly Marker?: string | undefined;
}

/** How a list is filtered and paged. */
export interface ListRules<T> {
  readonly operation: string;
  readonly keyOf: (item: T) => string;
  /** What each filter of the operation compares. */
  readonly filters?: Readonly<Record<string, (item: T) => string>>;
}

/**
 * The page of `items` that is asked for: an item passes when it has, for every filter, one of its values. Throws
 * InvalidParameterValue for filters that the operation does not have, markers of other lists, and MaxRecords outside 20 to 100.
 */
export function listPage<T>(
  items: readonly T[],
  input: ListInput,
  rules: ListRules<T>,
): { items: T[]; marker: string | undefined } {
  const { MaxRecords: limit, Marker: token } = input;
  if (limit !== undefined && (limit < 20 || limit > 100)) {
    throw invalidValue(`Invalid value ${limit} for MaxRecords. Must be between 20 and 100`);
  }
  const passing = (input.Filters ?? []).reduce<readonly T[]>((left, { Name = "", Values = [] }) => {
    const valueOf = rules.filters?.[Name];
    if (!valueOf) throw invalidValue(`Unrecognized filter name: ${Name}`);
    return left.filter((item) => Values.includes(valueOf(item)));
  }, items);
  const page = pageOf(passing, {
    list: `rds:${rules.operation}`,
    token,
    limit,
    keyOf: rules.keyOf,
    refuse: () => invalidValue(`The marker ${token} is not one of ${rules.operation}.`),
  });
  return { items: page.items, marker: page.next };
}
