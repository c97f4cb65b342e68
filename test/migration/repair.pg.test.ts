import { afterAll, beforeAll, expect, test } from "vitest";
import type { Context } from "../../src/context.ts";
import { readDecisions } from "../../src/stack/bot-decisions.ts";
import type { Bot } from "../../src/stack/bots.ts";
import { exitCode } from "../../src/errors.ts";
import { atStep, killedWhenSaid, undisturbed } from "./at-step.ts";
import { type Ended, runInProcess } from "./command-in-process.ts";
import { type SmallDeployment, smallDeployment } from "./small-deployment.ts";
import { noWishes, story } from "./story.ts";
import { botsOf, deleteBot, digests, insertRows, syncUnderWay } from "./users-at-work.ts";

/** One load, which every test takes as the one before has left it: whole. */
let world: SmallDeployment;
let bots: { readonly big: Bot; readonly second: Bot; readonly third: Bot; readonly fourth: Bot };
let whole: Readonly<Record<string, string>>;

const dataApi = (): Context => ({ ...world.context(), reach: { connect: "data-api", tunnels: {} } });
const repair = (context: Context = world.context(), wishes?: Parameters<typeof story.repair>[3]) =>
  story.repair(world.stateDir, context, undisturbed, wishes);
const onTarget = (...statements: readonly string[]) =>
  world.onTarget(async (session) => {
    for (const statement of statements) await session.query(statement);
  });

beforeAll(async () => {
  world = await smallDeployment();
  const [big, second, third, fourth] = await botsOf(world);
  if (!big || !second || !third || !fourth) throw new Error("too few bots");
  bots = { big, second, third, fourth };
  await expect(repair()).rejects.toThrow(/no open run/);
  await story["restore-snapshot"](world.stateDir, world.context(), undisturbed);
  // A row that the Data API gives in pieces alone, -0, and what JSON has to escape.
  await onSource(
    `update items set content = repeat(E'"語\\\\\\n\u{1f600} ', 30000), embedding = '[-0,1e-45,3.4028235e38,0.1,0,1,2,3]'
      where id = (select max(id) from items where botid = '${big.id}')`,
    `insert into items values ('01NOBODY000000000000000000', null, null, '', null)`,
  );
  await expect(repair()).rejects.toMatchObject({
    message: expect.stringMatching(/has not finished a load/) as string,
    hint: expect.stringContaining("start-dms-migration") as string,
  });
  let arrived: typeof whole = {};
  const lost = `delete from items where id = (select max(id) from items where botid = '${fourth.id}')`;
  const losing = atStep("settle-load", async () => {
    arrived = await digests(world);
    await onTarget(lost);
  });
  await expect(story["start-dms-migration"](world.stateDir, world.context(), losing)).rejects.toThrow(
    `${fourth.id} lacks 1 row`,
  );
  const { repaired } = await repair(dataApi());
  expect(repaired.bots).toEqual([{ bot: fourth.id, title: fourth.title, inserted: 1, changed: 0 }]);
  whole = await digests(world);
  expect(whole).toEqual(arrived);
  expect(await world.onTarget(readDecisions)).toEqual([]);
});
afterAll(() => world[Symbol.asyncDispose]());

async function onSource(...statements: readonly string[]): Promise<void> {
  const source = [...world.local.world.rds.clusters.values()].find((one) => one.identifier.endsWith("-source"));
  await source?.server.asSuperuser("postgres", async (client) => {
    for (const statement of statements) await client.query(statement);
  });
}

/** What the row of no bot was, each time before it was set right. */
async function keptVersions(): Promise<string[]> {
  const kept = await world.onTarget((session) =>
    session.query<{ source: string }>(
      `select source from bedrock_chat_migrate.replaced_item where botid is null and source is not null`,
    ),
  );
  return kept.map(({ source }) => source);
}

/** As an operator types it. */
function command(...argv: readonly string[]): Promise<Ended> {
  const { local, stateDir } = world;
  const quick = { BEDROCK_CHAT_MIGRATE_POLL_SECONDS: "0.01", BEDROCK_CHAT_MIGRATE_STATE_DIR: stateDir };
  return runInProcess(argv, { ...local.environment, ...quick });
}

/** Rows of three bots, and of none, are changed or gone. */
async function damageBig(): Promise<void> {
  const { id } = bots.big;
  await onTarget(
    `delete from items where id in (select max(id) from items where botid = '${id}')`,
    `update items set content = content || ' ' where id = (select min(id) from items where botid = '${id}')`,
  );
}

async function damage(): Promise<void> {
  const { second, third } = bots;
  await damageBig();
  await onTarget(
    "delete from items where botid is null",
    `update items set embedding = null, source = null where botid = '${second.id}'`,
    `delete from items where botid = '${third.id}'`,
  );
  expect(await digests(world)).not.toEqual(whole);
}

test("missing and changed rows are copied, to the bit, by both ways; a second repair finds nothing", async () => {
  for (const context of [world.context(), dataApi()]) {
    await damage();
    const { repaired } = await repair(context);
    expect(repaired).toMatchObject({ refused: [], left: [] });
    expect(repaired.bots.map(({ bot, title }) => [bot, title])).toEqual([
      [bots.big.id, bots.big.title],
      [bots.second.id, bots.second.title],
      [bots.third.id, bots.third.title],
      [null, null],
    ]);
    expect(repaired.bots).toMatchObject([
      { inserted: 1, changed: 1 },
      { inserted: 0 },
      { changed: 0 },
      { inserted: 1 },
    ]);
    expect(await digests(world)).toEqual(whole);
  }
  const confirm = () => Promise.reject(new Error("asked for nothing"));
  expect(await repair(world.context(), { ...noWishes, confirm })).toMatchObject({
    repaired: { inserted: 0, changed: 0, bots: [], refused: [] },
  });
});

test("nobody is asked: nothing is copied; killed on its way, it goes on; a bot that is named is repaired alone", async () => {
  await damage();
  const damaged = await digests(world);
  expect(await command("repair")).toMatchObject({
    code: exitCode.usage,
    stderr: expect.stringContaining(
      `bot ${bots.big.id} ${JSON.stringify(bots.big.title)}: 1 rows missing, 1 changed`,
    ) as string,
  });
  const nobody = await command("repair", "--bot", "01NOSUCHBOT", "--yes");
  expect(nobody).toMatchObject({ code: exitCode.usage, stderr: expect.stringContaining("01NOSUCHBOT") as string });
  expect(await digests(world)).toEqual(damaged);
  const named = await command("repair", "--bot", bots.third.id, "--yes");
  expect(named).toMatchObject({ code: exitCode.failed, stdout: expect.stringContaining("1 bots repaired") as string });
  expect(await digests(world)).toEqual({ ...damaged, [bots.third.id]: whole[bots.third.id] });
  // After the bots, before the rows of none.
  await expect(repair(killedWhenSaid(world, "2 bots repaired"))).rejects.toThrow("killed");
  expect(await digests(world)).not.toEqual(whole);
  const again = await command("repair", "--yes", "--json");
  expect(again.code).toBe(exitCode.proven);
  expect(JSON.parse(again.stdout)).toMatchObject({ inserted: 1, verified: { outcome: "identical" } });
  expect(await digests(world)).toEqual(whole);
});

test("what the operator was asked about is what is repaired, and while the run holds the target", async () => {
  await damage();
  const damaged = await digests(world);
  const undoing = () => onTarget("update bedrock_chat_migrate.run set phase = 'undoing'");
  await expect(repair(world.context(), { ...noWishes, confirm: undoing })).rejects.toThrow(/An undo of run/);
  expect(await digests(world)).toEqual(damaged);
  await onTarget("update bedrock_chat_migrate.run set phase = 'finished'");
  // A sync that has read no text: no row is foreign, and none is to come back.
  const emptied = () => onTarget(`delete from items where botid = '${bots.second.id}'`);
  const { repaired } = await repair(world.context(), { ...noWishes, confirm: emptied });
  expect(repaired.refused).toMatchObject([{ bot: bots.second.id, why: "synced meanwhile" }]);
  expect(await digests(world)).not.toHaveProperty(bots.second.id);
  await repair();
  expect(await digests(world)).toEqual(whole);
});

test("a bot whose rows all went to one that the temporary cluster does not know is refused, and no other is kept from its repair", async () => {
  const { third } = bots;
  await onTarget(`update items set botid = '01ELSEWHERE' where botid = '${third.id}'`);
  await damageBig();
  const { repaired } = await repair();
  expect(repaired).toMatchObject({ bots: [{ bot: bots.big.id }], refused: [{ bot: third.id, why: "moved rows" }] });
  await onTarget(`update items set botid = '${third.id}' where botid = '01ELSEWHERE'`);
  expect(await digests(world)).toEqual(whole);
});

test("what users have written is never touched: such bots are named, and undo gives back the target without the load", async () => {
  const { big, second, third, fourth } = bots;
  await damage();
  await world.onTarget((session) => insertRows(session, big.id, 1, "beside"));
  const before = await digests(world);
  let underWay: { readonly ended: Promise<void> } | undefined;
  const confirm = async () => {
    underWay = await syncUnderWay(world, second.id, 7);
    await deleteBot(world, third);
  };
  const { repaired } = await repair(world.context(), { ...noWishes, confirm });
  await underWay?.ended;
  expect(repaired).toMatchObject({
    bots: [{ bot: null, inserted: 1 }],
    refused: [
      { bot: big.id, why: "extra rows", extra: 1 },
      { bot: second.id, why: "synced meanwhile" },
    ],
    left: [{ bot: third.id, why: "deleted since" }],
  });
  const { [second.id]: synced, ...rest } = await digests(world);
  const { [second.id]: _synced, [third.id]: _deleted, ...others } = whole;
  expect(rest).toEqual({ ...others, [big.id]: before[big.id] });
  const refused = await command("repair", "--yes");
  expect(refused).toMatchObject({ code: exitCode.failed });
  expect(refused.stdout).toContain(
    `NOT repaired: bot ${big.id} ${JSON.stringify(big.title)} holds 1 rows that the temporary cluster does not have. It has to be embedded again`,
  );
  expect(refused.stdout).toContain(
    `Left as it is: bot ${second.id} ${JSON.stringify(second.title)} was synced by its user`,
  );
  await world.onTarget((session) =>
    session.query("update items set source = 'x' where id = '01NOBODY000000000000000000'"),
  );
  await repair(dataApi());
  expect(await keptVersions()).toEqual(["x"]);
  // As a repair leaves it that is killed when the application has looked for the rows of a deleted bot, and found none.
  await deleteBot(world, fourth);
  const { verified } = await story["verify-counts"](world.stateDir, world.context(), undisturbed);
  expect(verified.bots.find(({ bot }) => bot === fourth.id)?.verdict).toBe("orphaned");
  await repair();
  expect(await digests(world)).not.toHaveProperty(fourth.id);
  await story.undo(world.stateDir, world.context(), undisturbed);
  const left = await world.onTarget((session) =>
    session.query<{ bot: string; rows: number }>(
      `select botid::text as "bot", count(*)::int as "rows" from items group by 1 order by 1`,
    ),
  );
  expect(left).toEqual([
    { bot: big.id, rows: 1 },
    { bot: second.id, rows: 7 },
  ]);
  expect((await digests(world))[second.id]).toBe(synced);
  await expect(repair()).rejects.toThrow(/has not finished a load/);
});
