import type { Field, SqlParameter } from "@aws-sdk/client-rds-data";
import type { SqlValue } from "./session.ts";

/** What PostgreSQL reads as one piece, so that no `$1` in it is a parameter: literals, quoted names, dollar quotes, line comments. */
const opaque =
  /(?<![\w$])[eE]'(?:[^'\\]|\\[^]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(?<![\w$])\$([A-Za-z_]\w*)?\$[^]*?\$\1\$|--[^\n\r]*/y;
const numbered = /(?<![\w$])\$(\d+)/y;

/**
 * A statement with `$1`, `$2` as the Data API takes it: with named parameters, each of the type of its value. Without values it stays as
 * it is. Throws a plain Error for values and places that do not belong together: a defect of the statement.
 */
export function namedParameters(
  statement: string,
  values: readonly SqlValue[],
): { readonly sql: string; readonly parameters: SqlParameter[] } {
  if (values.length === 0) return { sql: statement, parameters: [] };
  const used = new Set<number>();
  let sql = "";
  for (let at = 0; at < statement.length;) {
    const number = matchAt(numbered, statement, at);
    const piece =
      number ?? blockCommentAt(statement, at) ?? matchAt(opaque, statement, at) ?? statement.slice(at, at + 1);
    if (number !== undefined) used.add(Number(number.slice(1)));
    sql += number === undefined ? piece : `:p${number.slice(1)}`;
    at += piece.length;
  }
  if (used.size !== values.length || values.some((_, index) => !used.has(index + 1)))
    throw new Error(`${values.length} values for the places ${[...used].join(", ")} of: ${statement}`);
  return { sql, parameters: values.map((value, index) => ({ name: `p${index + 1}`, value: fieldOf(value) })) };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** Block comments nest (PostgreSQL, "Lexical Structure"). */
function blockCommentAt(statement: string, start: number): string | undefined {
  if (!statement.startsWith("/*", start)) return undefined;
  let depth = 0;
  let at = start;
  do {
    const [mark, step] = statement.startsWith("/*", at) ? [1, 2] : statement.startsWith("*/", at) ? [-1, 2] : [0, 1];
    depth += mark;
    at += step;
  } while (depth > 0 && at < statement.length);
  return statement.slice(start, at);
}

function fieldOf(value: SqlValue): Field {
  if (value === null) return { isNull: true };
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { booleanValue: value };
  return Number.isSafeInteger(value) ? { longValue: value } : { doubleValue: value };
}
