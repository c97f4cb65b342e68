import { randomBytes } from "node:crypto";
import type { LocalClock } from "../../clock.ts";
import { badRequest, databaseError, isTimeout, transactionNotFound } from "./faults.ts";
import type { DataApiLimits } from "./limits.ts";
import type { Deadline, Session } from "./session.ts";

/** How a call names its transaction. */
export interface TransactionName {
  readonly transactionId: string | undefined;
  readonly resourceArn: string | undefined;
  readonly database?: string | undefined;
}

interface Transaction {
  readonly id: string;
  readonly session: Session;
  readonly resourceArn: string | undefined;
  readonly idleMs: number;
  readonly expiry: NodeJS.Timeout;
  idle: NodeJS.Timeout | undefined;
  running: boolean;
}

/**
 * The open transactions, each on a connection of its own. One ends by its commit or rollback, by an error of a call in it, when nobody
 * has called for three minutes or it is a day old, and with its server (Aurora user guide, data-api.troubleshooting).
 */
export class Transactions {
  readonly #limits: DataApiLimits;
  readonly #open = new Map<string, Transaction>();

  constructor(limits: DataApiLimits) {
    this.#limits = limits;
  }

  /** Begins one on a new session, and gives its id. */
  async begin(session: Session, resourceArn: string | undefined, clock: LocalClock): Promise<string> {
    await session.client.query("BEGIN");
    const id = randomBytes(96).toString("base64");
    const idleMs = this.#limits.idleTransactionMs(clock);
    const expiry = setTimeout(() => void this.#abort(transaction), this.#limits.transactionMs(clock)).unref();
    const transaction: Transaction = { id, session, resourceArn, idleMs, expiry, idle: undefined, running: false };
    this.#open.set(id, transaction);
    session.client.once("end", () => this.#forget(transaction));
    this.#waitForCall(transaction);
    return id;
  }

  /**
   * Works in one. Throws TransactionNotFoundException, and DatabaseErrorException while an earlier call still works in it. What the work
   * throws ends the transaction, but a timeout that the work goes on after.
   */
  async use<T>(name: TransactionName, deadline: Deadline, work: (session: Session) => Promise<T>): Promise<T> {
    const transaction = this.#find(name);
    transaction.running = true;
    clearTimeout(transaction.idle);
    try {
      return await transaction.session.within(deadline, () => work(transaction.session));
    } catch (error) {
      const goesOn = deadline.continueAfterTimeout && isTimeout(error);
      if (!goesOn) await this.#abort(transaction);
      throw error;
    } finally {
      void transaction.session.idle().then(() => this.#waitForCall(transaction));
    }
  }

  /** Ends one. Throws as `use` does, and DatabaseErrorException for a commit that PostgreSQL refuses. */
  async end(name: TransactionName, how: "COMMIT" | "ROLLBACK"): Promise<void> {
    const transaction = this.#find(name);
    this.#forget(transaction);
    try {
      const { command } = await transaction.session.client.query(how);
      // That of a statement which went on after its timeout, and failed then.
      if (command !== how) throw databaseError("The transaction was rolled back: a statement in it has failed.");
    } finally {
      await transaction.session.end();
    }
  }

  #find({ transactionId = "", resourceArn, database }: TransactionName): Transaction {
    const transaction = this.#open.get(transactionId);
    if (!transaction || transaction.resourceArn !== resourceArn) throw transactionNotFound(transactionId);
    if (transaction.running) throw databaseError("Transaction is still running a query");
    if (database !== undefined && database !== transaction.session.database)
      throw badRequest("Database name is not the same as transaction database");
    return transaction;
  }

  #waitForCall(transaction: Transaction): void {
    transaction.running = false;
    clearTimeout(transaction.idle);
    if (!this.#open.has(transaction.id)) return;
    transaction.idle = setTimeout(() => void this.#abort(transaction), transaction.idleMs).unref();
  }

  async #abort(transaction: Transaction): Promise<void> {
    this.#forget(transaction);
    await transaction.session.end(); // PostgreSQL rolls back what a connection leaves
  }

  #forget(transaction: Transaction): void {
    this.#open.delete(transaction.id);
    clearTimeout(transaction.idle);
    clearTimeout(transaction.expiry);
  }
}
