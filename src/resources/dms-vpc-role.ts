import { denialOf } from "../aws/denied.ts";
import { unlessAws } from "../aws/errors.ts";
import type { Context } from "../context.ts";
import { ExpectedError } from "../errors.ts";

const name = "dms-vpc-role";

/**
 * Refuses an account without the account-wide role that DMS makes network interfaces with (User Guide, dm-iam-resources): DMS itself
 * would answer a bare "access denied" much later. The role is nobody's run's: it is not made here.
 */
export async function requireDmsVpcRole({ aws, progress }: Context): Promise<void> {
  const found = await unlessAws(["NoSuchEntityException"], () => aws.iam.getRole({ RoleName: name })).catch(
    (error: unknown) => {
      const denial = denialOf(error);
      if (denial === undefined) throw error;
      return { denial };
    },
  );
  if (found !== undefined && "denial" in found)
    return progress.say(`whether the role ${name} exists is not known, going on: ${found.denial}`);
  if (found !== undefined) return;
  throw new ExpectedError(
    `This account has no IAM role ${name}, which DMS needs.`,
    [
      "Make it once for the account; nothing was changed yet:",
      `  aws iam create-role --role-name ${name} --assume-role-policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"dms.amazonaws.com"},"Action":"sts:AssumeRole"}]}'`,
      `  aws iam attach-role-policy --role-name ${name} --policy-arn arn:aws:iam::aws:policy/service-role/AmazonDMSVPCManagementRole`,
    ].join("\n"),
  );
}
