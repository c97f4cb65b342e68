import { lookup } from "node:dns/promises";
import type { Context } from "../context.ts";
import type { Reach } from "../reach.ts";
import { type DataApiContext, dataApiSession } from "./data-api.ts";
import { withLogin } from "./direct.ts";
import { readLogin } from "./login.ts";
import { isPrivate } from "./private-addresses.ts";
import type { Database, SqlSession } from "./session.ts";

type SessionContext = DataApiContext & Pick<Context, "caFile" | "reach">;

/**
 * Lends a session on a database by the way that `--connect` names or chooses, opened with what its secret holds now. Throws an
 * UnreachableError when the server cannot be reached or refuses the login.
 */
export async function withSession<T>(
  database: Database,
  context: SessionContext,
  work: (session: SqlSession) => Promise<T>,
): Promise<T> {
  context.signal.throwIfAborted();
  if ((await wayTo(database, context)) === "data-api") return work(dataApiSession(database, context));
  return withLogin(database, await readLogin(context.aws, database.secretArn), context, work);
}

type Way = "data-api" | "direct";

/** What was chosen for each cluster of a command: looked up and said once. */
const chosen = new WeakMap<Reach, Map<string, Promise<Way>>>();

async function wayTo(database: Database, context: SessionContext): Promise<Way> {
  const { reach } = context;
  const tunnel = reach.tunnels[database.side];
  if (reach.connect !== "auto") return reach.connect;
  if (tunnel !== undefined || !database.hasDataApi) return "direct";
  const ways = chosen.get(reach) ?? new Map<string, Promise<Way>>();
  chosen.set(reach, ways);
  const way = ways.get(database.clusterArn) ?? chooseWay(database, context);
  ways.set(database.clusterArn, way);
  return way;
}

/** The Data API, where the host is private. A loopback address is none: that is a tunnel, or the local AWS. */
async function chooseWay({ label, host }: Database, { progress }: SessionContext): Promise<Way> {
  const addresses = await lookup(host, { all: true }).catch(() => []);
  if (!isPrivate(addresses.map(({ address }) => address))) return "direct";
  progress.say(
    `${label}: reached through its Data API, since its host is private (--connect direct goes there itself)`,
  );
  return "data-api";
}
