import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { NoSuchEntityException } from "@aws-sdk/client-iam";
import {
  CreateIntegrationCommand,
  DBClusterNotFoundFault,
  DBClusterParameterGroupNotFoundFault,
  DBInstanceNotFoundFault,
  DeleteDBClusterParameterGroupCommand,
  DescribeDBClustersCommand,
  DescribeEventsCommand,
  ModifyDBClusterParameterGroupCommand,
  RestoreDBClusterFromSnapshotCommand,
} from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import { AwsFault } from "../../../src/local-aws/fault.ts";
import { cloudFormationService } from "../../../src/local-aws/services/cloudformation.ts";
import { iamService } from "../../../src/local-aws/services/iam.ts";
import { rdsWith } from "../echo-service.ts";
import { sendSigned } from "../signed-request.ts";
import { serveSmallWorld } from "../small-world.ts";

const wide = "ภาษาไทย 日本語 🐘 + % & <tag> \"quoted\" 'x' a=b;\ttab";

test("lists with names of their own, structures and wide characters arrive as they were sent, and dates come back", async () => {
  const input = {
    DBClusterIdentifier: "tmp",
    SnapshotIdentifier: "s",
    Engine: "aurora-postgresql",
    VpcSecurityGroupIds: ["sg-1", "sg-2"],
    EnableCloudwatchLogsExports: [],
    ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 4 },
    DeletionProtection: false,
    Tags: Array.from({ length: 12 }, (_, index) => ({ Key: `k${index}`, Value: wide })),
  };
  const at = new Date("2026-07-31T12:34:56.789Z");
  const cluster = {
    DBClusterIdentifier: "tmp",
    ClusterCreateTime: at,
    Port: 5432,
    HttpEndpointEnabled: true,
    Status: wide,
    VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-1", Status: "active" }],
    AvailabilityZones: ["us-east-1a", "us-east-1b"],
    ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 4 },
  };
  const seen: unknown[] = [];
  await using served = await serveSmallWorld([
    rdsWith({
      RestoreDBClusterFromSnapshot(given) {
        seen.push(given);
        return { DBCluster: cluster };
      },
    }),
  ]);
  const { DBCluster } = await served.rds.send(new RestoreDBClusterFromSnapshotCommand(input));
  expect(seen).toEqual([input]);
  expect(DBCluster).toEqual(cluster);
});

test("maps and timestamps go both ways", async () => {
  const context = { "a key": wide, b: "" };
  await using served = await serveSmallWorld([
    rdsWith({
      CreateIntegration: ({ AdditionalEncryptionContext }) => ({
        AdditionalEncryptionContext,
        CreateTime: new Date(0),
      }),
      DescribeEvents: ({ StartTime }) => ({ Events: [{ Date: StartTime, EventCategories: ["a", "b"] }] }),
    }),
  ]);
  const names = { SourceArn: "s", TargetArn: "t", IntegrationName: "i" };
  const integration = await served.rds.send(
    new CreateIntegrationCommand({ ...names, AdditionalEncryptionContext: context }),
  );
  expect(integration).toMatchObject({ AdditionalEncryptionContext: context, CreateTime: new Date(0) });
  const at = new Date("2026-01-02T03:04:05.678Z");
  const { Events } = await served.rds.send(new DescribeEventsCommand({ StartTime: at }));
  expect(Events).toEqual([{ Date: at, EventCategories: ["a", "b"] }]);
});

test("empty lists and operations that give nothing come back as such", async () => {
  await using served = await serveSmallWorld([
    rdsWith({
      DescribeDBClusters: () => ({ DBClusters: [] }),
      DeleteDBClusterParameterGroup: () => ({}),
    }),
  ]);
  expect((await served.rds.send(new DescribeDBClustersCommand())).DBClusters).toEqual([]);
  const deleted = await served.rds.send(new DeleteDBClusterParameterGroupCommand({ DBClusterParameterGroupName: "g" }));
  expect(Object.keys(deleted)).toEqual(["$metadata"]);
});

test.each([
  ["DBClusterNotFoundFault", DBClusterNotFoundFault],
  ["DBInstanceNotFound", DBInstanceNotFoundFault],
  ["DBInstanceNotFoundFault", DBInstanceNotFoundFault],
  ["DBClusterParameterGroupNotFound", DBClusterParameterGroupNotFoundFault],
])("the fault %s is the SDK's own exception, with the status that the model names", async (code, exception) => {
  await using served = await serveSmallWorld([
    rdsWith({
      DescribeDBClusters() {
        throw new AwsFault(code, `None: ${wide}`);
      },
    }),
  ]);
  const error: unknown = await served.rds.send(new DescribeDBClustersCommand()).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(exception);
  expect(error).toMatchObject({ message: `None: ${wide}`, $metadata: { httpStatusCode: 404 } });
});

test("over the wire goes the Query code, not the shape's name", async () => {
  await using served = await serveSmallWorld([
    rdsWith({
      DescribeDBInstances() {
        throw new AwsFault("DBInstanceNotFoundFault", "DBInstance x not found.", 404);
      },
    }),
    iamService(),
  ]);
  const { body, headers } = await sendSigned(served.server.endpoint, "rds", {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "Action=DescribeDBInstances&Version=2014-10-31",
  });
  const requestId = headers.get("x-amzn-requestid");
  expect(body).toBe(
    '<ErrorResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><Error><Type>Sender</Type><Code>DBInstanceNotFound</Code>' +
      `<Message>DBInstance x not found.</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  );
  await expect(served.iam.getRole({ RoleName: "none" })).rejects.toBeInstanceOf(NoSuchEntityException);
});

test("missing required members are refused: by RDS as MissingParameter, by IAM and CloudFormation as ValidationError", async () => {
  await using served = await serveSmallWorld([
    rdsWith({ ModifyDBClusterParameterGroup: () => ({}) }),
    iamService(),
    cloudFormationService(),
  ]);
  const parameters = { Parameters: [{ ParameterName: "a" }] } as never;
  await expect(served.rds.send(new ModifyDBClusterParameterGroupCommand(parameters))).rejects.toMatchObject({
    name: "MissingParameter",
    message: "The request must contain the parameter DBClusterParameterGroupName",
  });
  await expect(served.iam.createRole({} as never)).rejects.toMatchObject({
    name: "ValidationError",
    message:
      "2 validation errors detected: Value null at 'roleName' failed to satisfy constraint: Member must not be null; " +
      "Value null at 'assumeRolePolicyDocument' failed to satisfy constraint: Member must not be null",
  });
  await expect(served.iam.tagRole({ RoleName: "r", Tags: [{ Key: "k" }] as never })).rejects.toThrow(
    "'tags.1.member.value'",
  );
  await expect(served.cloudformation.send(new DescribeStacksCommand({ StackName: "S" }))).rejects.toMatchObject({
    name: "ValidationError",
    message: "Stack with id S does not exist",
  });
});

test.each([
  ["Action=Nothing&Version=2014-10-31", "InvalidAction"],
  ["Action=CreateDBCluster&Version=2014-10-31", "InvalidAction"],
  ["Action=DescribeDBClusters&Version=2010-01-01", "InvalidAction"],
  ["Version=2014-10-31", "InvalidAction"],
  ["Action=DescribeDBClusters&Version=2014-10-31&MaxRecords=many", "MalformedInput"],
])("%s is refused as %s", async (body, code) => {
  await using served = await serveSmallWorld([rdsWith({ DescribeDBClusters: () => ({}) })]);
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await sendSigned(served.server.endpoint, "rds", { headers, body });
  expect(answer.status).toBe(400);
  expect(answer.body).toContain(`<Code>${code}</Code>`);
});
