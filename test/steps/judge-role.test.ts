import { expect, test } from "vitest";
import { trustOfDms } from "../../src/resources/dms-role-documents.ts";
import { judgeTrust } from "../../src/steps/judge-role.ts";

const arn = "arn:aws:iam::111122223333:role/made-by-an-administrator";
const place = { region: "eu-west-1", account: "111122223333" };
const judged = (trust: unknown) =>
  judgeTrust({
    stack: "Chat",
    arn,
    flag: "--service-role-arn",
    trust: encodeURIComponent(JSON.stringify(trust)),
    ...place,
  });
const trusting = (Service: string | string[], more: object = {}) => ({
  Statement: { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service }, ...more },
});
const all = ["dms-data-migrations.amazonaws.com", "dms.amazonaws.com", "dms.eu-west-1.amazonaws.com"];

test("a role that trusts DMS under each of its names has nothing against it", () => {
  expect(judged(trustOfDms(place))).toEqual({ findings: [], warnings: [] });
  expect(judged(trusting(all, { Condition: { ArnLike: { "aws:SourceArn": "arn:aws:dms:*" } } })).findings).toEqual([]);
});

test("a name that is left out is a warning, since AWS's pages disagree on which is needed", () => {
  const { findings, warnings } = judged(trusting("dms.amazonaws.com"));
  expect(findings).toEqual([]);
  expect(warnings[0]).toMatch(/does not trust dms-data-migrations.amazonaws.com, dms.eu-west-1.amazonaws.com/);
});

test.each<[string, unknown]>([
  ["another service", trusting("ec2.amazonaws.com")],
  ["DMS of another account", trusting(all, { Condition: { StringEquals: { "aws:SourceAccount": "999900001111" } } })],
  ["DMS, but denied", trusting(all, { Effect: "Deny" })],
  ["DMS for another action", trusting(all, { Action: "sts:TagSession" })],
  ["what is no policy", "none"],
])("a role that trusts %s is in the way, with the command that gives it a trust policy", (_, trust) => {
  const [finding] = judged(trust).findings;
  expect(finding?.what).toContain("does not trust DMS");
  expect(finding?.remedy).toContain(
    "iam-policy --stack Chat --for service-role --account 111122223333 --region eu-west-1",
  );
  const [, document = ""] =
    /update-assume-role-policy --role-name made-by-an-administrator --policy-document '(.*)'$/.exec(
      finding?.remedy ?? "",
    ) ?? [];
  expect(JSON.parse(document)).toEqual(trustOfDms(place));
});
