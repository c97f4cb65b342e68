import { createLogUpdate } from "log-update";
import type { OutputStream } from "../output-stream.ts";
import { displayWidth } from "./display-width.ts";
import { sizeOf } from "./terminal-size.ts";

/** The last lines of a terminal, redrawn in place. */
export interface LiveRegion {
  /** Shows these lines below everything else; none gives the terminal back as it was, with its cursor. */
  show(lines: readonly string[]): void;
}

const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";
const eraseLineAbove = "\u001b[1A\u001b[2K";

/**
 * A live region at the end of a terminal. Whatever anybody writes to the terminal takes the region away first, and it comes back with the
 * next `show`: lines of other code scroll up above it, unharmed. Not shown while a line is unfinished (a question and its answer).
 */
export function liveRegion(terminal: OutputStream, stdout: OutputStream): LiveRegion {
  const write = terminal.write.bind(terminal);
  const drawing = redrawn(terminal, write);
  let lineIsOpen = false;
  let active = false;

  const begin = () => {
    active = true;
    terminal.on("resize", drawing.takeAway);
    process.on("exit", end);
    process.on("SIGTSTP", suspend);
    write(hideCursor);
  };
  const end = () => {
    if (!active) return;
    active = false;
    drawing.takeAway();
    terminal.off("resize", drawing.takeAway);
    process.off("exit", end);
    process.off("SIGTSTP", suspend);
    write(showCursor);
  };
  // Ctrl-Z: the shell gets its terminal back as it was; `show` takes it again when the process goes on.
  const suspend = () => {
    end();
    process.kill(process.pid, "SIGSTOP");
  };
  const giveWay = (text: string | Uint8Array) => {
    drawing.takeAway();
    if (text.length > 0) lineIsOpen = !endsLine(text);
  };
  for (const stream of stdout.isTTY === true ? [terminal, stdout] : [terminal]) beforeWrites(stream, giveWay);
  return {
    show(lines) {
      if (lines.length === 0) return end();
      if (!active) begin();
      if (!lineIsOpen) drawing.draw(lines);
    },
  };
}

interface Drawing {
  readonly draw: (lines: readonly string[]) => void;
  readonly takeAway: () => void;
}

/** Lines that are drawn over those drawn before. `write` goes past whatever is put in the way of everybody else's writes. */
function redrawn(terminal: OutputStream, write: (text: string) => unknown): Drawing {
  const own = new Proxy(terminal, {
    get: (target, key): unknown => (key === "write" ? write : Reflect.get(target, key, target)),
  });
  const log = createLogUpdate(own as NodeJS.WriteStream, { showCursor: true });
  let drawn: readonly string[] = [];
  const takeAway = () => {
    if (drawn.length === 0) return;
    const { columns } = sizeOf(terminal);
    // A terminal that has become narrower has folded the lines that were drawn before.
    const folded = drawn.reduce((sum, line) => sum + Math.max(0, Math.ceil(displayWidth(line) / columns) - 1), 0);
    log.clear();
    if (folded > 0) write(eraseLineAbove.repeat(folded));
    drawn = [];
  };
  const draw = (lines: readonly string[]) => {
    // log-update 7.2 leaves a line behind when their number changes.
    if (lines.length !== drawn.length) takeAway();
    log(lines.join("\n"));
    drawn = lines;
  };
  return { draw, takeAway };
}

/** Calls a function with what is about to be written to a stream. */
function beforeWrites(stream: OutputStream, call: (chunk: string | Uint8Array) => void): void {
  const write = stream.write.bind(stream) as (...given: unknown[]) => boolean;
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    call(chunk);
    return write(chunk, ...rest);
  };
}

function endsLine(chunk: string | Uint8Array): boolean {
  return typeof chunk === "string" ? chunk.endsWith("\n") : chunk.at(-1) === 10;
}
