import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readPolicy } from "../../src/local-aws/policy/document.ts";
import { type LocalAws, startLocalAws } from "../../src/local-aws/start.ts";
import { run } from "./product.ts";

/** What was seen, by where it was. A text of a place that is looked at again and again is kept once. */
type Seen = Map<Place, ReadonlySet<string>>;
type Place = "process table" | "stdout" | "stderr" | "state folder" | "servers' logs";

const afterDeploy = [
  ["restore-snapshot"],
  ["start-dms-migration"],
  ["verify-counts", "--connect", "data-api"],
  ["status"],
  ["cleanup", "--yes"],
];

const onLinux = test.skipIf(process.platform !== "linux");

onLinux(
  "no password is in what commands say and keep, in the process table, or in a log of every statement",
  async () => {
    const seen: Seen = new Map();
    const passwords = new Set<string>();
    const planted = "PlantedLikeAPassword";
    const collect = (): void => passwordsIn(local).forEach((password) => passwords.add(password));
    await using local = await watchedLocalAws(() => {
      collect();
      see(seen, "process table", processTable());
    });
    const stateDir = await mkdtemp(join(tmpdir(), "bcm-passwords-test-"));
    const settings = { BEDROCK_CHAT_MIGRATE_POLL_SECONDS: "0.02", BEDROCK_CHAT_MIGRATE_STATE_DIR: stateDir };
    const call = async (argv: readonly string[], code: number): Promise<void> => {
      const ended = await run(argv, { ...local.environment, ...settings, PLANTED: planted });
      expect(ended.code, ended.stderr).toBe(code);
      see(seen, "stdout", [ended.stdout]);
      see(seen, "stderr", [ended.stderr]);
      see(seen, "state folder", filesBelow(stateDir));
      see(seen, "servers' logs", serversLogs(local));
    };

    collect();
    await onEveryServer(local, logEveryStatement);
    await local.deploy();
    await onEveryServer(local, logEveryStatement);
    for (const command of afterDeploy) await call(command, 0);
    // The stack's own before and after the deploy; the run's for the temporary cluster, and for DMS.
    expect(passwords.size).toBeGreaterThanOrEqual(4);
    for (const password of passwords) expect(password.length).toBeGreaterThanOrEqual(16);
    expect([...passwords].flatMap((password) => placesOf(password, seen))).toEqual([]);

    await writeFile(join(stateDir, "planted"), planted);
    await onEveryServer(local, [`select '${planted}'`]);
    await call(["verify-counts", "--json", "--stack", planted], 2);
    expect(placesOf(planted, seen)).toEqual(["process table", "stdout", "stderr", "state folder", "servers' logs"]);
    await rm(stateDir, { recursive: true });
  },
);

function see(seen: Seen, place: Place, texts: readonly string[]): void {
  seen.set(place, new Set([...(seen.get(place) ?? []), ...texts]));
}

function placesOf(text: string, seen: Seen): Place[] {
  return [...seen].flatMap(([place, texts]) => ([...texts].some((one) => one.includes(text)) ? [place] : []));
}

/** A local AWS before the deploy, and a look at every call that reaches it: it asks its policy then. */
async function watchedLocalAws(look: () => void): Promise<LocalAws & AsyncDisposable> {
  const everything = { Effect: "Allow", Action: "*", Resource: "*" };
  const { statements } = readPolicy(JSON.stringify({ Version: "2012-10-17", Statement: everything }));
  const policy = {
    get statements() {
      look();
      return statements;
    },
  };
  const small = { bots: 5, rows: 60, dimensions: 8, seed: 7, timeScale: 1 / 20_000 };
  const local = await startLocalAws({ stage: "before-deploy", ...small, policy });
  return Object.assign(local, { [Symbol.asyncDispose]: () => local.stop() });
}

/** Kept in the server's data: the temporary cluster, which has the old one's, logs from its first statement on. */
const logEveryStatement = ["alter system set log_statement = 'all'", "select pg_reload_conf()"];

async function onEveryServer({ world }: LocalAws, statements: readonly string[]): Promise<void> {
  for (const { server } of world.rds.clusters.values())
    await server.asSuperuser("postgres", async (client) => {
      for (const statement of statements) await client.query(statement);
    });
}

function serversLogs({ world }: LocalAws): string[] {
  return [...world.rds.clusters.values()].map(({ server }) =>
    readFileSync(join(server.dataDirectory, "server.log"), "utf8"),
  );
}

/** Of all that the account's secrets hold and held. */
function passwordsIn({ world }: LocalAws): string[] {
  const values = [...world.secrets.values()].flatMap((secret) => [secret.value, secret.previous?.value ?? ""]);
  return values.filter((value) => value !== "").map((value) => (JSON.parse(value) as { password: string }).password);
}

/** Arguments and environment of every process that this one may look at. */
function processTable(): string[] {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return processes.flatMap((id) => ["cmdline", "environ"].map((file) => readIfThere(`/proc/${id}/${file}`)));
}

/** A process may have ended meanwhile, or be another user's. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}

function filesBelow(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return files.map((one) => readFileSync(join(one.parentPath, one.name), "utf8"));
}
