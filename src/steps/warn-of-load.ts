import type { DmsLogin } from "../aws/data-migration-options.ts";
import type { Context } from "../context.ts";
import { tableBytes } from "../database/load-facts.ts";
import type { SqlSession } from "../database/session.ts";
import type { Deployment } from "../stack/deployment.ts";
import { countItems, itemsTable } from "../stack/items-table.ts";
import { judgeIndexBuild } from "./judge-index-build.ts";
import { warnOfVersions } from "./judge-preflight.ts";
import { warnOfPrivileges } from "./judge-privileges.ts";
import type { FoundFacts } from "./side-facts.ts";

export interface Load {
  readonly source: FoundFacts;
  readonly target: FoundFacts;
  readonly deployment: Deployment;
  readonly dmsLogin: DmsLogin;
  readonly replicates: boolean;
}

/** Says, before the first change, what a load will take and what may go wrong with it; refuses nothing. */
export async function warnOfLoad(load: Load, session: SqlSession, { progress }: Context): Promise<void> {
  const { source, target, deployment, dmsLogin, replicates } = load;
  if (target.table === undefined) return;
  const bytes = await tableBytes(session, itemsTable.schema, itemsTable.table);
  const { says, warnings } = judgeIndexBuild({
    cluster: deployment.cluster.DBClusterIdentifier ?? "",
    scaling: deployment.cluster.ServerlessV2ScalingConfiguration,
    server: target.server,
    size: { rows: await countItems(session), bytes },
    table: target.table,
    indexes: target.vectorIndexes,
  });
  progress.say(`new cluster: ${says}`);
  const privileges = { privileges: target.privileges, dmsLogin, replicates };
  const all = [...warnOfVersions({ source: source.server, target: target.server }), ...warnOfPrivileges(privileges)];
  for (const warning of [...all, ...warnings]) progress.say(`WARNING: ${warning}`);
}
