import { setTimeout as sleep } from "node:timers/promises";
import { Client, type FieldDef } from "pg";
import type { BoundStatement } from "./parameter-values.ts";
import { statementTimeout } from "./faults.ts";
import type { Login } from "./login.ts";
import type { TextRow } from "./records.ts";

/** What PostgreSQL answers a statement with. */
export interface StatementResult {
  readonly fields: readonly FieldDef[];
  readonly rows: readonly TextRow[];
  readonly rowCount: number;
}

/** How long work may take, and whether it goes on when that is over. */
export interface Deadline {
  readonly ms: number;
  readonly continueAfterTimeout: boolean;
}

/** One connection of the Data API to a cluster's writer. It ends with the server, whatever it does then. */
export class Session {
  readonly client: Client;
  readonly #login: Login;
  #backend: number | undefined;
  #work: Promise<unknown> = Promise.resolve();
  #outOfTime = false;

  private constructor(login: Login) {
    const { cluster, username, password, database } = login;
    this.#login = login;
    this.client = new Client({
      host: cluster.endpoint,
      port: cluster.port,
      user: username,
      password,
      database: database ?? username,
      ssl: { rejectUnauthorized: false },
      application_name: "RDS Data API",
    });
    this.client.on("error", () => undefined); // a connection lost to a shutdown: the statement in hand tells
  }

  /** Logs in. Rejects with PostgreSQL's own refusal. */
  static async open(login: Login): Promise<Session> {
    const session = new Session(login);
    await session.client.connect();
    const { rows } = await session.client.query<{ pid: number }>("select pg_backend_pid() as pid");
    session.#backend = rows[0]?.pid;
    return session;
  }

  get database(): string {
    return this.#login.database ?? this.#login.username;
  }

  /** One statement, by the extended protocol: it takes no second one. All values come as text. Throws when the work's time is over. */
  async run({ text, values }: BoundStatement): Promise<StatementResult> {
    if (this.#outOfTime) throw statementTimeout();
    const statement = { text, values: [...values], rowMode: "array" as const, queryMode: "extended", types: asText };
    const { fields, rows, rowCount } = await this.client.query<(string | null)[]>(statement);
    return { fields, rows, rowCount: rowCount ?? 0 };
  }

  /**
   * Does work until the deadline, then throws StatementTimeoutException and cancels what runs, unless it is to go on: then nobody hears
   * how it ends.
   */
  async within<T>({ ms, continueAfterTimeout }: Deadline, begin: () => Promise<T>): Promise<T> {
    const work = begin();
    this.#work = work.catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        if (!continueAfterTimeout) void this.#cancel(work);
        reject(statementTimeout());
      }, ms);
      timer.unref();
    });
    try {
      return await Promise.race([work, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Fulfilled when nothing runs on it. */
  async idle(): Promise<void> {
    await this.#work;
  }

  /** Logs out when what runs has ended. Never rejects. */
  async end(): Promise<void> {
    await this.#work;
    await this.client.end().catch(() => undefined);
  }

  /** Asks again until the work has ended: a cancellation that comes before a statement, or between two, cancels none. */
  async #cancel(work: Promise<unknown>): Promise<void> {
    this.#outOfTime = true;
    const ended = work.then(
      () => true,
      () => true,
    );
    do await this.#cancelOnce();
    while (!(await Promise.race([ended, sleep(50, false, { ref: false })])));
  }

  async #cancelOnce(): Promise<void> {
    const cancel = "select pg_cancel_backend($1)";
    const { server } = this.#login.cluster;
    // A server that cannot be reached has ended the statement itself.
    await server.asSuperuser("postgres", (client) => client.query(cancel, [this.#backend])).catch(() => undefined);
  }
}

const asText = { getTypeParser: () => (text: string) => text };
