import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { migrationTypes } from "../aws/data-migration-options.ts";
import type { Run } from "../provision/run.ts";

const note = "restore-plan";

const planSchema = z.object({
  snapshot: z.string(),
  sourceCluster: z.string(),
  snapshotArn: z.string(),
  masterUsername: z.string(),
  engineVersion: z.string(),
  parameterGroupFamily: z.string(),
  subnetGroup: z.string(),
  securityGroupIds: z.array(z.string()),
  vpcId: z.string(),
  /** The key that the temporary cluster is encrypted with; RDS's choice when null: the snapshot's own key, or none where it has none. */
  kmsKeyId: z.string().nullable().default(null),
  /** What the temporary cluster is made ready for: a full load needs no logical replication on it. */
  migrationType: z.enum(migrationTypes),
});

/** What a run restores, and how: decided once. */
export type RestorePlan = z.infer<typeof planSchema>;

/** The plan that a run's journal has noted, if it has got so far. */
export function restorePlanOf(run: Run): RestorePlan | undefined {
  return planSchema.safeParse(run.state().notes.get(note)).data;
}

/** Notes a run's plan: once, and again where it has changed before the cluster was begun. */
export async function noteRestorePlan(plan: RestorePlan, run: Run): Promise<void> {
  if (isDeepStrictEqual(restorePlanOf(run), plan)) return;
  await run.journal.append({ event: "noted", name: note, value: plan });
}
