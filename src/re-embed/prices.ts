/** What a task is billed for. */
export interface TaskSize {
  readonly vcpu: number;
  /** GiB. */
  readonly memory: number;
  readonly architecture: "X86_64" | "ARM64";
}

/** US dollars. */
export interface Prices {
  readonly vcpuHour: number;
  /** A GiB of memory for an hour. */
  readonly memoryHour: number;
  /** A million tokens that are embedded. */
  readonly millionTokens: number;
}

/**
 * List prices of one Region, as far as AWS's pages told them at that date: Fargate on Linux, on demand (aws.amazon.com/fargate/pricing), and Cohere
 * Embed on Bedrock (aws.amazon.com/bedrock/pricing). Other Regions are up to a third dearer. Flags override each of them.
 */
export const priceTable = {
  asOf: "2026-04-01",
  region: "us-east-1",
  fargate: {
    X86_64: { vcpuHour: 0.04048, memoryHour: 0.004445 },
    ARM64: { vcpuHour: 0.03238, memoryHour: 0.00356 },
  },
  millionTokens: 0.1,
} as const;

/** The table's prices for tasks of an architecture, with those that the operator knows better. */
export function pricesFor(
  architecture: TaskSize["architecture"],
  known: { readonly [Price in keyof Prices]?: Prices[Price] | undefined } = {},
): Prices {
  const { vcpuHour, memoryHour } = priceTable.fargate[architecture];
  return {
    vcpuHour: known.vcpuHour ?? vcpuHour,
    memoryHour: known.memoryHour ?? memoryHour,
    millionTokens: known.millionTokens ?? priceTable.millionTokens,
  };
}

/** Fargate bills by the second, and for a minute at least. */
const leastMs = 60_000;

/** Dollars that a task costs that has run so long. */
export function taskDollars(size: TaskSize, ms: number, prices: Prices): number {
  const hours = Math.max(ms, leastMs) / 3_600_000;
  return hours * (size.vcpu * prices.vcpuHour + size.memory * prices.memoryHour);
}

/** Tokens of a row, roughly: upstream's chunks have 1,000 characters, of any script. */
const tokensInRow = 300;

/** Dollars that embedding so many rows costs, roughly: their tokens are not known. */
export function embeddingDollars(rows: number, prices: Prices): number {
  return ((rows * tokensInRow) / 1_000_000) * prices.millionTokens;
}
