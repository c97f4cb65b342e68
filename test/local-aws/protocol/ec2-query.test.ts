import { expect, test } from "vitest";
import { ec2Service } from "../../../src/local-aws/services/ec2.ts";
import { ec2With } from "../echo-service.ts";
import { sendSigned } from "../signed-request.ts";
import { serveSmallWorld } from "../small-world.ts";

const wide = "ภาษาไทย 日本語 🐘 + % & <tag>";

test("flat lists in lists, names of EC2's own and blobs arrive as they were sent", async () => {
  const permissions = {
    GroupId: "sg-1",
    IpPermissions: [
      { IpProtocol: "tcp", FromPort: 1, ToPort: 2, UserIdGroupPairs: [{ GroupId: "sg-2" }, { GroupId: "sg-3" }] },
      { IpProtocol: "-1", IpRanges: [{ CidrIp: "10.0.0.0/8", Description: wide }] },
    ],
    TagSpecifications: [
      {
        ResourceType: "security-group-rule" as const,
        Tags: [
          { Key: "a", Value: wide },
          { Key: "b", Value: "" },
        ],
      },
    ],
    DryRun: false,
  };
  const filters = { Filters: [{ Name: "tag:a", Values: [wide, "y"] }], GroupIds: ["sg-1", "sg-2"], MaxResults: 5 };
  const key = { KeyName: "k", PublicKeyMaterial: Uint8Array.from([0, 1, 254, 255]) };
  const seen: unknown[] = [];
  await using served = await serveSmallWorld([
    ec2With({
      AuthorizeSecurityGroupIngress: (input) => ({ Return: seen.push(input) > 0 }),
      DescribeSecurityGroups: (input) => ({ SecurityGroups: seen.push(input) > 0 ? [] : [] }),
      ImportKeyPair: (input) => ({ KeyName: seen.push(input) > 0 ? "k" : "" }),
    }),
  ]);
  const { Return } = await served.ec2.authorizeSecurityGroupIngress(permissions);
  const { SecurityGroups } = await served.ec2.describeSecurityGroups(filters);
  await served.ec2.importKeyPair(key);
  expect(seen).toEqual([permissions, filters, key]);
  expect({ Return, SecurityGroups }).toEqual({ Return: true, SecurityGroups: [] });
});

test("nested lists, Booleans and dates come back", async () => {
  const at = new Date("2026-07-31T12:34:56.789Z");
  const group = {
    GroupId: "sg-1",
    Description: wide,
    Tags: [{ Key: "a", Value: wide }],
    IpPermissions: [
      { IpProtocol: "tcp", FromPort: 1, ToPort: 2, UserIdGroupPairs: [{ GroupId: "sg-2" }], IpRanges: [] },
    ],
  };
  await using served = await serveSmallWorld([
    ec2With({
      DescribeSecurityGroups: () => ({ SecurityGroups: [group, { GroupId: "sg-2" }], NextToken: "n" }),
      DescribeVolumes: () => ({ Volumes: [{ CreateTime: at, Encrypted: false, Size: 8 }] }),
      DeleteTags: () => ({}),
    }),
  ]);
  const groups = await served.ec2.describeSecurityGroups();
  expect(groups).toMatchObject({ SecurityGroups: [group, { GroupId: "sg-2" }], NextToken: "n" });
  const { Volumes } = await served.ec2.describeVolumes();
  expect(Volumes).toEqual([{ CreateTime: at, Encrypted: false, Size: 8 }]);
  const deleted = await served.ec2.deleteTags({ Resources: ["sg-1"] });
  expect(Object.keys(deleted)).toEqual(["$metadata"]);
});

test("errors have EC2's own envelope, and the SDK tells their code", async () => {
  await using served = await serveSmallWorld([ec2Service()]);
  await expect(served.ec2.describeSecurityGroups({ GroupIds: ["sg-0c"] })).rejects.toMatchObject({
    name: "InvalidGroup.NotFound",
    message: "The security group 'sg-0c' does not exist",
    $metadata: { httpStatusCode: 400 },
  });
  await expect(served.ec2.createSecurityGroup({ GroupName: "g" } as never)).rejects.toMatchObject({
    name: "MissingParameter",
    message: "The request must contain the parameter Description",
  });
  const answer = await sendSigned(served.server.endpoint, "ec2", {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "Action=DescribeVpcs&Version=2016-11-15&MaxResults=x",
  });
  expect(answer.body).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>InvalidParameterValue</Code>' +
      "<Message>MaxResults is not a number</Message></Error></Errors>" +
      `<RequestID>${answer.headers.get("x-amzn-requestid")}</RequestID></Response>`,
  );
});
