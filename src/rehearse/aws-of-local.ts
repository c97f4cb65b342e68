import type { AwsClients } from "../aws/clients.ts";
import { connectToAws } from "../aws/connect.ts";

/** Clients of a local AWS, by the environment that it prints, and by nothing of this process's own. */
export function awsOf(env: Readonly<Record<string, string>>, signal: AbortSignal): AwsClients {
  const value = (name: string) => env[name] ?? "";
  const credentials = { accessKeyId: value("AWS_ACCESS_KEY_ID"), secretAccessKey: value("AWS_SECRET_ACCESS_KEY") };
  return connectToAws({
    region: value("AWS_REGION"),
    profile: undefined,
    signal,
    fixed: { endpoint: value("AWS_ENDPOINT_URL"), credentials },
  });
}
