import { randomOf, type Random } from "./random.ts";
import { epoch, ulidAt } from "./ulids.ts";

/** A bot of the seeded deployment. */
export interface SeededBot {
  readonly id: string;
  readonly userId: string;
  readonly title: string;
  readonly createdAt: number;
  /** When its rows were embedded. */
  readonly embeddedAt: number;
  readonly rows: number;
  readonly sourceUrls: readonly string[];
  readonly filenames: readonly string[];
}

const titles: readonly [string, ...string[]] = [
  "คู่มือพนักงาน",
  "社内規程アシスタント",
  "مساعد خدمة العملاء",
  "Product handbook",
  "Où sont mes congés ?",
  "Ærøskøbing Rådhus",
  "한국어 고객 지원",
  "Помощник бухгалтера",
  "🚀 Launch notes",
  'The "quoted" bot; it\'s fine',
  "एचआर सहायक",
  "法務 Q&A（試験）",
];

const day = 24 * 3600 * 1000;

/**
 * The deployment's bots, determined by the seed: the first has half of all rows, the last has no knowledge and none, those between
 * share the rest unequally.
 */
export function seededBots(seed: number, count: number, rows: number): SeededBot[] {
  const random = randomOf(seed, "bots");
  const users = Array.from({ length: Math.max(2, Math.ceil(count / 3)) }, () => userIdFrom(random));
  return sharesOf(count, rows).map((share, index) => {
    const createdAt = epoch + index * day + random.below(day);
    const userId = random.pick(users as [string, ...string[]]);
    const withKnowledge = share > 0 || index < count - 1;
    return {
      id: ulidAt(createdAt, random),
      userId,
      title: `${titles[index % titles.length] ?? ""}${index < titles.length ? "" : ` ${String(index)}`}`,
      createdAt,
      embeddedAt: createdAt + day + random.below(day),
      rows: share,
      sourceUrls: withKnowledge ? [`https://example.com/docs/${String(index)}`] : [],
      filenames: withKnowledge && index % 2 === 0 ? ["資料 1.pdf", "คู่มือ.docx"] : [],
    };
  });
}

/** How many rows each bot has: they add up to `rows`. */
export function sharesOf(count: number, rows: number): number[] {
  if (count <= 1) return [rows].slice(0, count);
  if (count === 2) return [rows, 0];
  const half = Math.floor(rows / 2);
  const middle = count - 2;
  const weights = Array.from({ length: middle }, (_, index) => 1 / (index + 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => Math.floor(((rows - half) * weight) / total));
  const given = shares.reduce((sum, share) => sum + share, 0);
  shares[0] = (shares[0] ?? 0) + (rows - half - given);
  return [half, ...shares, 0];
}

/** The shape of a Cognito `sub`: a UUID. */
export function userIdFrom(random: Random): string {
  const hex = random.text("0123456789abcdef", 32);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)].join("-");
}
