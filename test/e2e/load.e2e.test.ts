import type { Client } from "pg";
import { expect, test } from "vitest";
import { run, smallLocalAws, start } from "./product.ts";
import { openBoth } from "./open-both.ts";

interface Sample {
  readonly walsenders: number;
  readonly rows: number;
}

test("rows arrive on the target only while a logical walsender serves them, and nothing of replication is left", async () => {
  // Enough rows for many looks during the load.
  await using local = await smallLocalAws(["--rows=30000", "--dimensions=256"]);
  const { environment } = local;
  expect((await run(["restore-snapshot"], environment)).code).toBe(0);
  await using both = await openBoth(environment);

  const { child, ended, stderrSoFar } = start(["start-dms-migration", "--index", "same-definition"], environment);
  const samples: Sample[] = [];
  // Until the load is complete: after that the subscription is dropped, and the walsender with it.
  while (!stderrSoFar().includes("load complete") && child.exitCode === null)
    samples.push(await sample(both.source, both.target));
  const { code, stderr } = await ended;
  expect(code, stderr).toBe(0);

  const arriving = samples.filter((one) => one.rows > 0);
  expect(arriving.length, "looks during the load").toBeGreaterThan(5);
  expect(arriving.filter((one) => one.walsenders === 0)).toEqual([]);
  expect(samples[0]).toEqual({ walsenders: 0, rows: 0 });
  expect(stderr).toMatch(/load copying: [\d,]+ of 30,000 rows \(\d+ %\), [\d,]+ rows\/s, about/);

  for (const side of [both.source, both.target])
    expect(await left(side)).toEqual({ slots: "0", publications: "0", subscriptions: "0", roles: "0" });
  const { rows } = await both.target.query(
    "select indexdef, indisvalid from pg_indexes join pg_index on indexrelid = indexname::regclass where indexname = 'idx_items_embedding'",
  );
  expect(rows).toEqual([
    {
      indexdef: "CREATE INDEX idx_items_embedding ON public.items USING ivfflat (embedding) WITH (lists='100')",
      indisvalid: true,
    },
  ]);
});

/** Rows that are there, or being copied; walsenders looked for before and after, since two servers cannot be seen at once. */
async function sample(source: Client, target: Client): Promise<Sample> {
  const before = await walsenders(source);
  const { rows } = await target.query<{ rows: string }>(
    `select (select count(*) from items) + coalesce((select sum(tuples_processed) from pg_stat_progress_copy), 0) as "rows"`,
  );
  return { walsenders: Math.max(before, await walsenders(source)), rows: Number(rows[0]?.rows) };
}

async function walsenders(source: Client): Promise<number> {
  const { rows } = await source.query(
    `select from pg_stat_replication r join pg_replication_slots s on s.active_pid = r.pid where s.slot_type = 'logical'`,
  );
  return rows.length;
}

async function left(side: Client): Promise<unknown> {
  const { rows } = await side.query(
    `select (select count(*) from pg_replication_slots) as slots, (select count(*) from pg_publication) as publications,
            (select count(*) from pg_subscription) as subscriptions,
            (select count(*) from pg_roles where rolname like 'bcm%') as roles`,
  );
  return rows[0];
}
