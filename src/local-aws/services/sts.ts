import * as sdk from "@aws-sdk/client-sts";
import { operatorArn } from "../arn.ts";
import type { Handlers, Service } from "../service.ts";

const handlers: Handlers<typeof sdk> = {
  GetCallerIdentity: (_input, { world }) => ({
    Account: world.accountId,
    Arn: operatorArn(world),
    UserId: `AIDALOCAL${world.accountId}`,
  }),
};

/** AWS STS: https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html */
export function stsService(): Service {
  return {
    signingName: "sts",
    protocol: "query",
    target: "2011-06-15",
    xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    missingMemberCode: "ValidationError",
    sdk,
    handlers,
  };
}
