import { differingBots } from "./compare-sides.ts";
import type { Recall } from "./retrieval-measure.ts";
import type { Verification } from "./verification.ts";

const outcomes: Record<Verification["outcome"], string> = {
  identical: "IDENTICAL",
  different: "DIFFERENT",
  unknown: "COULD NOT VERIFY",
  sampled: "SAMPLED, NOT PROVEN",
};

const proven: Record<Verification["level"], string> = {
  counts: "the same numbers of rows in every table and bot; what is in them was not read (--level content)",
  content: "the same rows, every column bit by bit; index, retrieval and DynamoDB were not looked at (--level all)",
  all: "the same rows, every column bit by bit; schema, index, retrieval and the bots of DynamoDB were looked at",
};

/** Five lines that say all of a verification. Pure. */
export function summarise(found: Omit<Verification, "summary">): string[] {
  const { outcome, level, expected, rows, against, sample } = found;
  const what = outcome === "identical" ? proven[level] : found.why.slice(0, 3).join("; ");
  const more = outcome !== "identical" && found.why.length > 3 ? `; and ${found.why.length - 3} more` : "";
  const since = against.at === null ? "" : ` of ${against.at}`;
  return [
    `${outcomes[outcome]}: ${what}${more}`,
    `expected: ${count(expected.rows, "row")} of the ${against.what}${since}${less(expected)}`,
    `found: ${rows.target === null ? "no table" : count(rows.target, "row")} on the new cluster; written by users: ${describeShare(expected.written)}`,
    `bots: ${describeBots(found)}`,
    `read: level ${level}${sample === null ? "" : `, a sample of ${sample} percent`}, in ${found.seconds.toFixed(1)} s, until ${found.at}${describeRecall(found)}`,
  ];
}

function describeRecall({ retrieval }: Pick<Verification, "retrieval">): string {
  if (retrieval === null || retrieval.measure.recall === null) return "";
  const told = ({ mean, worst }: Recall) => `${mean.toFixed(2)}, worst ${worst.toFixed(2)}`;
  const before = retrieval.baseline?.measure?.recall ?? null;
  const then = before === null ? "" : ` (before: ${told(before)})`;
  return `; recall@${retrieval.measure.k} ${told(retrieval.measure.recall)}${then}`;
}

function describeShare({ rows, bots }: Verification["expected"]["written"]): string {
  return rows === 0 ? "none" : `${count(rows, "row")} of ${count(bots, "bot")}`;
}

function less({ kept, deleted, synced }: Verification["expected"]): string {
  const parts = [
    [kept, "kept as they are"],
    [deleted, "deleted since"],
    [synced, "synced since"],
  ] as const;
  return parts
    .filter(([{ rows }]) => rows > 0)
    .map(([{ rows, bots }, why]) => `, less ${describeShare({ rows, bots })} ${why}`)
    .join("");
}

function describeBots({ bots }: Pick<Verification, "bots">): string {
  const of = (...verdicts: readonly string[]) => bots.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const parts = [
    [of("equal"), "as expected"],
    [differingBots(bots).length, "NOT as expected"],
    [of("kept"), "kept"],
    [of("deleted since"), "deleted since"],
    [of("synced since"), "synced since"],
    [of("new since"), "made since"],
    [of("not judged"), "not judged"],
  ] as const;
  const told = parts
    .filter(([number]) => number > 0)
    .map(([number, what]) => `${number.toLocaleString("en-US")} ${what}`);
  return told.length === 0 ? "none" : told.join(", ");
}

function count(number: number, what: string): string {
  return `${number.toLocaleString("en-US")} ${what}${number === 1 ? "" : "s"}`;
}
