import { Writable } from "node:stream";
import xterm from "@xterm/headless";

/** A terminal emulator as a stream: what is written to it can be looked at as it stands on its screen. */
export interface Screen {
  readonly stream: Writable & { readonly isTTY: true; readonly columns: number; readonly rows: number };
  resize(columns: number, rows: number): void;
  /** Lines as they stand there, scrolled-off ones too, without the empty ones at the end; folded lines are joined when asked for. */
  lines(options?: { readonly joined: boolean }): Promise<string[]>;
  /** Everything that was written, escape sequences included. */
  readonly written: () => string;
}

export function openScreen(columns: number, rows: number): Screen {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  let written = "";
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _, done) {
      written += chunk;
      terminal.write(chunk, () => done());
    },
  });
  // Past whatever the code under test puts in the way of writes.
  const write = stream.write.bind(stream);
  Object.defineProperties(stream, {
    isTTY: { value: true },
    columns: { get: () => terminal.cols },
    rows: { get: () => terminal.rows },
  });
  return {
    stream: stream as Screen["stream"],
    resize(toColumns, toRows) {
      terminal.resize(toColumns, toRows);
      stream.emit("resize");
    },
    async lines({ joined } = { joined: false }) {
      // Everything before it has been drawn when an empty write has.
      await new Promise<void>((drawn) => write("", () => drawn()));
      const { active } = terminal.buffer;
      const lines: string[] = [];
      for (let row = 0; row < active.length; row++) {
        const line = active.getLine(row);
        const text = line?.translateToString(true) ?? "";
        if (joined && line?.isWrapped === true) lines[lines.length - 1] += text;
        else lines.push(text);
      }
      while (lines.at(-1) === "") lines.pop();
      return lines;
    },
    written: () => written,
  };
}
