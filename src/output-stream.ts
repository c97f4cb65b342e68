import type { Writable } from "node:stream";

/** Where output goes: a terminal, whose size is known then, or anything else. */
export type OutputStream = Writable & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
};

export type Environment = Readonly<Record<string, string | undefined>>;
