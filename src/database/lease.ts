import type { SqlTransaction } from "./session.ts";
import { runTable } from "./undo-record.ts";

/** Who works on a target, and for how long without another word. */
export interface LeaseTerms {
  /** The same for every command that shares one journal: those keep each other out by the journal's own lock. */
  readonly holder: string;
  /** What the operator of another command is told. */
  readonly command: string;
  readonly ms: number;
}

export interface OtherHolder {
  readonly command: string;
  /** The server's time, as text: a later look tells whether it was renewed. */
  readonly renewed: string;
  /** Milliseconds until it runs out. */
  readonly leftMs: number;
}

/**
 * Takes the lease on a target for these terms, by the server's clock: where nobody has it, where its holder is the same, or where it has run
 * out. Gives the other holder where it is taken, "no record" where no run holds the target.
 */
export async function takeLease(
  session: SqlTransaction,
  { holder, command, ms }: LeaseTerms,
): Promise<"taken" | "no record" | OtherHolder> {
  const taken = await session.query(
    `update ${runTable} set lease_holder = $1, lease_command = $2, lease_renewed = now(),
            lease_until = now() + $3 * interval '1 millisecond'
      where lease_holder is null or lease_holder = $1 or lease_until < now() returning run_id`,
    [holder, command, ms],
  );
  if (taken.length > 0) return "taken";
  const [other] = await session.query<OtherHolder>(
    `select lease_command as "command", lease_renewed::text as "renewed",
            greatest(extract(epoch from lease_until - now()) * 1000, 0)::float8 as "leftMs" from ${runTable}`,
  );
  return other ?? "no record";
}

/** Prolongs a lease; false where it is not this holder's any more. */
export async function renewLease(session: SqlTransaction, { holder, ms }: LeaseTerms): Promise<boolean> {
  const renewed = await session.query(
    `update ${runTable} set lease_renewed = now(), lease_until = now() + $2 * interval '1 millisecond'
      where lease_holder = $1 returning run_id`,
    [holder, ms],
  );
  return renewed.length > 0;
}

/** Gives a lease back; no effect where it is not this holder's. */
export async function releaseLease(session: SqlTransaction, { holder }: LeaseTerms): Promise<void> {
  await session.query(
    `update ${runTable} set lease_holder = null, lease_command = null, lease_renewed = null, lease_until = null
      where lease_holder = $1`,
    [holder],
  );
}
