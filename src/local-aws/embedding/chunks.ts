import { sentences } from "../stack/contents.ts";
import { randomOf } from "../stack/random.ts";
import { normalPool, vectorSource } from "../stack/vectors.ts";

/** A part of a document, and its embedding. */
export interface Chunk {
  readonly content: string;
  /** The page's address, or that of the file in the document bucket. */
  readonly source: string;
  readonly embedding: Float32Array;
}

/** A document that was loaded and split. */
export interface SplitDocument {
  readonly source: string;
  readonly chunks: number;
  /** How often it was changed. */
  readonly edition: number;
}

/** The chunks of documents, the same each time for the same edition of a document. */
export function embedDocuments(documents: readonly SplitDocument[], dimensions: number): Chunk[] {
  const pool = normalPool(0);
  return documents.flatMap(({ source, chunks, edition }) => {
    const random = randomOf(edition, `chunks of ${source}`);
    const vectors = vectorSource(random, dimensions, pool);
    return Array.from({ length: chunks }, (_, index) => {
      const embedding = new Float32Array(dimensions);
      vectors.next(embedding);
      const length = 1 + random.below(4);
      const texts = Array.from({ length }, () => random.pick(sentences));
      return { content: `${texts.join(" ")} [${String(index)}]`, source, embedding };
    });
  });
}
