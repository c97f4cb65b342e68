import { randomOf, type Random } from "./random.ts";

const poolSize = 2 ** 16;
/** How far rows lie from their topic: the length of the noise against the topic's own, which is 1. */
const spread = 0.6;

/** Makes the embeddings of one bot: unit vectors around a few topics, as texts of one body of knowledge have. */
export interface VectorSource {
  /** Writes the next vector into `into`, whose length is the dimension. */
  next(into: Float32Array): void;
}

/** Normally distributed numbers to draw from: drawing from a pool is ten times as fast as making each. */
export function normalPool(seed: number): Float32Array {
  const random = randomOf(seed, "normal numbers");
  const pool = new Float32Array(poolSize);
  for (let index = 0; index < poolSize; index += 2) {
    const radius = Math.sqrt(-2 * Math.log((random.word() + 1) / 2 ** 32));
    const angle = 2 * Math.PI * (random.word() / 2 ** 32);
    pool[index] = radius * Math.cos(angle);
    pool[index + 1] = radius * Math.sin(angle);
  }
  return pool;
}

/** The vectors of one bot, determined by `random`. */
export function vectorSource(random: Random, dimensions: number, pool: Float32Array): VectorSource {
  const topics = Array.from({ length: 3 + random.below(6) }, () => {
    const topic = new Float32Array(dimensions);
    fillNormal(topic, random, pool);
    scaleToUnit(topic);
    return topic;
  });
  const noise = spread / Math.sqrt(dimensions);
  return {
    next(into) {
      const topic = topics[random.below(topics.length)] ?? into;
      fillNormal(into, random, pool);
      for (let index = 0; index < dimensions; index += 1) {
        into[index] = (into[index] ?? 0) * noise + (topic[index] ?? 0);
      }
      scaleToUnit(into);
    },
  };
}

/** Two draws from each random word. */
function fillNormal(into: Float32Array, random: Random, pool: Float32Array): void {
  for (let index = 0; index < into.length; index += 2) {
    const word = random.word();
    into[index] = pool[word & 0xffff] ?? 0;
    if (index + 1 < into.length) into[index + 1] = pool[word >>> 16] ?? 0;
  }
}

function scaleToUnit(vector: Float32Array): void {
  let square = 0;
  for (let index = 0; index < vector.length; index += 1) square += (vector[index] ?? 0) ** 2;
  const factor = 1 / Math.sqrt(square);
  for (let index = 0; index < vector.length; index += 1) vector[index] = (vector[index] ?? 0) * factor;
}
