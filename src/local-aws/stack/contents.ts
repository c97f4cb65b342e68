import { sourceOfFile } from "./document-sources.ts";
import type { Random } from "./random.ts";

/** Sentences that a careless copy damages: several scripts, combining characters, quotes, escapes, line ends. */
export const sentences: readonly [string, ...string[]] = [
  "การย้ายฐานข้อมูลเวกเตอร์ต้องไม่ทำให้ความรู้ของบอตสูญหาย น้ำใจที่นี่ยังอยู่",
  "ผู้ใช้ถามเป็นภาษาไทยว่า “เอกสารนี้พูดถึงอะไร” แล้วได้คำตอบเดิม",
  "ベクトルデータベースの移行では、ボットの知識を失ってはいけません。",
  "半角ｶﾀｶﾅと全角カタカナ、旧字体の「髙」と「﨑」も、そのまま残ること。",
  "يجب ألا تضيع معرفة الروبوت عند نقل قاعدة بيانات المتجهات، ولو سطرًا واحدًا.",
  "النص من اليمين إلى اليسار مع أرقام 12345 وكلمة English في الوسط.",
  "Emoji survive too: 🚀 👩‍👩‍👧‍👦 👍🏽 🇹🇭 🏴󠁧󠁢󠁳󠁣󠁴󠁿 and a lone ☃.",
  "Quotes: 'single', \"double\", `back`, O'Brien; DROP TABLE items; -- and $$dollars$$.",
  "First line.\nSecond line.\r\nThird line after a Windows line end.\n\n\tIndented by a tab.",
  "Backslashes: C:\\temp\\new, \\N, \\., \\x41, \\\\server\\share, and a trailing one \\",
  "Combining: e\u0301 beside \u00e9, a\u0323\u0307 beside a\u0307\u0323, \u1100\u1161\u11a8 beside \uac01, กำ beside กํา.",
  "Zero width\u200bspace, soft\u00adhyphen, no\u00a0break, \ufeffbyte order mark, \u202eoverride\u202c.",
  "Astral letters 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 and 𠮷野家, maths ∑∞√, currency ฿ € ¥.",
  '{"json": ["in", "content", null], "nested": {"quote": "\\""}}',
  "Comma, separated, values; tab\tseparated; NULL and \\N are words here, not values.",
  "Plain English about embeddings, retrieval and a cluster that CloudFormation replaces.",
];

/** Bytes that the one long text has at least. */
export const longTextBytes = 20 * 1024;

/** What is unlike the others, by the row's number: every small data set has each of them. */
const oddities = { longText: 3, nullContent: 5, nullEmbedding: 7, emptyContent: 9 };

/** The text of row `index`: NULL for some, empty for some, 20 KB for one, else one to eight sentences. */
export function contentOf(index: number, random: Random): string | null {
  if (index === oddities.longText) return longText();
  if (index % 200 === oddities.nullContent) return null;
  if (index % 500 === oddities.emptyContent) return "";
  const length = 1 + random.below(8);
  return Array.from({ length }, () => random.pick(sentences)).join(" ") + ` [${String(index)}]`;
}

/** Whether row `index` has no embedding. */
export function lacksEmbedding(index: number): boolean {
  return index % 250 === oddities.nullEmbedding;
}

/** Where row `index` came from: an object in the document bucket, a page, or nothing noted. */
export function sourceOf(index: number, place: { bucket: string; userId: string; botId: string }): string | null {
  if (index % 97 === 11) return null;
  if (index % 3 === 0)
    return `https://example.com/docs/page-${String(index % 41)}?q=a%20b&lang=th#section-${String(index)}`;
  return sourceOfFile(place, `資料 ${String(index % 7)}.pdf`);
}

function longText(): string {
  const parts: string[] = [];
  let bytes = 0;
  for (let index = 0; bytes < longTextBytes; index += 1) {
    const part = `${sentences[index % sentences.length] ?? ""}\n`;
    parts.push(part);
    bytes += Buffer.byteLength(part);
  }
  return parts.join("");
}
