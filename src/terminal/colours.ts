import { styleText } from "node:util";
import type { Environment, OutputStream } from "../output-stream.ts";

type Paint = (text: string) => string;

/** Colours by what they say; each gives the bare text where colour is not wanted. */
export interface Colours {
  readonly good: Paint;
  readonly bad: Paint;
  readonly busy: Paint;
  readonly strong: Paint;
  readonly weak: Paint;
}

/**
 * The colours of a stream. The one place that decides: NO_COLOR (no-color.org: set, and not empty) forbids them, FORCE_COLOR asks for them
 * (`0` and `false` do not); else a terminal has them that is not dumb.
 */
export function coloursFor(stream: OutputStream, env: Environment): Colours {
  const wanted = wantsColour(stream, env);
  // Whether it is wanted is decided here: Node would ask its own standard output.
  const paint = (format: Parameters<typeof styleText>[0]): Paint =>
    wanted ? (text) => styleText(format, text, { validateStream: false }) : (text) => text;
  return { good: paint("green"), bad: paint("red"), busy: paint("cyan"), strong: paint("bold"), weak: paint("dim") };
}

function wantsColour(stream: OutputStream, env: Environment): boolean {
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  const forced = env["FORCE_COLOR"] ?? "";
  if (forced !== "") return forced !== "0" && forced !== "false";
  return stream.isTTY === true && env["TERM"] !== "dumb";
}
