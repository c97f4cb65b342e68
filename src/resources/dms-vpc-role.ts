import { denialOf, howToAllow } from "../aws/denied.ts";
import { unlessAws } from "../aws/errors.ts";
import type { Context } from "../context.ts";
import { ExpectedError } from "../errors.ts";
import type { Run } from "../provision/run.ts";

const name = "dms-vpc-role";
const policyArn = "arn:aws:iam::aws:policy/service-role/AmazonDMSVPCManagementRole";
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "dms.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

export interface DmsVpcRole {
  /** Makes it where the account lacks it. Throws an ExpectedError with the administrator's commands where AWS denies that. */
  ensure(): Promise<void>;
}

/**
 * Looks for the account-wide role that DMS makes network interfaces with (User Guide, dm-iam-resources). It is the account's, not a run's: it
 * carries no tag of a run, and stays when the run is cleaned up. Without it DMS would answer a bare "access denied" much later.
 */
export async function lookAtDmsVpcRole(context: Context, run: Run): Promise<DmsVpcRole> {
  const { aws, progress } = context;
  const role = await unlessAws(["NoSuchEntityException"], () => aws.iam.getRole({ RoleName: name })).then(
    (found) => ({ lacking: found === undefined }),
    (error: unknown) => {
      const denial = denialOf(error);
      if (denial === undefined) throw error;
      progress.say(`whether the role ${name} exists is not known, going on: ${denial}`);
      return { lacking: false };
    },
  );
  // A call that was killed between the role and its policy has left this note.
  const halfMade = run.state().notes.get(name) === "making";
  return { ensure: async () => (role.lacking || halfMade ? make(context, run) : undefined) };
}

async function make({ aws, progress }: Context, run: Run): Promise<void> {
  await run.journal.append({ event: "noted", name, value: "making" });
  try {
    await unlessAws(["EntityAlreadyExistsException"], () =>
      aws.iam.createRole({
        RoleName: name,
        AssumeRolePolicyDocument: trust,
        Description: "DMS, for the whole account",
      }),
    );
    await aws.iam.attachRolePolicy({ RoleName: name, PolicyArn: policyArn });
  } catch (error) {
    const denial = denialOf(error);
    if (denial === undefined) throw error;
    throw new ExpectedError(
      `This account has no IAM role ${name} with its policy, which DMS needs, and this operator may not make it: ${denial}`,
      [
        "An administrator makes it once for the account; nothing was changed yet:",
        `  aws iam create-role --role-name ${name} --assume-role-policy-document '${trust}'`,
        `  aws iam attach-role-policy --role-name ${name} --policy-arn ${policyArn}`,
        `Or this operator does: ${howToAllow(run)}`,
      ].join("\n"),
      undefined,
      { cause: error },
    );
  }
  await run.journal.append({ event: "noted", name, value: "made" });
  progress.say(`role ${name}: made, since the account had none; it is the account's, and stays after cleanup`);
}
