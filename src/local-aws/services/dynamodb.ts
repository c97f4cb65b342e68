import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** A running DynamoDB. */
export interface DynamoDb {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts dynalite, a DynamoDB in memory, on a free loopback port. Its tables are gone when it closes. */
export async function startDynamoDb(): Promise<DynamoDb> {
  const { default: dynalite } = await import("dynalite");
  const server = dynalite({ createTableMs: 20, deleteTableMs: 20, updateTableMs: 20 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
      });
      server.closeAllConnections();
      await closed;
    },
  };
}
