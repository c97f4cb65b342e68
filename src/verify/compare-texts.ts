import type { ColumnDifference } from "./differences.ts";

type TextDifference = Omit<Extract<ColumnDifference, { type: "text" }>, "column" | "type">;

/** How two texts differ, null being SQL's NULL; undefined where they do not. Tells lengths and places, never contents. Pure. */
export function compareTexts(source: string | null, target: string | null): TextDifference | undefined {
  if (source === target) return undefined;
  const sizes = { source: sizeOf(source), target: sizeOf(target) };
  if (source === null || target === null) {
    const looks = (source ?? target) === "" ? "NULL against empty" : "NULL against text";
    return { looks, ...sizes, offset: null };
  }
  const offset = sizeOf(commonStart(source, target));
  if (source.normalize("NFC") === target.normalize("NFC"))
    return {
      looks: "Unicode normalisation",
      ...sizes,
      offset,
      forms: { source: formOf(source), target: formOf(target) },
    };
  return { looks: looksOf(source, target), ...sizes, offset };
}

function looksOf(source: string, target: string): TextDifference["looks"] {
  if (withoutBlanks(source) === withoutBlanks(target)) return "trailing blanks";
  if (source.replaceAll("\r\n", "\n") === target.replaceAll("\r\n", "\n")) return "line ends";
  if (source.startsWith(target)) return "truncated";
  return target.startsWith(source) ? "lengthened" : "another text";
}

/** By hand: an expression would try each run of blanks inside the text to its end. */
function withoutBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === " ") end -= 1;
  return text.slice(0, end);
}

function sizeOf(text: string): { characters: number; bytes: number };
function sizeOf(text: string | null): { characters: number; bytes: number } | null;
function sizeOf(text: string | null): { characters: number; bytes: number } | null {
  if (text === null) return null;
  const pairs = text.match(/[\ud800-\udbff]/g)?.length ?? 0;
  return { characters: text.length - pairs, bytes: Buffer.byteLength(text) };
}

/** In whole characters: two that differ in their second half only are not the same before it. */
function commonStart(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const halved = at > 0 && /[\ud800-\udbff]/.test(a[at - 1] ?? "");
  return a.slice(0, halved ? at - 1 : at);
}

function formOf(text: string): string {
  if (text.normalize("NFC") === text) return "NFC";
  return text.normalize("NFD") === text ? "NFD" : "mixed";
}
