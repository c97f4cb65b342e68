import { z } from "zod";
import type { AwsClients } from "../aws/clients.ts";
import { awsErrorName } from "../aws/errors.ts";
import { ExpectedError } from "../errors.ts";

const loginSchema = z.looseObject({
  username: z.string(),
  password: z.string(),
  dbname: z.string().optional(),
});

export type Login = z.infer<typeof loginSchema>;

/** The login that a secret holds now. Never kept, never shown: rotation may change it between two calls. */
export async function readLogin(aws: AwsClients, secretArn: string): Promise<Login> {
  const text = await aws.secrets
    .getSecretValue({ SecretId: secretArn })
    .then((answer) => answer.SecretString ?? "")
    .catch((cause: unknown) => {
      if (awsErrorName(cause) !== "ResourceNotFoundException") throw cause;
      throw new ExpectedError(`There is no secret ${secretArn}.`, "It holds a login that is needed here.", undefined, {
        cause,
      });
    });
  const parsed = loginSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  // Without a cause: zod's own message could quote the secret.
  throw new ExpectedError(
    `Secret ${secretArn} does not hold a database login.`,
    "It must be a JSON object with `username` and `password`.",
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
