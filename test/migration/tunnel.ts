import { once } from "node:events";
import { createServer, Socket } from "node:net";
import type { HostAndPort } from "../../src/reach.ts";

/** A tunnel, as SSM's port forwarding is one: takes connections at its near end, and carries each to a port of this machine. */
export interface Tunnel extends AsyncDisposable {
  readonly near: HostAndPort;
  /** How many connections it has carried. */
  readonly carried: () => number;
}

export async function openTunnel(farPort: () => number): Promise<Tunnel> {
  const sockets = new Set<Socket>();
  let carried = 0;
  const server = createServer((near) => {
    carried += 1;
    const far = new Socket().connect(farPort(), "localhost");
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy()).on("close", () => other.destroy());
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the tunnel has no port");
  return {
    near: { host: "127.0.0.1", port: address.port },
    carried: () => carried,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
