/** A statement with PostgreSQL's numbered parameters in place of named ones. */
export interface NumberedStatement {
  readonly text: string;
  /** The name of parameter `$n` at index n-1. */
  readonly names: readonly string[];
}

/** What PostgreSQL reads as one piece, so that no colon in it begins a parameter. */
const opaque =
  /(?<!\w)[eE]'[^'\\]*(?:(?:\\[^]|'')[^'\\]*)*'|'[^']*(?:''[^']*)*'|"[^"]*(?:""[^"]*)*"|(?<![\w$])\$([A-Za-z_]\w*)?\$[^]*?\$\1\$|--[^\n\r]*|::|:=/y;
const parameter = /:([A-Za-z_]\w*)/y;
const plain = /[^'"$:/\-eE]+|[^]/y;

/**
 * Puts `expressionOf(name, "$1")` in the place of every `:name` of the statement, the same number for the same name. Quoted text,
 * dollar quotes, comments and casts (`::`) are left as they are.
 */
export function numberParameters(
  sql: string,
  expressionOf: (name: string, number: string) => string,
): NumberedStatement {
  const names: string[] = [];
  let text = "";
  for (let at = 0; at < sql.length;) {
    const name = matchAt(parameter, sql, at)?.[1];
    const piece = commentAt(sql, at) ?? matchAt(opaque, sql, at)?.[0];
    if (piece === undefined && name !== undefined) {
      if (!names.includes(name)) names.push(name);
      text += expressionOf(name, `$${String(names.indexOf(name) + 1)}`);
      at += name.length + 1;
    } else {
      const kept = piece ?? matchAt(plain, sql, at)?.[0] ?? "";
      text += kept;
      at += kept.length;
    }
  }
  return { text, names };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** The block comment that begins here, if one does: they nest (PostgreSQL, "Lexical Structure"). */
function commentAt(sql: string, start: number): string | undefined {
  if (!sql.startsWith("/*", start)) return undefined;
  let depth = 0;
  for (let at = start; at < sql.length; at++) {
    const two = sql.slice(at, at + 2);
    if (two === "/*") depth++;
    else if (two === "*/") depth--;
    else continue;
    at++;
    if (depth === 0) return sql.slice(start, at + 1);
  }
  return sql.slice(start);
}
