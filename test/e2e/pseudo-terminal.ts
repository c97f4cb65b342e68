import { spawn } from "node:child_process";
import { once } from "node:events";
import { openScreen } from "../terminal/screen.ts";
import { cleanEnvironment, cli } from "./product.ts";

export interface OnTerminal {
  readonly code: number | null;
  /** Everything that came to the terminal, escape sequences included. */
  readonly written: string;
  /** The screen after each piece of output, as it stood there and with folded lines joined; the last one is what is left. */
  readonly screens: readonly { readonly lines: readonly string[]; readonly joined: readonly string[] }[];
}

export interface TerminalOptions {
  readonly columns: number;
  readonly environment: Readonly<Record<string, string>>;
  /** What is typed when a text has been seen on the screen, for example Ctrl-C. */
  readonly typed?: { readonly after: string; readonly keys: string };
}

/** Runs the built command on a pseudo-terminal, which `script` (util-linux) makes, and looks at it through a terminal emulator. */
export async function runOnTerminal(args: readonly string[], options: TerminalOptions): Promise<OnTerminal> {
  const { columns, environment, typed } = options;
  const rows = 40;
  const command = `stty cols ${columns} rows ${rows}; exec "$NODE" "$CLI" ${args.join(" ")}`;
  const { CI: _, NO_COLOR: __, FORCE_COLOR: ___, ...clean } = cleanEnvironment();
  const child = spawn("script", ["-q", "-f", "-e", "-c", command, "/dev/null"], {
    env: {
      ...clean,
      SHELL: "/bin/sh",
      TERM: "xterm-256color",
      LC_ALL: "C.UTF-8",
      NODE: process.execPath,
      CLI: cli,
      ...environment,
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const screen = openScreen(columns, rows);
  const screens: { lines: string[]; joined: string[] }[] = [];
  let toType = typed;
  for await (const chunk of child.stdout.setEncoding("utf8") as AsyncIterable<string>) {
    screen.stream.write(chunk);
    screens.push({ lines: await screen.lines(), joined: await screen.lines({ joined: true }) });
    if (toType === undefined || !screen.written().includes(toType.after)) continue;
    child.stdin.write(toType.keys);
    toType = undefined;
  }
  const [code] = (await ended) as [number | null];
  return { code, written: screen.written(), screens };
}
