import { z } from "zod";

const count = z.int().nonnegative();
const bot = z.string().nullable().describe("The bot's id; null: rows that belong to no bot.");
const id = z.string().describe("The row's id.");
const swappedWith = z
  .string()
  .optional()
  .describe("The id of a listed row that has this row's value of the source, while this row has that one's.");

/** How two texts look that are not the same; never what is in them. */
const textLooks = z.enum([
  "NULL against empty",
  "NULL against text",
  "trailing blanks",
  "line ends",
  "Unicode normalisation",
  "truncated",
  "lengthened",
  "another text",
]);
const textSize = z
  .object({ characters: count, bytes: count })
  .nullable()
  .describe("In UTF-8; null: the value is NULL.");

const textDifference = z.object({
  column: z.string(),
  type: z.literal("text"),
  looks: textLooks,
  source: textSize,
  target: textSize,
  offset: z
    .object({ characters: count, bytes: count })
    .nullable()
    .describe("What is the same before the first difference; null where one is NULL."),
  forms: z
    .object({ source: z.string(), target: z.string() })
    .optional()
    .describe("Where only the Unicode normalisation differs: NFC, NFD, or neither of them (mixed)."),
  swappedWith,
});

const element = z.object({
  value: z.string().describe("As PostgreSQL writes it, which is exact for a float32: -0 is not 0."),
  bits: z.string().describe("The float32's 32 bits, in hexadecimal."),
});

const vectorDifference = z.object({
  column: z.string(),
  type: z.literal("vector"),
  source: count.nullable().describe("Dimensions; null: the value is NULL."),
  target: count.nullable(),
  elements: count.nullable().describe("How many elements differ; null where the dimensions do."),
  first: z
    .object({
      element: count.describe("The first that differs, counted from 1 as PostgreSQL does."),
      source: element,
      target: element,
      ulps: count.describe("How many float32 values lie between, plus one; 0 from -0 to 0."),
    })
    .nullable(),
  swappedWith,
});

const otherDifference = z.object({
  column: z.string(),
  type: z.literal("other"),
  looks: z.enum(["NULL against a value", "another value"]),
  swappedWith,
});

const columnDifferenceSchema = z.discriminatedUnion("type", [textDifference, vectorDifference, otherDifference]);

/** How a row's value of one column differs; never the contents of a text. */
export type ColumnDifference = z.infer<typeof columnDifferenceSchema>;

const columns = z
  .array(columnDifferenceSchema)
  .describe("The columns that differ; none where the row was the same when it was looked at again.");

const listedRowSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("changed"), bot, id, columns }),
  z.object({ kind: z.literal("missing"), bot, id }),
  z.object({ kind: z.literal("extra"), bot, id }),
  z.object({ kind: z.literal("moved"), bot: bot.describe("The bot that it has on the source."), to: bot, id, columns }),
]);

/** A row that is not the same on both sides. */
export type ListedRow = z.infer<typeof listedRowSchema>;

const rowCounts = {
  missing: count.describe("Rows that only the source has."),
  extra: count.describe("Rows that only the target has."),
  changed: count.describe("Rows of both sides that are not the same."),
};

const botDifferencesSchema = z.object({
  bot,
  title: z.string().nullable(),
  source: count.describe("Rows on the source."),
  target: count.describe("Rows on the target."),
  ...rowCounts,
  movedAway: count.describe("Rows that the target has under another bot; they do not count as missing."),
  movedHere: count.describe("Rows that the source has under another bot; they do not count as extra."),
});

/** How many of a bot's rows differ. */
export type BotDifferences = z.infer<typeof botDifferencesSchema>;

/** Which rows differ between the two sides, as a result has it. */
export const differencesSchema = z.object({
  rows: z.object({ ...rowCounts, moved: count.describe("Rows that have another bot on the target.") }),
  bots: z.array(botDifferencesSchema).describe("The bots that have any difference."),
  listed: z
    .array(listedRowSchema)
    .describe("The first differing rows, by kind, bot and id: so many as were asked for. All are counted."),
  uncompared: z
    .array(
      z.object({
        column: z.string(),
        why: z.enum(["on the source only", "on the target only", "of another type", "cannot be compared"]),
      }),
    )
    .describe("Columns that were left out."),
});

export type Differences = z.infer<typeof differencesSchema>;
