import { embeddingDollars, priceTable, type Prices, taskDollars, type TaskSize } from "./prices.ts";
import type { SelectedBot } from "./select-bots.ts";

/** What re-embedding will take, roughly: what is in the documents is not known before they are read. */
export interface ReEmbedPlan {
  readonly bots: number;
  readonly documents: number;
  /** One for each bot; those that are embedded again after a failure come on top. */
  readonly tasks: number;
  readonly concurrency: number;
  readonly minutes: number;
  /** On average. */
  readonly minutesPerTask: number;
  readonly dollars: { readonly fargate: number; readonly embedding: number; readonly total: number };
  readonly task: TaskSize;
  readonly prices: Prices & { readonly asOf: string; readonly region: string };
}

/** What a task is taken to need where nobody has said it: no measurement, but of the order that small bots show. */
const assumed = {
  /** Until the image is there and the program runs; billed from the image's download on. */
  startMinutes: 2,
  minutesPerDocument: 0.5,
  rowsPerDocument: 100,
} as const;

export interface PlanQuestion {
  readonly bots: readonly Pick<SelectedBot, "documents">[];
  readonly concurrency: number;
  readonly task: TaskSize;
  readonly prices: Prices;
  /** What the operator knows a task to take on average. */
  readonly taskMinutes?: number | undefined;
}

/** Time and money of embedding these bots. Pure. */
export function planReEmbedding({ bots, concurrency, task, prices, taskMinutes }: PlanQuestion): ReEmbedPlan {
  const minutes = bots.map(
    ({ documents }) => taskMinutes ?? assumed.startMinutes + documents * assumed.minutesPerDocument,
  );
  const documents = bots.reduce((sum, one) => sum + one.documents, 0);
  const fargate = minutes.reduce((sum, one) => sum + taskDollars(task, one * 60_000, prices), 0);
  const embedding = embeddingDollars(documents * assumed.rowsPerDocument, prices);
  const all = minutes.reduce((sum, one) => sum + one, 0);
  const longest = minutes.reduce((most, one) => Math.max(most, one), 0);
  return {
    bots: bots.length,
    documents,
    tasks: bots.length,
    concurrency,
    minutes: Math.max(longest, all / concurrency),
    minutesPerTask: bots.length === 0 ? 0 : all / bots.length,
    dollars: { fargate, embedding, total: fargate + embedding },
    task,
    prices: { ...prices, asOf: priceTable.asOf, region: priceTable.region },
  };
}
