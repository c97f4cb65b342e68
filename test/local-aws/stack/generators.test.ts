import { decodeTime, isValid } from "ulid";
import { expect, test } from "vitest";
import { tableItems } from "../../../src/local-aws/stack/bot-items.ts";
import { seededBots, sharesOf } from "../../../src/local-aws/stack/bots.ts";
import { contentOf, lacksEmbedding, longTextBytes, sentences } from "../../../src/local-aws/stack/contents.ts";
import { copyHeader, encodeRow } from "../../../src/local-aws/stack/copy-encoder.ts";
import { stackNames } from "../../../src/local-aws/stack/names.ts";
import { randomOf } from "../../../src/local-aws/stack/random.ts";
import { itemRows, type ItemRow } from "../../../src/local-aws/stack/rows.ts";
import { epoch, ulidAt } from "../../../src/local-aws/stack/ulids.ts";

function rowsOf(seed: number, rows = 400, dimensions = 33): ItemRow[] {
  const made: ItemRow[] = [];
  for (const [id, bot, content, source, vector] of itemRows(seededBots(seed, 6, rows), {
    seed,
    dimensions,
    bucket: "bucket",
  })) {
    made.push([id, bot, content, source, vector && vector.slice()]);
  }
  return made;
}

test("the same seed gives the same rows, another seed others", () => {
  expect(rowsOf(7)).toEqual(rowsOf(7));
  expect(rowsOf(7)[0]).not.toEqual(rowsOf(8)[0]);
  expect(stackNames(7)).toEqual(stackNames(7));
});

test("embeddings are unit vectors in clusters: a row's nearest neighbour is far nearer than an average row", () => {
  const vectors = rowsOf(1, 400, 256).flatMap(([, , , , vector]) => (vector === null ? [] : [vector]));
  for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  const distance = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((x, index) => x - (b[index] ?? 0)));
  const distances = vectors.slice(1).map((vector) => distance(vector, vectors[0] ?? vector));
  const mean = distances.reduce((sum, one) => sum + one, 0) / distances.length;
  expect(Math.min(...distances)).toBeLessThan(0.8 * mean);
});

test("ids are ULIDs of their moment, all different", () => {
  const id = ulidAt(epoch + 5, randomOf(1, "test"));
  expect(id).toHaveLength(26);
  expect(isValid(id)).toBe(true);
  expect(decodeTime(id)).toBe(epoch + 5);
  const ids = rowsOf(1).map(([rowId]) => rowId);
  expect(new Set(ids).size).toBe(ids.length);
});

test("the first bot has half of the rows, the last none and no knowledge, the others unequal shares", () => {
  expect(sharesOf(20, 5000).reduce((sum, share) => sum + share, 0)).toBe(5000);
  expect(sharesOf(20, 5000)[0]).toBe(2500);
  expect(sharesOf(1, 9)).toEqual([9]);
  expect(sharesOf(2, 9)).toEqual([9, 0]);
  expect(sharesOf(0, 9)).toEqual([]);
  const bots = seededBots(1, 20, 5000);
  expect(new Set(bots.slice(1, 6).map((bot) => bot.rows)).size).toBe(5);
  expect(bots.at(-1)).toMatchObject({ rows: 0, sourceUrls: [], filenames: [] });
});

test("contents hold every script and every trap, in a small data set too", () => {
  const contents = rowsOf(1, 400).map(([, , content]) => content);
  const text = contents.join("");
  const scripts = [
    /\p{Script=Thai}/u,
    /\p{Script=Hiragana}/u,
    /\p{Script=Arabic}/u,
    /\p{Emoji_Presentation}/u,
    /\p{Mn}/u,
  ];
  for (const trap of [...scripts, /'/, /"/, /\n/, /\r\n/, /\\N/, /\t/]) expect(text).toMatch(trap);
  expect(contents).toContain(null);
  expect(contents).toContain("");
  expect(contents.some((content) => Buffer.byteLength(content ?? "") >= longTextBytes)).toBe(true);
  expect(rowsOf(1, 400).some(([, , , , vector]) => vector === null)).toBe(true);
  expect(sentences.every((sentence) => Buffer.from(sentence).toString() === sentence && !sentence.includes("\0"))).toBe(
    true,
  );
  expect([contentOf(5, randomOf(1, "x")), lacksEmbedding(7)]).toEqual([null, true]);
});

test("a row is encoded as COPY and pgvector read it", () => {
  expect(copyHeader.toString("hex")).toBe("5047434f50590aff0d0a000000000000000000");
  const row = encodeRow(["é", null, new Float32Array([1, -2])]);
  const parts = ["0003", "00000002c3a9", "ffffffff", "0000000c", "00020000", "3f800000", "c0000000"];
  expect(row.toString("hex")).toBe(parts.join(""));
});

test("the conversation table holds each bot, an alias, and conversations that look like no bot", () => {
  const bots = seededBots(1, 20, 5000);
  const items = tableItems(1, bots);
  const keys = items.map((item) => item["SK"]?.S ?? "");
  expect(keys.filter((key) => key.includes("#BOT#")).map((key) => key.split("#").at(-1))).toEqual(
    bots.map((bot) => bot.id),
  );
  expect(keys.filter((key) => key.includes("#BOT_ALIAS#"))).toHaveLength(1);
  expect(keys.filter((key) => key.includes("#CONV#"))).toHaveLength(5);
});

test("names have the shapes that AWS gives them", () => {
  const names = stackNames(1);
  expect(names.clusterIds.v0).toMatch(/^bedrockchatstack-vectorstorecluster[0-9a-f]{8}-[a-z0-9]{12}$/);
  expect(names.finalSnapshotId).toMatch(/^bedrockchatstack-snapshot-vectorstorecluster[0-9a-f]{8}-[a-z0-9]{12}$/);
  expect(Math.max(...Object.values(names.instanceIds).map((id) => id.length))).toBeLessThanOrEqual(63);
  expect(names.clusterIds.v0).not.toBe(names.clusterIds.v1);
});
