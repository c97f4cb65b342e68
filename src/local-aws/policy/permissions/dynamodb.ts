import { arnOf } from "../../arn.ts";
import type { World } from "../../world.ts";
import { type Permission, permission } from "../permission.ts";

type Input = Readonly<Record<string, unknown>>;

/** A table by its name or ARN; of an index, the index: that is what AWS looks at where a request names one. */
function tableArn(world: World, table: unknown, index?: unknown): string {
  const name = typeof table === "string" ? table : "*";
  const arn = name.startsWith("arn:") ? name : arnOf(world, "dynamodb", `table/${name}`);
  return typeof index === "string" ? `${arn}/index/${index}` : arn;
}

const onTable = (operation: string) => (input: Input, world: World) => [
  permission(`dynamodb:${operation}`, tableArn(world, input["TableName"], input["IndexName"])),
];

const onEachTable = (operation: string) => (input: Input, world: World) =>
  Object.keys(input["RequestItems"] ?? {}).map((table) => permission(`dynamodb:${operation}`, tableArn(world, table)));

const onArn = (operation: string) => (input: Input, world: World) => [
  permission(`dynamodb:${operation}`, tableArn(world, input["ResourceArn"])),
];

/**
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html. The inputs are not checked yet when
 * they come here, and tables' tags are not known here: conditions on them find none.
 */
export const dynamoDbPermissions: Readonly<Record<string, (input: Input, world: World) => readonly Permission[]>> = {
  BatchGetItem: onEachTable("BatchGetItem"),
  BatchWriteItem: onEachTable("BatchWriteItem"),
  CreateTable: onTable("CreateTable"),
  DeleteItem: onTable("DeleteItem"),
  DeleteTable: onTable("DeleteTable"),
  DescribeTable: onTable("DescribeTable"),
  DescribeTimeToLive: onTable("DescribeTimeToLive"),
  GetItem: onTable("GetItem"),
  ListTables: () => [permission("dynamodb:ListTables", "*")],
  ListTagsOfResource: onArn("ListTagsOfResource"),
  PutItem: onTable("PutItem"),
  Query: onTable("Query"),
  Scan: onTable("Scan"),
  TagResource: onArn("TagResource"),
  UntagResource: onArn("UntagResource"),
  UpdateItem: onTable("UpdateItem"),
  UpdateTable: onTable("UpdateTable"),
};
