import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";

const graphemes = new Intl.Segmenter();

/** What terminals draw as one: emoji sequences, flags, and Hangul syllables that are spelt letter by letter. */
const drawnAsOne = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Script=Hangul}|\u20e3/u;

/**
 * Columns that a text takes on a terminal; its colours take none. Terminals (tried: tmux 3.3; xterm and others go by the same wcwidth)
 * add up what each character takes: nothing for marks above and below, one for a spacing mark (Devanagari U+093E) or a Thai SARA AM,
 * also where string-width takes a whole syllable for one letter. Emoji sequences are two columns wide, as in current terminals.
 */
export function displayWidth(text: string): number {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  return graphemesOf(stripVTControlCharacters(text)).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0);
}

/** A text that is no wider than so many columns: where it is cut, between two characters as a reader sees them, an ellipsis says so. */
export function cutToWidth(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  if (columns < 1) return "";
  let kept = "";
  let width = 1;
  for (const grapheme of graphemesOf(text)) {
    width += graphemeWidth(grapheme);
    if (width > columns) break;
    kept += grapheme;
  }
  return `${kept.trimEnd()}…`;
}

/** A text as lines that are no wider than so many columns, but for single characters that are. */
export function foldToWidth(text: string, columns: number): string[] {
  const lines = [""];
  let width = 0;
  for (const grapheme of graphemesOf(text)) {
    const more = graphemeWidth(grapheme);
    if (width > 0 && width + more > columns) {
      lines.push("");
      width = 0;
    }
    lines[lines.length - 1] += grapheme;
    width += more;
  }
  return lines;
}

/**
 * A text that stays on its line and in its place, whoever wrote it: white space and control characters are spaces, what has no width or
 * turns the direction of what follows is left out.
 */
export function printable(text: string): string {
  return text
    .replaceAll(/[\s\p{Control}]+/gu, " ")
    .replaceAll(/[\u00ad\u115f\u1160\u200b\u202a-\u202e\u2060-\u2069\u3164\uffa0]/gu, "")
    .replaceAll(/\p{Surrogate}/gu, "\ufffd")
    .trim();
}

function graphemesOf(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

function graphemeWidth(grapheme: string): number {
  if (drawnAsOne.test(grapheme)) return stringWidth(grapheme);
  return Array.from(grapheme).reduce((sum, character) => sum + stringWidth(character), 0);
}
