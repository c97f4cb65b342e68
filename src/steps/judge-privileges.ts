import { commandFor, type WorksOn } from "../command-for.ts";
import type { DmsLogin } from "../aws/data-migration-options.ts";
import type { Privileges } from "../database/load-facts.ts";
import { id } from "../database/identifiers.ts";
import { items } from "../stack/items-table.ts";
import type { Finding } from "./finding.ts";

export interface PrivilegeQuestion {
  /** Undefined where the table is not there, which is told on its own. */
  readonly privileges: Privileges | undefined;
  readonly dmsLogin: DmsLogin;
  readonly replicates: boolean;
}

/** What the new cluster's login lacks to prepare a load: to drop and build the index, and to make the role that DMS logs in with. */
export function judgePrivileges({ privileges, dmsLogin, replicates }: PrivilegeQuestion, on: WorksOn): Finding[] {
  if (privileges === undefined) return [];
  const { user, createsRoles, grantsSuperuser, isSuperuser, ownsTable, grantsTable } = privileges;
  const who = id(user);
  const findings: Finding[] = [];
  if (!ownsTable)
    findings.push({
      what: `The new cluster's login ${who} does not own ${items}: it can neither drop nor build the vector index.`,
      remedy: `On the new cluster, as the table's owner: ALTER TABLE ${items} OWNER TO ${who};`,
    });
  if (dmsLogin === "master") return [...findings, ...(replicates && !isSuperuser ? [noSubscriber(who)] : [])];
  const asMaster = `Or let DMS log in as that user: ${commandFor("start-dms-migration", on, "--dms-login", "master")}`;
  if (!createsRoles)
    findings.push({
      what: `The new cluster's login ${who} may create no roles, and DMS logs in with a role of the run's own.`,
      remedy: `As a user who may: ALTER ROLE ${who} CREATEROLE; ${asMaster}`,
    });
  else if (!ownsTable && !grantsTable)
    findings.push({
      what: `The new cluster's login ${who} may not grant what the run's role needs on ${items}.`,
      remedy: `As the table's owner: GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ${items} TO ${who} WITH GRANT OPTION;`,
    });
  if (createsRoles && replicates && !grantsSuperuser)
    findings.push({
      what: `The new cluster's login ${who} may not grant rds_superuser, which a role needs to subscribe.`,
      remedy: `As the cluster's master user: GRANT rds_superuser TO ${who} WITH ADMIN OPTION; Or load without replication: --migration-type full-load. ${asMaster}`,
    });
  return findings;
}

function noSubscriber(who: string): Finding {
  return {
    what: `The new cluster's login ${who} is no member of rds_superuser, so DMS can make no subscription as it.`,
    remedy: `As the cluster's master user: GRANT rds_superuser TO ${who}; Or load without replication: --migration-type full-load.`,
  };
}

/** Rights that DMS's pages list, and that a load into a table that is there may do without: said, not refused. */
export function warnOfPrivileges({ privileges, dmsLogin }: PrivilegeQuestion): string[] {
  if (privileges === undefined || dmsLogin === "master") return [];
  const lacking = [
    ...(privileges.grantsDatabase ? [] : ["CREATE on the database"]),
    ...(privileges.grantsSchema ? [] : ["CREATE on the table's schema"]),
  ];
  if (lacking.length === 0) return [];
  return [
    `${id(privileges.user)} may not grant ${lacking.join(" and ")}, which AWS lists for DMS's login; where DMS refuses for it, --dms-login master is the way.`,
  ];
}
