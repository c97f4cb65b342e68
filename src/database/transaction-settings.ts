import { id, lit } from "./identifiers.ts";
import type { TransactionOptions } from "./session.ts";

/** `isolation level repeatable read, read only`, as BEGIN and SET TRANSACTION take it; "" for PostgreSQL's own way. */
export function transactionModes({ isolation, readOnly }: TransactionOptions): string {
  const modes = [
    ...(isolation === undefined ? [] : [`isolation level ${isolation}`]),
    ...(readOnly === true ? ["read only"] : []),
  ];
  return modes.join(", ");
}

/** The statement that makes a setting for the transaction that it is in. */
export function setLocal(name: string, value: string): string {
  return `set local ${id(...name.split("."))} = ${lit(value)}`;
}
