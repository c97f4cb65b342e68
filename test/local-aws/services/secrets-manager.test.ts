import { type Filter, paginateListSecrets } from "@aws-sdk/client-secrets-manager";
import { expect, test } from "vitest";
import { secretsManagerService } from "../../../src/local-aws/services/secrets-manager.ts";
import { serveSmallWorld } from "../small-world.ts";

function serve() {
  return serveSmallWorld([secretsManagerService()]);
}

const token = "11111111-1111-4111-8111-111111111111";
const otherToken = "22222222-2222-4222-8222-222222222222";

test("a secret is found by name, by ARN, and by ARN without the random suffix", async () => {
  await using served = await serve();
  const { secrets } = served;
  const made = await secrets.createSecret({ Name: "a/b", SecretString: "ß値🐘", ClientRequestToken: token });
  expect(made.ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:111122223333:secret:a\/b-[A-Za-z0-9]{6}$/);
  for (const SecretId of ["a/b", made.ARN, made.ARN?.slice(0, -7)]) {
    expect(await secrets.getSecretValue({ SecretId })).toMatchObject({
      ARN: made.ARN,
      Name: "a/b",
      SecretString: "ß値🐘",
      VersionId: token,
      VersionStages: ["AWSCURRENT"],
    });
  }
  await expect(secrets.getSecretValue({ SecretId: "none" })).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: "Secrets Manager can't find the specified secret.",
  });
});

test("creating again with the same token and value is a retry, with anything else it is refused", async () => {
  await using served = await serve();
  const { secrets } = served;
  const input = { Name: "s", SecretString: "v", ClientRequestToken: token };
  const first = await secrets.createSecret(input);
  expect(await secrets.createSecret(input)).toMatchObject({ ARN: first.ARN, VersionId: token });
  for (const other of [{ SecretString: "w" }, { ClientRequestToken: otherToken }]) {
    await expect(secrets.createSecret({ ...input, ...other })).rejects.toMatchObject({
      name: "ResourceExistsException",
    });
  }
  await expect(secrets.createSecret({ Name: "no spaces" })).rejects.toMatchObject({ name: "ValidationException" });
});

test("a new value makes the one before AWSPREVIOUS", async () => {
  await using served = await serve();
  const { secrets } = served;
  const SecretId = "s";
  await secrets.createSecret({ Name: SecretId, SecretString: "1", ClientRequestToken: token });
  const put = { SecretId, SecretString: "2", ClientRequestToken: otherToken };
  await secrets.putSecretValue(put);
  expect(await secrets.putSecretValue(put)).toMatchObject({ VersionStages: ["AWSCURRENT"] });
  await expect(secrets.putSecretValue({ ...put, SecretString: "3" })).rejects.toMatchObject({
    name: "ResourceExistsException",
  });
  const previous = await secrets.getSecretValue({ SecretId, VersionStage: "AWSPREVIOUS" });
  expect(previous).toMatchObject({ SecretString: "1", VersionId: token });
  expect((await secrets.describeSecret({ SecretId })).VersionIdsToStages).toEqual({
    [token]: ["AWSPREVIOUS"],
    [otherToken]: ["AWSCURRENT"],
  });
  await secrets.updateSecret({ SecretId, SecretString: "3", Description: "d" });
  expect(await secrets.getSecretValue({ SecretId })).toMatchObject({ SecretString: "3" });
  expect(await secrets.describeSecret({ SecretId })).toMatchObject({ Description: "d" });
});

test("the versions of a secret are listed with their stages, page by page", async () => {
  await using served = await serve();
  const { secrets } = served;
  await secrets.createSecret({ Name: "s", SecretString: "first", ClientRequestToken: token });
  await secrets.putSecretValue({ SecretId: "s", SecretString: "second", ClientRequestToken: otherToken });
  const first = await secrets.listSecretVersionIds({ SecretId: "s", MaxResults: 1 });
  expect(first.Versions).toMatchObject([{ VersionId: otherToken, VersionStages: ["AWSCURRENT"] }]);
  const second = await secrets.listSecretVersionIds({ SecretId: "s", NextToken: first.NextToken });
  expect(second.Versions).toMatchObject([{ VersionId: token, VersionStages: ["AWSPREVIOUS"] }]);
  expect(second.NextToken).toBeUndefined();
  await secrets.createSecret({ Name: "other" });
  expect((await secrets.listSecretVersionIds({ SecretId: "other" })).Versions).toEqual([]);
  await expect(secrets.listSecretVersionIds({ SecretId: "other", NextToken: first.NextToken })).rejects.toMatchObject({
    name: "InvalidNextTokenException",
  });
});

test("a secret without a value has none to tell", async () => {
  await using served = await serve();
  await served.secrets.createSecret({ Name: "s" });
  await expect(served.secrets.getSecretValue({ SecretId: "s" })).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
  });
});

test("a secret scheduled for deletion keeps its name, tells nothing, and can be restored", async () => {
  await using served = await serve();
  const { secrets } = served;
  const SecretId = "s";
  await secrets.createSecret({ Name: SecretId, SecretString: "v" });
  const { DeletionDate } = await secrets.deleteSecret({ SecretId, RecoveryWindowInDays: 7 });
  expect(DeletionDate?.getTime()).toBeGreaterThan(Date.now() + 6.9 * 24 * 3600 * 1000);
  await expect(secrets.getSecretValue({ SecretId })).rejects.toMatchObject({ name: "InvalidRequestException" });
  await expect(secrets.deleteSecret({ SecretId })).rejects.toMatchObject({ name: "InvalidRequestException" });
  await expect(secrets.createSecret({ Name: SecretId })).rejects.toMatchObject({
    name: "InvalidRequestException",
    message: "You can't create this secret because a secret with this name is already scheduled for deletion.",
  });
  expect((await secrets.describeSecret({ SecretId })).DeletedDate).toBeInstanceOf(Date);
  expect((await secrets.listSecrets()).SecretList).toEqual([]);
  expect((await secrets.listSecrets({ IncludePlannedDeletion: true })).SecretList).toHaveLength(1);
  await secrets.restoreSecret({ SecretId });
  expect((await secrets.getSecretValue({ SecretId })).SecretString).toBe("v");
});

test("forced deletion frees the name at once, and is no error where there is nothing", async () => {
  await using served = await serve();
  const { secrets } = served;
  const input = { SecretId: "s", ForceDeleteWithoutRecovery: true };
  const { ARN } = await secrets.createSecret({ Name: "s" });
  await secrets.deleteSecret(input);
  expect(await secrets.deleteSecret(input)).toMatchObject({ Name: "s" });
  expect((await secrets.createSecret({ Name: "s" })).ARN).not.toBe(ARN);
  await expect(secrets.deleteSecret({ ...input, RecoveryWindowInDays: 7 })).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
  await expect(secrets.deleteSecret({ SecretId: "s", RecoveryWindowInDays: 6 })).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
});

test("secrets are listed in pages and by prefixes of name and tags", async () => {
  await using served = await serve();
  const { secrets } = served;
  for (let n = 0; n < 7; n += 1) {
    await secrets.createSecret({ Name: `run-${n}`, Tags: [{ Key: `key-${n}`, Value: n < 3 ? "low" : "high" }] });
  }
  const pages: number[] = [];
  for await (const page of paginateListSecrets({ client: secrets, pageSize: 100 }, {})) {
    pages.push(page.SecretList?.length ?? 0);
  }
  expect(pages).toEqual([5, 2]);
  const names = async (...Filters: Filter[]) =>
    (await secrets.listSecrets({ Filters })).SecretList?.map((secret) => secret.Name).toSorted();
  expect(await names({ Key: "name", Values: ["run-1", "run-6"] })).toEqual(["run-1", "run-6"]);
  expect(await names({ Key: "tag-key", Values: ["key-2"] })).toEqual(["run-2"]);
  expect(await names({ Key: "tag-value", Values: ["lo"] }, { Key: "name", Values: ["!run-1"] })).toEqual([
    "run-0",
    "run-2",
  ]);
  expect(await names({ Key: "name", Values: ["RUN"] })).toEqual([]);
  await expect(names({ Key: "all", Values: ["x"] })).rejects.toThrow("does not support the filter all");
  await expect(secrets.listSecrets({ NextToken: "rubbish" })).rejects.toMatchObject({
    name: "InvalidNextTokenException",
  });
});

test("tags are put, replaced and taken away", async () => {
  await using served = await serve();
  const { secrets } = served;
  const SecretId = "s";
  await secrets.createSecret({ Name: SecretId, Tags: [{ Key: "a", Value: "1" }] });
  await secrets.tagResource({
    SecretId,
    Tags: [
      { Key: "a", Value: "2" },
      { Key: "b", Value: "3" },
    ],
  });
  await secrets.untagResource({ SecretId, TagKeys: ["b"] });
  expect((await secrets.describeSecret({ SecretId })).Tags).toEqual([{ Key: "a", Value: "2" }]);
});

test("rotation is switched on, but nothing pretends to have rotated", async () => {
  await using served = await serve();
  const { secrets } = served;
  const SecretId = "s";
  const RotationLambdaARN = "arn:aws:lambda:us-east-1:111122223333:function:rotate";
  await secrets.createSecret({ Name: SecretId, SecretString: "v" });
  await expect(secrets.rotateSecret({ SecretId })).rejects.toMatchObject({ name: "InvalidRequestException" });
  await expect(secrets.rotateSecret({ SecretId, RotationLambdaARN })).rejects.toThrow("does not support");
  await secrets.rotateSecret({ SecretId, RotationLambdaARN, RotateImmediately: false });
  expect(await secrets.describeSecret({ SecretId })).toMatchObject({ RotationEnabled: true, RotationLambdaARN });
});

test("what would have to be ignored is refused", async () => {
  await using served = await serve();
  await expect(served.secrets.createSecret({ Name: "s", SecretBinary: Uint8Array.of(1) })).rejects.toThrow(
    "does not support SecretBinary",
  );
});
