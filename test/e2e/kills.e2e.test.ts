import { expect, test } from "vitest";
import { indexesOfItems, inventory, successfulCalls } from "../migration/local-aws-view.ts";
import { killWhenWritten } from "./kill-when-written.ts";
import { run, smallLocalAws, start } from "./product.ts";

/** Journal lines after which the command that wrote them is killed with -9. */
const killAfterLines = [1, 5, 9, 14, 22, 31, 40, 47, 56, 70];

test("ten real kills, the same command again each time: proven, one temporary cluster, one data migration, nothing left", async () => {
  await using local = await smallLocalAws();
  const { environment } = local;
  const reached = { endpoint: environment["AWS_ENDPOINT_URL"] ?? "" };
  const [before, indexes] = [await inventory(reached), await indexesOfItems(reached)];
  const kills = [...killAfterLines];
  for (const command of [["restore-snapshot"], ["start-dms-migration"], ["cleanup", "--yes"]]) {
    let code: number | null;
    do {
      const { child, ended } = start(command, environment);
      const lines = kills[0] ?? Infinity;
      const watch = killWhenWritten(child.pid ?? 0, environment, { lines, killed: () => void kills.shift() });
      ({ code } = await ended);
      await watch.stop();
      // null: killed by the signal
    } while (code === null);
    expect(code, command.join(" ")).toBe(0);
    if (command[0] === "start-dms-migration") {
      const verified = await run(["verify-counts", "--json"], environment);
      expect(JSON.parse(verified.stdout)).toMatchObject({
        outcome: "identical",
        rows: { source: 200, target: 200 },
      });
      expect(await indexesOfItems(reached)).toEqual(indexes);
    }
  }
  expect(kills).toEqual([]);
  const calls = await successfulCalls(reached);
  for (const operation of ["RestoreDBClusterFromSnapshot", "CreateDataMigration", "StartDataMigration"])
    expect(calls.get(operation), operation).toBe(1);
  expect(await inventory(reached)).toEqual(before);
});
