import type { Context } from "../context.ts";

/** What a rotation in mid-load would do to a DMS that logs in with the secret of the stack: said where it is switched on. */
export async function tellOfRotation(secretArn: string, { aws, progress }: Context): Promise<void> {
  const { RotationEnabled, NextRotationDate } = await aws.secrets.describeSecret({ SecretId: secretArn });
  if (RotationEnabled !== true) return;
  const next = NextRotationDate === undefined ? "" : ` (the next: ${NextRotationDate.toISOString()})`;
  progress.say(
    `WARNING: DMS logs in as the master user, whose secret rotates${next}. A rotation in mid-load may end the load, which then fails; the role of the run's own (--dms-login run) is not touched by it.`,
  );
}
