/** What a failure of DMS comes from, in all likelihood, and what mends it. */
export interface LikelyCause {
  readonly cause: string;
  readonly remedy: string;
}

/**
 * By the words of the message, since DMS has no codes: its own (User Guide, dm-troubleshooting) and those of PostgreSQL and pg_restore, which
 * it hands on. The first that fits counts; the more particular ones come first.
 */
const causes: readonly (readonly [RegExp, cause: string, remedy: string])[] = [
  [
    /duplicate key|already exists.*key|violates unique/i,
    "a row with the same id is on the new cluster already: it was written there during the load",
    "Nothing is overwritten. Take the load back (`undo`), then load again with --on-existing.",
  ],
  [
    /must be owner of (extension|schema)|must be superuser/i,
    "DMS ends on what only the owner of the extension may do",
    "Let it log in to the new cluster as its master user: --dms-login master",
  ],
  [
    /type "?(\w+\.)?vector"? does not exist|extension "?vector"?|could not open extension/i,
    "the extension vector is not where the table needs it",
    "On both clusters it must be in the same schema, and not newer on the temporary one.",
  ],
  [
    /logical[ _]replication|wal_level|replication slots? (are|is) in use|max_replication_slots|max_logical_replication_workers/i,
    "logical replication is not to be had on one of the clusters",
    "A full load needs none: --migration-type full-load",
  ],
  [
    /password authentication failed|no pg_hba\.conf entry|role "?[^"]*"? is not permitted to log ?in/i,
    "a database refuses the login that DMS was given",
    "Was the password changed in mid-load (a rotation, with --dms-login master)? The same command lets DMS read the secret again.",
  ],
  [
    /secret/i,
    "DMS cannot read a secret of this run",
    "Are the run's secrets and its role for them (bcm-…-dms-secrets) still there, and may the role use the secrets' KMS key?",
  ],
  [
    /quota|limit exceeded|too many|ResourceQuotaExceeded/i,
    "a quota of the account is used up",
    "Service Quotas, AWS Database Migration Service, shows them; data migrations of others that have ended count until they are deleted.",
  ],
  [
    /no space|disk full|out of (disk|memory|shared memory)|insufficient (storage|memory)|storage (is )?full/i,
    "a database has run out of memory or storage",
    "Raise the capacity (ACUs) of the new cluster for the time of the load.",
  ],
  [
    /permission denied|not authorized|access ?denied|rds_superuser|privilege/i,
    "a role or a login lacks a right",
    "Of the run's roles and of its login on the new cluster: were they changed by somebody? `cleanup`, then begin again.",
  ],
  [
    /role|assume/i,
    "DMS cannot use one of the run's roles",
    "Is bcm-…-dms still there, with its trust policy? Does an organisation's policy (SCP) keep services from assuming roles?",
  ],
  [
    /version/i,
    "the versions of the two clusters do not fit",
    "The new cluster's must not be lower than the temporary one's, and DMS must support both.",
  ],
  [
    /unable to connect|can'?t connect|could not connect|connection (refused|reset|timed out|terminated)|timeout|timed out|network|no route|unreachable/i,
    "DMS cannot reach a database",
    "Does the run's ingress rule on the new cluster's group still exist, is the cluster available, and do network ACLs and routes let port 5432 through between the private subnets?",
  ],
  [
    /subscription .* (is )?gone|publication .* does not exist|replication slot .* does not exist/i,
    "somebody has removed a part of the replication",
    "`cleanup`, then begin again.",
  ],
];

/** The likely cause of a failure; undefined for words that none is known for. */
export function likelyCause(message: string): LikelyCause | undefined {
  const found = causes.find(([words]) => words.test(message));
  return found && { cause: found[1], remedy: found[2] };
}
