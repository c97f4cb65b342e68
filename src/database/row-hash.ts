import { bytesHash, type ComparedColumn, rowBytes } from "./canonical-row.ts";

/** The 64-bit hash of one row, over every bit of its columns: what rows of two databases are compared by, one by one. */
export function rowHash(columns: readonly Pick<ComparedColumn, "expression">[]): string {
  return bytesHash(rowBytes(columns), 0);
}
