import { arnFits, fits } from "./wildcards.ts";

/** What a request says of itself: values by condition key, the key in lower case. A key that is missing is not part of the request. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

/** One key of a statement's Condition, all of which must hold. */
export interface Condition {
  readonly operator: keyof typeof comparisons | "Null";
  /** `ForAnyValue:` or `ForAllValues:` in front of the operator. */
  readonly over: "any" | "all" | undefined;
  readonly ifExists: boolean;
  /** In lower case: names of condition keys have no case. */
  readonly key: string;
  readonly values: readonly string[];
}

interface Comparison {
  readonly negated: boolean;
  readonly compare: (wanted: string, given: string) => boolean;
}

const equal = (wanted: string, given: string) => wanted === given;
const equalInAnyCase = (wanted: string, given: string) => wanted.toLowerCase() === given.toLowerCase();

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html, less numbers, dates, addresses. */
const comparisons = {
  StringEquals: { negated: false, compare: equal },
  StringNotEquals: { negated: true, compare: equal },
  StringEqualsIgnoreCase: { negated: false, compare: equalInAnyCase },
  StringNotEqualsIgnoreCase: { negated: true, compare: equalInAnyCase },
  StringLike: { negated: false, compare: fits },
  StringNotLike: { negated: true, compare: fits },
  ArnEquals: { negated: false, compare: arnFits },
  ArnNotEquals: { negated: true, compare: arnFits },
  ArnLike: { negated: false, compare: arnFits },
  ArnNotLike: { negated: true, compare: arnFits },
  Bool: { negated: false, compare: equalInAnyCase },
} as const satisfies Readonly<Record<string, Comparison>>;

/** The operators that are understood, without what may stand before and behind them. */
export const conditionOperators: readonly Condition["operator"][] = [
  ...(Object.keys(comparisons) as (keyof typeof comparisons)[]),
  "Null",
];

/**
 * Whether a condition holds for a request. A key that the request does not have satisfies negated operators, `…IfExists` and
 * `ForAllValues:`, and no other (IAM user guide, "condition operators" and "set operators").
 */
export function holds(condition: Condition, context: RequestContext): boolean {
  const given = context.get(condition.key);
  if (condition.operator === "Null") {
    return condition.values.some((value) => (value.toLowerCase() === "true") === (given === undefined));
  }
  const { negated, compare }: Comparison = comparisons[condition.operator];
  const satisfies = (value: string) => condition.values.some((wanted) => compare(wanted, value)) !== negated;
  if (condition.over === "all") return (given ?? []).every(satisfies);
  if (given === undefined) return condition.ifExists || (negated && condition.over === undefined);
  return given.some(satisfies);
}
