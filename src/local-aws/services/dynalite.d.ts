declare module "dynalite" {
  import type { Server } from "node:http";

  /** The members used of the options that dynalite's README lists. */
  export interface DynaliteOptions {
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }

  /** An HTTP server that speaks DynamoDB's protocol; in memory where no path is given. */
  export default function dynalite(options?: DynaliteOptions): Server;
}
