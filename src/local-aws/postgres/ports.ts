import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * A port of the loopback addresses that nobody listens on. From below the range that systems give to outgoing connections
 * (32768 and up on Linux), so that it is still free when the server starts, or starts again, later.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(20_000, 32_000);
    if ((await isFree(port, "127.0.0.1")) && (await isFree(port, "::1"))) return port;
  }
  throw new Error("No free port between 20000 and 32000 was found in 100 attempts.");
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "EADDRNOTAVAIL")); // no IPv6 here
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
