import { expect, test } from "vitest";
import type { Privileges } from "../../src/database/load-facts.ts";
import { judgePrivileges, warnOfPrivileges } from "../../src/steps/judge-privileges.ts";

const all: Privileges = {
  user: "postgres",
  createsRoles: true,
  grantsSuperuser: true,
  isSuperuser: true,
  ownsTable: true,
  grantsTable: true,
  grantsDatabase: true,
  grantsSchema: true,
};
const judged = (lacking: Partial<Privileges>, dmsLogin: "run" | "master" = "run", replicates = true) =>
  judgePrivileges({ privileges: { ...all, ...lacking }, dmsLogin, replicates }, { stack: "Chat" }).map(
    (one) => `${one.what} ${one.remedy}`,
  );

test("a master user as RDS makes it has all; a table that is not there is told elsewhere", () => {
  expect(judged({})).toEqual([]);
  expect(judgePrivileges({ privileges: undefined, dmsLogin: "run", replicates: true }, { stack: "Chat" })).toEqual([]);
});

test.each<[string, Partial<Privileges>, RegExp]>([
  ["ownership", { ownsTable: false }, /ALTER TABLE "public"."items" OWNER TO "postgres";/],
  [
    "CREATEROLE",
    { createsRoles: false },
    /ALTER ROLE "postgres" CREATEROLE; .*start-dms-migration --stack Chat --dms-login master/,
  ],
  ["rds_superuser", { grantsSuperuser: false }, /WITH ADMIN OPTION; .*--migration-type full-load/],
])("without %s the load is refused, with what mends it", (_, lacking, expected) => {
  expect(judged(lacking)).toEqual([expect.stringMatching(expected)]);
});

test("without ownership the run's role needs grants that can be handed on", () => {
  expect(judged({ ownsTable: false, grantsTable: false })[1]).toMatch(/ON "public"."items" TO "postgres" WITH GRANT/);
});

test("a master user that DMS logs in as needs to be a member itself, and for replication only", () => {
  expect(judged({ createsRoles: false, grantsSuperuser: false, grantsTable: false }, "master")).toEqual([]);
  expect(judged({ isSuperuser: false }, "master")).toEqual([expect.stringContaining("no member of rds_superuser")]);
  expect(judged({ isSuperuser: false }, "master", false)).toEqual([]);
  expect(judged({ grantsSuperuser: false }, "run", false)).toEqual([]);
});

test("CREATE that cannot be granted is said, not refused", () => {
  const privileges = { ...all, grantsDatabase: false, grantsSchema: false };
  expect(judgePrivileges({ privileges, dmsLogin: "run", replicates: true }, { stack: "Chat" })).toEqual([]);
  expect(warnOfPrivileges({ privileges, dmsLogin: "run", replicates: true })[0]).toMatch(
    /database and CREATE on the table/,
  );
  expect(warnOfPrivileges({ privileges, dmsLogin: "master", replicates: true })).toEqual([]);
  expect(warnOfPrivileges({ privileges: all, dmsLogin: "run", replicates: true })).toEqual([]);
});
