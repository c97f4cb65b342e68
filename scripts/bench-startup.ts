import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { pageOf } from "../src/terminal/page.ts";
import { table } from "../src/terminal/table.ts";

/** Interleaved rounds; the first is not counted, since it reads the files from the disk. */
const rounds = 21;
const commands = ["restore-snapshot", "start-dms-migration", "verify-counts", "status", "cleanup"];

/** An endpoint that notes when it is first called, and answers nothing of use. */
const calls: number[] = [];
const server = createServer((_, response) => {
  calls.push(performance.now());
  response.writeHead(400, { "content-type": "text/xml" }).end("<ErrorResponse/>");
}).listen(0, "127.0.0.1");
await once(server, "listening");
const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const baseline = "node -e 0";
const programs: readonly { readonly name: string; readonly run: () => Promise<number> }[] = [
  { name: baseline, run: () => untilEnd(["-e", "0"]) },
  { name: "--help", run: () => untilEnd(["dist/cli.js", "--help"]) },
  ...commands.map((command) => ({ name: command, run: () => untilFirstCall(["dist/cli.js", command]) })),
];
const measured = new Map(programs.map(({ name }) => [name, [] as number[]]));
for (let round = 0; round <= rounds; round += 1)
  for (const { name, run } of programs) {
    const ms = await run();
    if (round > 0) measured.get(name)?.push(ms);
  }
server.close();

const base = median(measured.get(baseline) ?? []);
/** What is limited: the whole time of `--help`, and of a command what it adds to Node's own start. */
const rows = programs.map(({ name }) => {
  const ms = median(measured.get(name) ?? []);
  const [whole, overhead] = [ms / base, (ms - base) / base];
  if (name === baseline) return { name, ms, whole, overhead, limit: "", over: false };
  if (name === "--help") return { name, ms, whole, overhead, limit: "whole <= 2", over: whole > 2 };
  return { name: `${name}, to its first AWS call`, ms, whole, overhead, limit: "overhead <= 4", over: overhead > 4 };
});
const head = ["run", "ms", "whole / node", "overhead / node", "limit", ""];
const drawn = rows.map(({ name, ms, whole, overhead, limit, over }) => {
  return [name, ms.toFixed(0), whole.toFixed(2), overhead.toFixed(2), limit, over ? "OVER" : "ok"];
});
process.stdout.write(
  `Medians of ${rounds} interleaved runs.\n\n${table(head, drawn, pageOf(process.stdout, process.env))}\n`,
);
process.exitCode = rows.some(({ over }) => over) ? 1 : 0;

/** Milliseconds until the process has ended. */
async function untilEnd(args: readonly string[]): Promise<number> {
  const began = performance.now();
  await once(start(args), "exit");
  return performance.now() - began;
}

/** Milliseconds until the endpoint is called. */
async function untilFirstCall(args: readonly string[]): Promise<number> {
  calls.length = 0;
  const began = performance.now();
  await once(start(args), "exit");
  const [first] = calls;
  if (first === undefined) throw new Error(`${args.join(" ")} called no AWS`);
  return first - began;
}

function start(args: readonly string[]) {
  return spawn(process.execPath, args, {
    stdio: "ignore",
    env: {
      PATH: process.env["PATH"],
      HOME: tmpdir(),
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
      AWS_MAX_ATTEMPTS: "1",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    },
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
