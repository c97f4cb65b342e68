import { id } from "../database/identifiers.ts";
import { listsOf, operatorOf } from "../database/index-definition.ts";
import { items } from "../stack/items-table.ts";
import { exactPlan, type RetrievalMeasure } from "./retrieval-measure.ts";

/** Below this mean, or this worst, users miss what is there: what pgvector's own tests ask of ten probes of a hundred lists. */
const good = { mean: 0.95, worst: 0.5 };
/** Slower than this is felt beside the model's own answer. */
const slowMs = 500;

/**
 * What would make the application's query find more, or find it sooner; nothing of it is applied, since each has its price. pgvector's README
 * on `probes` (sqrt(lists) to begin with) and on filtering; HNSW is there since 0.5.0, iterative scans since 0.8.0. Pure.
 */
export function adviceOn({ index, recall, latency, bots }: RetrievalMeasure): string[] {
  if (index === null || recall === null || bots.every(({ plan }) => plan === exactPlan || plan === null)) return [];
  const lists = listsOf(index.definition);
  const poor = recall.mean < good.mean || recall.worst < good.worst;
  const slow = latency !== null && latency.p95 > slowMs;
  if (!poor && !slow) return [];
  const probes = lists === undefined || lists <= 1 ? undefined : Math.max(2, Math.round(Math.sqrt(lists)));
  return [
    ...(poor && probes !== undefined
      ? [
          `the index finds ${recall.mean.toFixed(2)} of the right rows (worst query ${recall.worst.toFixed(2)}): with ALTER ROLE CURRENT_USER SET ivfflat.probes = ${probes}; new connections read ${probes} of ${lists} lists, find more, and take longer`,
        ]
      : []),
    ...(lists !== undefined && operatorOf(index.definition) === "<->"
      ? [
          `an HNSW index finds more and is fast; it takes longer to build, and memory (pgvector 0.5.0 or later): CREATE INDEX CONCURRENTLY ON ${items} USING hnsw (${id("embedding")} vector_l2_ops); then drop ${id(index.index)}. Bots with a small share of the rows need hnsw.iterative_scan = strict_order beside it (pgvector 0.8.0 or later)`,
        ]
      : []),
  ];
}
