interface Range {
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
}

/** A flag that is a number of a range, for yargs's `coerce`, which makes a usage error of what this throws. */
export function numberOf(flag: string, { min, max, whole = true }: Range): (value: number) => number {
  return (value) => {
    if (Number.isFinite(value) && value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
    const kind = whole ? "a whole number" : "a number";
    throw new Error(`--${flag} takes ${kind} from ${min} to ${max.toLocaleString("en-US")}.`);
  };
}
