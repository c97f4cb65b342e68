import { readLogin } from "../../src/database/login.ts";
import { findRun, openRun } from "../../src/provision/run.ts";
import { temporaryDatabase } from "../../src/steps/temporary-cluster.ts";
import { usualWishes, verifyCounts } from "../../src/steps/verify-counts.ts";
import type { Bot } from "../../src/stack/bots.ts";
import type { VerifyLevel } from "../../src/verify/side-content.ts";
import type { Verification } from "../../src/verify/verification.ts";
import { undisturbed } from "./at-step.ts";
import type { ComparedDatabase } from "./pg-comparator.ts";
import { type SmallDeployment, smallDeployment, stack } from "./small-deployment.ts";
import { story } from "./story.ts";
import { botsOf } from "./users-at-work.ts";

/** A row of `items`, as PostgreSQL writes its columns. */
export interface Row {
  readonly id: string;
  readonly bot: string | null;
  readonly content: string | null;
  readonly source: string | null;
  readonly embedding: string | null;
}

/** A target that is loaded and as it is to be, until a test changes it. */
export interface VerifiedTarget extends AsyncDisposable {
  readonly world: SmallDeployment;
  /** Bots by their rows: the most first, one without any last. */
  readonly bots: readonly Bot[];
  /** What both sides hold. */
  readonly rows: readonly Row[];
  /** The row that the mutations are written for. */
  readonly prepared: Row;
  verify(level?: VerifyLevel): Promise<Verification>;
  /** SQL on the target as a superuser. */
  damage(statements: readonly string[]): Promise<void>;
  /** The target's rows, instead of those that are there. */
  hold(rows: readonly Row[]): Promise<void>;
  /** Where programs of others find both sides: the source first. */
  databases(): Promise<readonly [ComparedDatabase, ComparedDatabase]>;
}

/** Values that mutations need, in a row of the largest bot and in one of no bot: a 0, and accents that have another Unicode form. */
const preparation = [
  `update items set content = 'Où est l''été ?', source = '', embedding = '[0,1,-2,3,0.5,0.25,-0.125,8]'
    where id = (select min(id) from items where content <> '' and embedding is not null)`,
  "insert into items values ('01NOBODY000000000000000000', null, 'x|NULL', 'y', null)",
];

export async function verifiedTarget(): Promise<VerifiedTarget> {
  const world = await smallDeployment();
  const bots = await botsOf(world);
  await story["restore-snapshot"](world.stateDir, world.context(), undisturbed);
  const { clusters } = world.local.world.rds;
  const source = [...clusters.values()].find(({ identifier }) => identifier.endsWith("-source"))?.server;
  const deployment = await world.deployment();
  const target = clusters.get(deployment.cluster.DBClusterIdentifier ?? "")?.server;
  if (source === undefined || target === undefined) throw new Error("a cluster is gone");
  const rows = await source.asSuperuser("postgres", async (client) => {
    for (const statement of preparation) await client.query(statement);
    return (
      await client.query<Row>(
        `select id, botid as "bot", content, source, embedding::text as "embedding" from items order by id`,
      )
    ).rows;
  });
  const prepared = rows.find(({ content }) => content === "Où est l'été ?");
  if (prepared === undefined) throw new Error("no row is prepared");
  await story["start-dms-migration"](world.stateDir, world.context(), undisturbed);
  return {
    world,
    bots,
    rows,
    prepared,
    verify: (level = usualWishes.level) => verify(world, level),
    damage: (statements) =>
      target.asSuperuser("postgres", async (client) => {
        for (const statement of statements) await client.query(statement);
      }),
    hold: (held) =>
      target.asSuperuser("postgres", async (client) => {
        const columns = (["id", "bot", "content", "source", "embedding"] as const).map((name) =>
          held.map((row) => row[name]),
        );
        await client.query("begin");
        await client.query("delete from items");
        await client.query(
          `insert into items select id, bot, content, source, embedding::vector
             from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
               as held (id, bot, content, source, embedding)`,
          columns,
        );
        await client.query("commit");
      }),
    databases: async () => {
      const context = world.context();
      const temporary = await temporaryDatabase(context, await latestRun(world));
      const login = (secretArn: string) => readLogin(context.aws, secretArn);
      return [
        { server: source, login: await login(temporary.secretArn) },
        { server: target, login: await login(deployment.database.secretArn) },
      ];
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

async function verify(world: SmallDeployment, level: VerifyLevel): Promise<Verification> {
  return verifyCounts({ ...usualWishes, level }, await world.deployment(), world.context(), await latestRun(world));
}

async function latestRun(world: SmallDeployment) {
  const { account, region, clock } = world.context();
  const folder = await findRun(world.stateDir, { account, region, stack }, { id: undefined, closedToo: true });
  if (folder === undefined) throw new Error("there is no run");
  return openRun(folder, clock);
}
