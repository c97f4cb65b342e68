import * as sdk from "@aws-sdk/client-secrets-manager";
import type { Service } from "../service.ts";
import { secretHandlers } from "./secrets-manager-secrets.ts";
import { secretVersionHandlers } from "./secrets-manager-versions.ts";

/** AWS Secrets Manager, string secrets: https://docs.aws.amazon.com/secretsmanager/latest/apireference/Welcome.html */
export function secretsManagerService(): Service {
  return {
    signingName: "secretsmanager",
    protocol: "json-1.1",
    target: "secretsmanager",
    sdk,
    handlers: { ...secretHandlers, ...secretVersionHandlers },
  };
}
