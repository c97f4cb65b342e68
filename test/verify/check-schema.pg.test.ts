import { expect, test } from "vitest";
import { checkSchema } from "../../src/verify/check-schema.ts";
import { schemaFacts } from "../../src/verify/schema-facts.ts";
import { smallDeployment } from "../migration/small-deployment.ts";

/** What is done to the new cluster as a superuser, what takes it back, and what is found meanwhile. */
const mutations: readonly (readonly [did: string, undid: string, found: string])[] = [
  [
    "drop index idx_items_embedding",
    "create index idx_items_embedding on items using ivfflat (embedding vector_l2_ops) with (lists = 100)",
    "idx_items_embedding missing",
  ],
  [
    "update pg_index set indisvalid = false where indexrelid = 'idx_items_embedding'::regclass",
    "update pg_index set indisvalid = true where indexrelid = 'idx_items_embedding'::regclass",
    "idx_items_embedding invalid",
  ],
  [
    "update pg_index set indisready = false where indexrelid = 'idx_items_botid'::regclass",
    "update pg_index set indisready = true where indexrelid = 'idx_items_botid'::regclass",
    "idx_items_botid invalid",
  ],
  [
    "alter index idx_items_embedding set (lists = 7)",
    "alter index idx_items_embedding set (lists = 100)",
    "idx_items_embedding different",
  ],
  [
    "update pg_extension set extversion = '0.5.1' where extname = 'vector'",
    "update pg_extension set extversion = '0.8.0' where extname = 'vector'",
    'vector older: ALTER EXTENSION "vector" UPDATE;',
  ],
  ["drop extension pgcrypto", "create extension pgcrypto", "pgcrypto missing"],
  [
    "alter table items alter embedding type vector(4)",
    "alter table items alter embedding type vector(8)",
    "embedding different",
  ],
  ["alter table items rename source to origin", "alter table items rename origin to source", "source missing"],
  [
    "alter table items drop constraint items_pkey",
    "alter table items add primary key (id)",
    '"public"."items" missing: ALTER TABLE "public"."items" ADD PRIMARY KEY ("id");',
  ],
  [
    "alter table items owner to rdsadmin; grant select, delete on items to postgres; revoke pg_write_all_data from rds_superuser",
    "alter table items owner to postgres; grant pg_write_all_data to rds_superuser",
    'postgres: insert on "public"."items" missing|postgres: ownership of "public"."items" missing',
  ],
  [
    'create schema "Ext"; alter extension vector set schema "Ext"; revoke pg_read_all_data, pg_write_all_data from rds_superuser',
    'alter extension vector set schema public; drop schema "Ext"; grant pg_read_all_data, pg_write_all_data to rds_superuser',
    'embedding different: ALTER ROLE "postgres" SET search_path = "$user", public, "Ext";|postgres: usage on schema Ext missing',
  ],
];

test("what is done to the schema of the new cluster is found, and nothing else", async () => {
  await using small = await smallDeployment({ rows: 0, bots: 1 });
  const { cluster } = await small.deployment();
  const server = small.local.world.rds.clusters.get(cluster.DBClusterIdentifier ?? "")?.server;
  if (server === undefined) throw new Error("the new cluster does not run");
  const asSuperuser = (sql: string) => server.asSuperuser("postgres", (client) => client.query(sql));
  const before = await small.onTarget(schemaFacts);
  const stored = before.indexes.filter(({ index }) => index === "idx_items_embedding");
  const source = { ...before, indexes: before.indexes.filter(({ index }) => index !== "idx_items_embedding") };
  const known = { stored, noted: [], tuned: new Map<string, string>() };
  const check = () => small.onTarget((target) => checkSchema({ source, target }, known));
  expect(await check()).toMatchObject({ outcome: "ok" });
  for (const [did, undid, found] of mutations) {
    await asSuperuser(did);
    const { outcome, findings } = await check();
    const wrong = findings.filter((one) => one.wrong).map((one) => `${one.subject} ${one.verdict}: ${one.remedy}`);
    expect([outcome, wrong], did).toEqual(["wrong", found.split("|").map((one) => expect.stringContaining(one))]);
    await asSuperuser(undid);
  }
  expect(await check()).toMatchObject({ outcome: "ok" });
});
