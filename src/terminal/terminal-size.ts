import type { OutputStream } from "../output-stream.ts";

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A terminal's size now; 80 by 24 for one that does not know its own (a pseudo-terminal that nobody has told one says zero). */
export function sizeOf({ columns, rows }: OutputStream): TerminalSize {
  return { columns: columns || 80, rows: rows || 24 };
}
