import type { UncomparableColumn } from "../database/canonical-row.ts";

/** How much is compared: numbers of rows; what is in them, too; besides, the schema, retrieval, and the bots of DynamoDB. */
export const verifyLevels = ["counts", "content", "all"] as const;
export type VerifyLevel = (typeof verifyLevels)[number];

/** A digest of rows in no order: two sums of differently seeded 64-bit hashes, `sum/sum`. Equal rows give equal digests; "0/0" for none. */
export type RowsDigest = string;

/** Kept beside digests that a later version may read: another number as soon as equal rows would give other digests than before. */
export const digestFormat = 1;

/** What a table holds on one side. */
export interface TableContent {
  readonly schema: string;
  readonly table: string;
  /** Undefined where the login may not read the table. */
  readonly rows: number | undefined;
  /** Undefined where it was not asked for, or the table cannot be read or digested. */
  readonly digest: RowsDigest | undefined;
  /** Columns that the digest leaves out: nothing is proven of them. */
  readonly uncomparable: readonly UncomparableColumn[];
}

/** What a bot has on one side. */
export interface BotContent {
  /** Null: rows that belong to no bot. */
  readonly bot: string | null;
  readonly rows: number;
  /** Undefined where it was not asked for. */
  readonly digest: RowsDigest | undefined;
  /** The least id and the greatest, byte by byte: ids are ULIDs, so they carry the times between which the rows were made. */
  readonly firstId: string | null;
  readonly lastId: string | null;
}

/** What one side holds, read in one snapshot of it. */
export interface SideContent {
  readonly tables: readonly TableContent[];
  readonly bots: readonly BotContent[];
}
