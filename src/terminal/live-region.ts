import { createLogUpdate } from "log-update";
import type { OutputStream } from "../output-stream.ts";
import { displayWidth } from "./display-width.ts";

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
  // To log-update the terminal that it is, but past what is put in the way of everybody else's lines.
  const own = new Proxy(terminal, {
    get: (target, key) => (key === "write" ? write : Reflect.get(target, key, target)),
  });
  const log = createLogUpdate(own as NodeJS.WriteStream, { showCursor: true });
  let shown: readonly string[] = [];
  let lineIsOpen = false;
  let active = false;

  const takeAway = () => {
    if (shown.length === 0) return;
    const columns = terminal.columns ?? 80;
    // A terminal that has become narrower has folded the lines that were drawn before.
    const folded = shown.reduce((sum, line) => sum + Math.max(0, Math.ceil(displayWidth(line) / columns) - 1), 0);
    log.clear();
    if (folded > 0) write(eraseLineAbove.repeat(folded));
    shown = [];
  };
  const giveWay = (text: string | Uint8Array) => {
    takeAway();
    if (text.length > 0) lineIsOpen = !endsLine(text);
  };
  // Ctrl-Z: the shell gets its terminal back as it was; `show` takes it again when the process goes on.
  const suspend = () => {
    deactivate();
    process.kill(process.pid, "SIGSTOP");
  };
  const activate = () => {
    active = true;
    terminal.on("resize", takeAway);
    process.on("exit", deactivate);
    process.on("SIGTSTP", suspend);
    write(hideCursor);
  };
  const deactivate = () => {
    if (!active) return;
    active = false;
    takeAway();
    terminal.off("resize", takeAway);
    process.off("exit", deactivate);
    process.off("SIGTSTP", suspend);
    write(showCursor);
  };
  for (const stream of stdout.isTTY === true ? [terminal, stdout] : [terminal]) beforeWrites(stream, giveWay);
  return {
    show(lines) {
      if (lines.length === 0) return deactivate();
      if (!active) activate();
      if (lineIsOpen) return;
      // log-update 7.2 leaves a line behind when their number changes.
      if (lines.length !== shown.length) takeAway();
      log(lines.join("\n"));
      shown = lines;
    },
  };
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
