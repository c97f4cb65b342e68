import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CallRecord } from "../../src/local-aws/call-log.ts";
import { localServices } from "../../src/local-aws/local-services.ts";
import { findAwsClis, findPythons, howToInstall } from "../clients/find-clients.ts";
import { cleanEnvironment, smallLocalAws } from "./product.ts";

/** What a program of test/clients prints when all went well. */
interface TourDocument {
  readonly client: string;
  readonly operations?: Readonly<Record<string, readonly string[]>>;
  /** `rds describe-db-clusters`: the AWS CLI's own words. */
  readonly commands?: readonly string[];
  readonly unknownToThisClient?: Readonly<Record<string, readonly string[]>>;
}

const [pythons, awsClis] = await Promise.all([findPythons(), findAwsClis()]);
const documents: TourDocument[] = [];
let local: Awaited<ReturnType<typeof smallLocalAws>>;
let before: unknown;

beforeAll(async () => {
  local = await smallLocalAws(["--rds-schedules=cron(0 20 * * ? *);cron(0 8 * * ? *)"]);
  before = (await status()).resources;
});

afterAll(() => local[Symbol.asyncDispose]());

async function control<T>(path: string): Promise<T> {
  return (await (await fetch(`${local.environment["AWS_ENDPOINT_URL"]}/_local-aws/${path}`)).json()) as T;
}

function status() {
  return control<{ resources: unknown; failures: unknown[] }>("status");
}

async function tour(program: string, args: readonly string[], directory = "."): Promise<TourDocument> {
  const env = cleanEnvironment({ ...local.environment, PYTHONDONTWRITEBYTECODE: "1" });
  const { stdout } = await promisify(execFile)(program, args, { cwd: directory, env, timeout: 230_000 });
  const document = JSON.parse(stdout) as TourDocument;
  documents.push(document);
  return document;
}

describe("programs of others list, describe, create and delete", () => {
  test("boto3 and the AWS CLI are here", () => {
    if (pythons.length === 0) throw new Error(`No python3 here can import boto3. ${howToInstall}`);
    if (awsClis.length === 0) throw new Error(`There is no AWS CLI here. ${howToInstall}`);
  });

  test.concurrent.each(awsClis)("$name", async ({ name, program }) => {
    const { client } = await tour("test/clients/aws-cli-tour", [local.environment["AWS_ENDPOINT_URL"] ?? "", program]);
    expect(client).toBe(name);
  });

  test.concurrent.each(pythons)("$name", async ({ name, program }) => {
    const { client, unknownToThisClient } = await tour(program, ["-m", "boto3_tour"], "test/clients");
    expect(client).toBe(name);
    // Data migrations came to boto3 late in 2024; what is newer is no excuse for leaving anything out.
    if (releaseOf(name) >= 1.36) expect(unknownToThisClient).toEqual({});
  });

  test.concurrent("the AWS SDK for JavaScript, with data migrations of both types", async () => {
    const { operations } = await tour("node_modules/.bin/tsx", ["test/clients/data-migrations/program.mts"]);
    expect(operations?.["dms"]).toContain("StartDataMigration");
  });
});

describe("after all of them", () => {
  test("nothing of theirs is left, and nothing went wrong unseen", async () => {
    const after = await status();
    expect(after.resources).toEqual(before);
    expect(after.failures).toEqual([]);
  });

  test.runIf(pythons.length > 0 && awsClis.length > 0)(
    "every operation that is served was answered to at least one of them",
    () => {
      const exercised = new Set(documents.flatMap(operationsIn));
      expect(served().filter((operation) => !exercised.has(operation.toLowerCase()))).toEqual([]);
    },
  );

  test("the local AWS has answered what they say it has, and never with a failure of its own", async () => {
    const { calls } = await control<{ calls: CallRecord[] }>("calls");
    const answered = new Set(
      calls.filter((call) => call.status === 200).map((call) => `${call.service}:${call.operation}`.toLowerCase()),
    );
    const known = new Set(served().map((operation) => operation.toLowerCase()));
    const claimed = documents.flatMap(operationsIn).filter((operation) => known.has(operation));
    expect(claimed.filter((operation) => !answered.has(operation))).toEqual([]);
    expect(calls.filter((call) => call.status >= 500)).toEqual([]);
  });
});

/** `rds:DescribeDBClusters` of every operation that the local AWS has, from the code that serves it. */
function served(): string[] {
  const dynalite = dirname(createRequire(import.meta.url).resolve("dynalite"));
  const actions = readdirSync(join(dynalite, "actions")).map((file) => file.replace(/\.js$/, ""));
  return [
    ...localServices().flatMap(({ signingName, handlers }) =>
      Object.keys(handlers).map((name) => `${signingName}:${name}`),
    ),
    ...actions.map((name) => `dynamodb:${name.charAt(0).toUpperCase()}${name.slice(1)}`),
  ];
}

/** The same, of what a client did, in lower case: the AWS CLI tells nothing of capitals. */
function operationsIn({ operations = {}, commands = [] }: TourDocument): string[] {
  return [
    ...Object.entries(operations).flatMap(([service, names]) => names.map((name) => `${service}:${name}`)),
    ...commands.map((command) => command.replace(" ", ":").replaceAll("-", "")),
  ].map((operation) => operation.toLowerCase());
}

/** `boto3 1.43.11` -> 1.43 */
function releaseOf(name: string): number {
  return Number(/(\d+\.\d+)/.exec(name)?.[1]);
}
