import { createHash, randomUUID } from "node:crypto";
import type { Context } from "../context.ts";
import { ExpectedError } from "../errors.ts";
import { recordSchema } from "./catalog.ts";
import { id, lit } from "./identifiers.ts";
import type { SqlSession, SqlTransaction } from "./session.ts";

/** How work that nobody may have heard the end of has ended. It is in the run's record on the target. */
export const outcomeTable = id(recordSchema, "long_statement");

/** Work that may take longer than a call of the Data API may. */
export interface LongStatement {
  /** While one of this name runs in the database, no other begins. */
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Statements of PL/pgSQL, done in one transaction: all of it, or nothing. Done again they must do no harm. */
  readonly body: string;
}

/** An error of PostgreSQL that long work has ended with, in the members that the driver's own errors have. */
class LongStatementError extends Error {
  readonly severity = "ERROR";
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Does long work as one statement, which goes on where the caller is cut off or killed: called again, this waits for what still runs before
 * it does the work. Throws PostgreSQL's error that the work has ended with, and an ExpectedError where it has ended without a word. The target
 * must hold a run's record.
 */
export async function runLong(
  session: SqlSession,
  work: LongStatement,
  context: Pick<Context, "clock" | "pollMs" | "signal">,
  onWaiting: () => void,
): Promise<void> {
  const key = keyOf(work.name);
  const token = randomUUID();
  if (await isRunning(session, key)) onWaiting();
  await untilEnded(session, key, context);
  await session.start(statementOf(work, key, token));
  // Also where it "ended": a call that the SDK has sent again finds the first one at work, and does nothing.
  await untilEnded(session, key, context);
  const [outcome] = await session.query<{ state: string | null; message: string | null }>(
    `select sql_state as "state", message from ${outcomeTable} where name = $1 and token = $2`,
    [work.name, token],
  );
  if (outcome === undefined)
    throw new ExpectedError(
      `"${work.name}" has ended on the new cluster without a word: was it cancelled, or the cluster restarted?`,
      "Nothing of it was done. Run the same command again.",
    );
  if (outcome.state !== null) throw new LongStatementError(outcome.message ?? "", outcome.state);
}

/** What runs is known by the advisory lock that it holds: that is released when its transaction has ended, however it ends. */
interface LockKey {
  readonly class: number;
  readonly object: number;
}

/** Of all advisory locks in the database, ours. */
const lockClass = 0x62636d;

function keyOf(name: string): LockKey {
  return { class: lockClass, object: createHash("sha256").update(name).digest().readUInt32BE() >>> 1 };
}

async function isRunning(session: SqlTransaction, key: LockKey): Promise<boolean> {
  const held = await session.query(
    `select 1 as "held" from pg_locks where locktype = 'advisory' and objsubid = 2
        and classid = ${key.class} and objid = ${key.object} and granted
        and database = (select oid from pg_database where datname = current_database())`,
  );
  return held.length > 0;
}

async function untilEnded(
  session: SqlTransaction,
  key: LockKey,
  { clock, pollMs, signal }: Pick<Context, "clock" | "pollMs" | "signal">,
): Promise<void> {
  // Without a limit: how long an index takes nobody knows, and what runs shows its progress.
  while (await isRunning(session, key)) await clock.sleep(Math.min(pollMs, 2_000), signal);
}

/** A failure is noted, not raised: with `continueAfterTimeout` nobody might hear it. */
function statementOf({ name, settings, body }: LongStatement, key: LockKey, token: string): string {
  const set = Object.entries(settings).map(
    ([setting, value]) => `  perform set_config(${lit(setting)}, ${lit(value)}, true);`,
  );
  const block = [
    "declare failed_state text; failed_message text;",
    "begin",
    `  if not pg_try_advisory_xact_lock(${key.class}, ${key.object}) then return; end if;`,
    ...set,
    "  begin",
    body,
    "  exception when others then",
    "    get stacked diagnostics failed_state = returned_sqlstate, failed_message = message_text;",
    "  end;",
    `  insert into ${outcomeTable} as o (name, token, sql_state, message)`,
    `    values (${lit(name)}, ${lit(token)}, failed_state, failed_message)`,
    "    on conflict (name) do update",
    "      set token = excluded.token, sql_state = excluded.sql_state, message = excluded.message, ended = default;",
    "end",
  ];
  return `do ${lit(block.join("\n"))}`;
}
