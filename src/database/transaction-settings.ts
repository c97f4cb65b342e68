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

/**
 * The settings of a transaction. What is left open by a command that is killed, stopped, or whose last call is lost, would hold its locks: for
 * three minutes by the Data API, for hours over a connection. PostgreSQL itself ends it sooner; one that only reads keeps nobody waiting.
 */
export function transactionSettings({ readOnly, settings }: TransactionOptions): Readonly<Record<string, string>> {
  return { idle_in_transaction_session_timeout: readOnly === true ? "150s" : "30s", ...settings };
}

/** The statement that makes a setting for the transaction that it is in. */
export function setLocal(name: string, value: string): string {
  return `set local ${id(...name.split("."))} = ${lit(value)}`;
}
