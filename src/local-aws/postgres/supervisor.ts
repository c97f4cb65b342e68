import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import type { Socket } from "node:net";
import type { PostgresInstallation } from "./installation.ts";
import { asServerUser } from "./programs.ts";

/**
 * Runs "$@" until it ends or the standard input does, which it does when the process that holds its other end stops or dies,
 * `kill -9` included. Then SIGINT (fast shutdown), and SIGQUIT (immediate shutdown) if that has not ended it in 20 s: a fast
 * shutdown waits for logical replication receivers that may never answer ("Shutting Down the Server").
 */
const script = `
scratch=$1; shift
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ read -r _ <&3; kill -INT "$server"; exec 3<&-; sleep 20; kill -QUIT "$server"; } 2>/dev/null &
exec 3<&-
wait "$server"; status=$?
[ -z "$scratch" ] || rm -rf "$scratch"
trap '' TERM; kill -TERM 0
exit "$status"`;

/** A program that ends with this process, however this process ends. */
export interface SupervisedProgram {
  readonly running: boolean;
  /** Asks it to end and waits until it has. */
  end(): Promise<void>;
}

/**
 * Starts a program as the servers' user in a session of its own, with its output appended to `logFile`. The folder `scratch`, if any,
 * is removed when the program has ended, however it did.
 */
export function superviseAsServerUser(
  installation: PostgresInstallation,
  command: readonly string[],
  { logFile, scratch = "" }: { readonly logFile: string; readonly scratch?: string },
): SupervisedProgram {
  const log = openSync(logFile, "a");
  const child: ChildProcess = spawn("/bin/sh", ["-c", script, "sh", scratch, ...command], {
    ...asServerUser(installation),
    detached: true, // a Ctrl-C in the terminal is this process's to answer, not the server's
    stdio: ["pipe", log, log],
  });
  closeSync(log);
  child.on("error", () => {}); // told by `running`
  child.stdin?.on("error", () => {});
  const isRunning = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  // A program left running must not keep this process from ending: it then ends with it.
  child.unref();
  (child.stdin as Socket | null)?.unref();
  return {
    get running() {
      return isRunning();
    },
    async end() {
      if (!isRunning()) return;
      child.ref();
      const exit = once(child, "exit");
      child.stdin?.end();
      await exit;
    },
  };
}
