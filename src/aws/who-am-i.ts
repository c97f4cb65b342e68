import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { AwsOptions } from "./connect.ts";

/** The account and Region that the credentials and settings in force belong to. What every command asks first, so it loads nothing else. */
export async function whoAmI(options: AwsOptions): Promise<{ account: string; region: string }> {
  const sts = new STSClient({
    ...(options.region !== undefined && { region: options.region }),
    ...(options.profile !== undefined && { profile: options.profile }),
  });
  const identity = await sts.send(new GetCallerIdentityCommand(), { abortSignal: options.signal });
  return { account: identity.Account ?? "", region: await sts.config.region() };
}
