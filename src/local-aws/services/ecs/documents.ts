/** A document of the world outside, as the splitter finds it. */
export interface KnownDocument {
  readonly chunks: number;
  /** How often it was changed: another edition has other texts and other vectors. */
  readonly edition: number;
}

/** Documents by what `items.source` calls them. */
export type Documents = Map<string, KnownDocument>;

/** The document of this source: one that nobody has put there has three chunks. */
export function documentNamed(documents: Documents, source: string): KnownDocument {
  return documents.get(source) ?? { chunks: 3, edition: 0 };
}

/** Changes a bot's documents, given by their sources: other texts, and one chunk more in the first of them. */
export function changeDocuments(documents: Documents, sources: readonly string[]): void {
  for (const [index, source] of sources.entries()) {
    const { chunks, edition } = documentNamed(documents, source);
    documents.set(source, { chunks: index === 0 ? chunks + 1 : chunks, edition: edition + 1 });
  }
}
