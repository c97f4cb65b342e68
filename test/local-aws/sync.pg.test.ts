import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalAws, startLocalAws } from "../../src/local-aws/start.ts";
import type { BotSync } from "../../src/local-aws/stack/sync-bot.ts";
import { clientSettings } from "./small-world.ts";

let local: LocalAws;
let dynamodb: DynamoDB;
beforeAll(async () => {
  local = await startLocalAws({ stage: "after-deploy", bots: 4, rows: 40, dimensions: 8, seed: 7, timeScale: 0 });
  dynamodb = new DynamoDB(clientSettings(local.endpoint));
});
afterAll(async () => {
  dynamodb.destroy();
  await local.stop();
});

async function order(document: unknown): Promise<{ status: number; body: BotSync & { message: string } }> {
  const answer = await fetch(`${local.endpoint}/_local-aws/sync`, { method: "POST", body: JSON.stringify(document) });
  return { status: answer.status, body: (await answer.json()) as BotSync & { message: string } };
}

async function bots() {
  const [TableName = ""] = (await dynamodb.listTables({})).TableNames ?? [];
  const { Items = [] } = await dynamodb.scan({ TableName });
  return Items.filter((item) => item["SK"]?.S?.includes("#BOT#") === true)
    .map((item) => ({
      id: item["SK"]?.S?.split("#").at(-1) ?? "",
      status: item["SyncStatus"]?.S,
      task: item["LastExecId"]?.S,
    }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

async function held(bot: string): Promise<{ id: string; text: string }[]> {
  const cluster = [...local.world.rds.clusters.values()].find((one) => one.status === "available");
  const query = {
    text: "select id, (items - 'id')::text from (select id, to_jsonb(items) as items from items where botid = $1) of_bot order by id",
    values: [bot],
  };
  return cluster!.server.asSuperuser(
    "postgres",
    async (client) => (await client.query<{ id: string; text: string }>(query)).rows,
  );
}

test("a sync gives a bot new rows under new ids, and writes what the task did into DynamoDB", async () => {
  const [, second] = await bots();
  const id = second?.id ?? "";
  const first = await order({ bot: id });
  expect(first).toMatchObject({
    status: 200,
    body: { bot: id, status: "SUCCEEDED", title: expect.any(String) as string },
  });
  const before = await held(id);
  expect(before).toHaveLength(first.body.rows);
  expect((await bots())[1]).toEqual({ id, status: "SUCCEEDED", task: first.body.task });
  const again = await order({ bot: id });
  const after = await held(id);
  expect([again.body.rows, after.length]).toEqual([first.body.rows + 1, first.body.rows + 1]);
  expect(again.body.task).not.toBe(first.body.task);
  const old = new Set(before.flatMap((row) => [row.id, row.text]));
  expect(after.filter((row) => old.has(row.id) || old.has(row.text))).toEqual([]);
});

test("a bot without knowledge succeeds with nothing, and one whose pipe is stopped stays queued", async () => {
  const last = (await bots()).at(-1)?.id ?? "";
  expect((await order({ bot: last })).body).toMatchObject({ status: "SUCCEEDED", rows: 0 });
  const [pipe] = local.world.pipes.values();
  pipe!.currentState = "STOPPED";
  const [first] = await bots();
  expect((await order({ bot: first?.id })).body).toMatchObject({ status: "QUEUED", rows: 0, task: "" });
  expect((await bots())[0]?.status).toBe("QUEUED");
  expect(await held(first?.id ?? "")).toEqual([]);
  pipe!.currentState = "RUNNING";
});

test("what cannot be synced is refused", async () => {
  expect((await order({ bot: "nobody" })).body.message).toContain("There is no bot nobody");
  expect((await order({ bot: "a", when: "later" })).body.message).toContain("load-running");
  expect((await order({ bot: "a", who: "me" })).body.message).toContain("no member who");
  expect((await order({})).status).toBe(400);
});
