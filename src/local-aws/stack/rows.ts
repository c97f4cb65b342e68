import type { SeededBot } from "./bots.ts";
import { contentOf, lacksEmbedding, sourceOf } from "./contents.ts";
import { randomOf } from "./random.ts";
import { ulidAt } from "./ulids.ts";
import { normalPool, vectorSource } from "./vectors.ts";

/** A row of `items`, in the table's order of columns. */
export type ItemRow = readonly [
  id: string,
  botId: string,
  content: string | null,
  source: string | null,
  embedding: Float32Array | null,
];

/**
 * All rows of the bots, determined by the seed, bot by bot as the embedding tasks wrote them. The vector of a row is reused for
 * the next one: whoever keeps it, copies it.
 */
export function* itemRows(
  bots: readonly Pick<SeededBot, "id" | "userId" | "embeddedAt" | "rows">[],
  options: { seed: number; dimensions: number; bucket: string },
): Generator<ItemRow> {
  const pool = normalPool(options.seed);
  const embedding = new Float32Array(options.dimensions);
  let index = 0;
  for (const bot of bots) {
    const random = randomOf(options.seed, `rows of ${bot.id}`);
    const vectors = vectorSource(random, options.dimensions, pool);
    const place = { bucket: options.bucket, userId: bot.userId, botId: bot.id };
    for (let ofBot = 0; ofBot < bot.rows; ofBot += 1) {
      vectors.next(embedding);
      yield [
        ulidAt(bot.embeddedAt + ofBot, random),
        bot.id,
        contentOf(index, random),
        sourceOf(index, place),
        lacksEmbedding(index) ? null : embedding,
      ];
      index += 1;
    }
  }
}
