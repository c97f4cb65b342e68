import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Reading } from "../../src/steps/read-sides.ts";
import { findRun, openRun } from "../../src/provision/run.ts";
import { usualWishes, verifyCounts } from "../../src/steps/verify-counts.ts";
import { type Verification, verificationSchema } from "../../src/verify/verification.ts";
import { undisturbed } from "./at-step.ts";
import { type SmallDeployment, smallDeployment, stack } from "./small-deployment.ts";
import { story } from "./story.ts";

async function verify(world: SmallDeployment, reading: Partial<Reading> = {}): Promise<Verification> {
  const context = world.context();
  const { account, region } = context;
  const folder = await findRun(world.stateDir, { account, region, stack }, { id: undefined, closedToo: true });
  if (folder === undefined) throw new Error("there is no run");
  const run = await openRun(folder, context.clock);
  const found = await verifyCounts({ ...usualWishes, ...reading }, await world.deployment(), context, run);
  // Nothing is in the document that the published schema does not name.
  expect(verificationSchema.parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
  return found;
}

async function order(world: SmallDeployment, fault: object): Promise<void> {
  await fetch(`${world.local.endpoint}/_local-aws/faults`, { method: "POST", body: JSON.stringify(fault) });
}

test("from a restored cluster that nothing is loaded from to a run that has ended: what is said is what is so", async () => {
  await using world = await smallDeployment();
  await story["restore-snapshot"](world.stateDir, world.context(), undisturbed);
  const before = await verify(world);
  expect(before).toMatchObject({
    outcome: "different",
    rows: { source: 60, target: 0 },
    differences: { rows: { missing: 60 } },
  });
  expect(before.differences?.listed[0]).toMatchObject({ kind: "missing" });

  await story["start-dms-migration"](world.stateDir, world.context(), undisturbed);
  const loaded = await verify(world);
  expect(loaded).toMatchObject({ outcome: "identical", why: [], differences: null, expected: { rows: 60 } });
  expect(loaded.summary).toHaveLength(5);
  const { file = "", sha256 } = loaded.evidence ?? {};
  const written = await readFile(file);
  expect(createHash("sha256").update(written).digest("hex")).toBe(sha256);
  const { evidence: _, ...document } = loaded;
  expect(JSON.parse(written.toString())).toEqual(document);
  expect(await verify(world, { level: "counts" })).toMatchObject({ outcome: "identical", level: "counts" });
  expect(await verify(world, { sample: 50 })).toMatchObject({ outcome: "sampled", sample: 50 });

  // The login is read once for each look: the fifth is the first after both sides were compared.
  const unreadable = {
    service: "secretsmanager",
    operation: "GetSecretValue",
    kind: "access-denied",
    after: 4,
    times: 1,
  };
  await order(world, unreadable);
  const partly = await verify(world, { level: "all" });
  expect(partly).toMatchObject({ outcome: "unknown", schema: null, retrieval: {}, reconciliation: { outcome: "ok" } });
  expect(partly.why).toEqual([expect.stringMatching(/^the schema could not be looked at: AWS denies secretsmanager/)]);
  await world.onTarget((session) =>
    session.query("update items set content = content || '!' where id = (select min(id) from items)"),
  );
  await order(world, unreadable);
  const unnamed = await verify(world);
  expect(unnamed).toMatchObject({ outcome: "different", differences: null });
  expect(unnamed.why.at(-1)).toMatch(/^the rows that differ could not be looked at/);
  await world.onTarget((session) =>
    session.query("update items set content = left(content, -1) where id = (select min(id) from items)"),
  );

  const context = world.context();
  await story.cleanup(world.stateDir, context, undisturbed);
  await expect(verify(world, { sample: 50 })).rejects.toThrow(
    /A sample can be compared with the temporary cluster alone/,
  );
  const after = await verify(world);
  expect(after).toMatchObject({ outcome: "identical", against: { what: "earlier verification", at: unnamed.at } });
  await world.onTarget((session) =>
    session.query("update items set content = content || ' ' where id = (select max(id) from items)"),
  );
  const changed = await verify(world);
  expect(changed.outcome).toBe("different");
  expect(changed.bots.filter(({ verdict }) => verdict !== "equal")).toMatchObject([{ verdict: "content differs" }]);
});
