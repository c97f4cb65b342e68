import type { Context } from "../context.ts";
import { newPassword } from "../database/scram.ts";
import { provision } from "../provision/provision.ts";
import type { Run } from "../provision/run.ts";
import { restoredCluster } from "../resources/rds-cluster.ts";
import { serverlessWriter } from "../resources/rds-instance.ts";
import { logicalReplicationGroup } from "../resources/rds-parameter-group.ts";
import { secretHolding } from "../resources/secret.ts";
import { groupOfRun } from "../resources/security-group.ts";
import { enableDataApi } from "./enable-data-api.ts";
import { rebootIntoParameters } from "./reboot-into-parameters.ts";
import { noteRestorePlan, type RestorePlan } from "./restore-plan.ts";
import { setOwnPassword } from "./set-own-password.ts";
import { tellBaseline } from "./tell-baseline.ts";
import { sourceNames, temporaryDatabase } from "./temporary-cluster.ts";

export interface RestoreSnapshotResult {
  readonly run: string;
  readonly cluster: string;
  readonly endpoint: string;
  readonly port: number;
  readonly secretArn: string;
  readonly engineVersion: string;
  readonly snapshot: string;
  readonly seconds: number;
}

/**
 * Restores the temporary cluster of a run as planned, and waits until its own login works. What an earlier call of the same run made is
 * kept. `timeoutMinutes` bounds the wait for the cluster, and that for its instance: a WaitTimeoutError ends them.
 */
export async function restoreSnapshot(
  plan: RestorePlan,
  context: Context,
  run: Run,
  timeoutMinutes?: number,
): Promise<RestoreSnapshotResult> {
  const began = context.clock.now();
  await noteRestorePlan(plan, run);
  await run.journal.append({ event: "step-began", step: "restore-snapshot" });
  const { aws } = context;
  const names = sourceNames(run.id);
  const parameterGroup =
    plan.migrationType === "full-load"
      ? undefined
      : logicalReplicationGroup(aws, run, names.parameterGroup, plan.parameterGroupFamily);
  const securityGroup = groupOfRun(aws, run, names.securityGroup, plan.vpcId);
  const secret = secretHolding(aws, run, names.secret, () => ({
    engine: "postgres",
    username: plan.masterUsername,
    password: newPassword(),
    dbname: "postgres",
  }));
  const cluster = restoredCluster(aws, {
    run,
    name: names.cluster,
    snapshotArn: plan.snapshotArn,
    engineVersion: plan.engineVersion,
    subnetGroup: plan.subnetGroup,
    securityGroupIds: plan.securityGroupIds,
    securityGroup,
    parameterGroup: parameterGroup?.name,
    kmsKeyId: plan.kmsKeyId,
    timeoutMinutes,
  });
  const instance = serverlessWriter(aws, run, { name: names.instance, cluster: names.cluster, timeoutMinutes });
  const resources = [securityGroup, secret, cluster, instance];
  const stateOf = await provision(parameterGroup ? [parameterGroup, ...resources] : resources, context, run);
  await rebootIntoParameters(context, run);
  await enableDataApi(context, run);
  const database = await temporaryDatabase(context, run);
  await setOwnPassword(database, context, run);
  await tellBaseline(database, context, run);
  const result = {
    run: run.id,
    cluster: names.cluster,
    endpoint: database.host,
    port: database.port,
    secretArn: database.secretArn,
    engineVersion: stateOf(cluster).EngineVersion ?? plan.engineVersion,
    snapshot: plan.snapshot,
    seconds: Math.round((context.clock.now() - began) / 1000),
  };
  await run.journal.append({ event: "step-ended", step: "restore-snapshot", result });
  return result;
}
