import { STS } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { startHttpServer } from "../../../src/local-aws/http-server.ts";
import { stsService } from "../../../src/local-aws/services/sts.ts";
import { clientSettings, smallWorld } from "../small-world.ts";

test("the access key id tells the account", async () => {
  const server = await startHttpServer({ services: [stsService()], worldOf: smallWorld });
  const identity = await new STS(clientSettings(server.endpoint)).getCallerIdentity();
  const other = await new STS(clientSettings(server.endpoint, "444455556666")).getCallerIdentity();
  await server.close();
  expect(identity.Account).toBe("111122223333");
  expect(identity.Arn).toBe("arn:aws:iam::111122223333:user/operator");
  expect(other.Account).toBe("444455556666");
});
