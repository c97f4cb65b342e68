import { randomBytes } from "node:crypto";

/** A role that a service has assumed for what it runs. */
interface RoleSession {
  readonly accountId: string;
  readonly roleArn: string;
}

/**
 * The temporary credentials that services of one local AWS have given to what they run (an embedding task, as its task role). Calls with
 * them are not the operator's: neither the operator's policy nor ordered failures apply to them.
 */
export class RoleSessions {
  readonly #sessions = new Map<string, RoleSession>();

  /** A new access key id for the role, good until `end`. Temporary ones begin with ASIA (IAM user guide, "unique identifiers"). */
  begin(session: RoleSession): string {
    const accessKeyId = `ASIA${randomBytes(8).toString("hex").toUpperCase()}`;
    this.#sessions.set(accessKeyId, session);
    return accessKeyId;
  }

  end(accessKeyId: string): void {
    this.#sessions.delete(accessKeyId);
  }

  find(accessKeyId: string): RoleSession | undefined {
    return this.#sessions.get(accessKeyId);
  }
}
