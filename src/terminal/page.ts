import type { Environment, OutputStream } from "../output-stream.ts";
import { type Colours, coloursFor } from "./colours.ts";
import { sizeOf } from "./terminal-size.ts";

/** What a result is drawn on. */
export interface Page {
  /** Columns of the terminal that it is read on; undefined elsewhere: there nothing is cut or folded. */
  readonly columns: number | undefined;
  readonly colours: Colours;
}

/** The page that standard output is. */
export function pageOf(stdout: OutputStream, env: Environment): Page {
  return { columns: stdout.isTTY === true ? sizeOf(stdout).columns : undefined, colours: coloursFor(stdout, env) };
}
