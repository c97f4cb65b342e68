import type * as sdk from "@aws-sdk/client-sts";
import type { Permissions } from "../permission.ts";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: "No permissions are required to perform this operation." */
export const stsPermissions: Permissions<typeof sdk> = { GetCallerIdentity: () => [] };
