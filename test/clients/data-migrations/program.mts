// Data migrations of both types between two clusters that it makes, with nothing but the AWS SDK for JavaScript and a PostgreSQL
// driver; everything is deleted again. Prints, as one JSON document, what was done. It takes the environment that `local-aws` prints:
//
//   node_modules/.bin/tsx test/clients/data-migrations/program.mts

import { DatabaseMigrationService, InvalidResourceStateFault } from "@aws-sdk/client-database-migration-service";
import { EC2 } from "@aws-sdk/client-ec2";
import { IAM } from "@aws-sdk/client-iam";
import { RDS } from "@aws-sdk/client-rds";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import * as clusters from "./clusters.mts";
import { newNotes, noting, present, require, until } from "./notes.mts";
import * as project from "./project.mts";
import * as migrations from "./run.mts";

const name = "js-sdk";
const notes = newNotes();
// Without it the SDK would turn to AWS itself.
require(process.env["AWS_ENDPOINT_URL"] !==
  undefined, "AWS_ENDPOINT_URL is needed: the environment that local-aws prints");
const [dms, ec2, iam, rds] = [new DatabaseMigrationService(), new EC2(), new IAM(), new RDS()];
const secrets = new SecretsManager();
dms.middlewareStack.add(noting("dms", notes), { step: "initialize" });
ec2.middlewareStack.add(noting("ec2", notes), { step: "initialize" });
iam.middlewareStack.add(noting("iam", notes), { step: "initialize" });
rds.middlewareStack.add(noting("rds", notes), { step: "initialize" });
secrets.middlewareStack.add(noting("secretsmanager", notes), { step: "initialize" });

const network = present((await rds.describeDBSubnetGroups({})).DBSubnetGroups?.[0], "a DB subnet group");
const securityGroup = await project.createSecurityGroup(ec2, name, present(network.VpcId, "VpcId"));
const [source, target] = await twoClusters();
const role = await project.createRole(iam, name);
const secret = await project.createSecret(secrets, name);
const subnetIds = (network.Subnets ?? []).map(({ SubnetIdentifier }) => present(SubnetIdentifier, "SubnetIdentifier"));
const made = await project.createProject(dms, { name, subnetIds, securityGroup, role, secret, source, target });
await project.lookAtProject(dms, made);
await migrate({ dms, notes, made, role });
await deleteProject();
await deleteTheRest();
console.log(JSON.stringify({ client: "AWS SDK for JavaScript v3", ...notes }, null, 2));

async function twoClusters(): Promise<[source: clusters.Cluster, target: clusters.Cluster]> {
  await clusters.createParameterGroup(rds, name);
  const place = { subnetGroup: present(network.DBSubnetGroupName, "its name"), securityGroup, parameterGroup: name };
  const pair = await Promise.all([
    clusters.createCluster({ rds, notes }, `${name}-source`, place),
    clusters.createCluster({ rds, notes }, `${name}-target`, place),
  ]);
  await clusters.lookAtNewerOperations(rds, notes, pair[0]);
  const table = "CREATE TABLE items (id int PRIMARY KEY, content text, embedding vector(3) NOT NULL)";
  for (const cluster of pair) await clusters.sql(cluster, "CREATE EXTENSION vector", table);
  await clusters.sql(pair[0], "INSERT INTO items SELECT n, 'ข้อความ', '[1,2,3]' FROM generate_series(1, 500) n");
  return pair;
}

/** Six data migrations, so that their list has two pages; one of each type runs. */
async function migrate(setting: migrations.Setting): Promise<void> {
  const arns: string[] = [];
  for (const type of ["full-load", "full-load-and-cdc"] as const) {
    for (const number of [1, 2, 3]) {
      arns.push(await migrations.createDataMigration(setting, `${name}-${type}-${String(number)}`, type));
    }
  }
  const [fullLoad, , , withChanges] = await migrations.listDataMigrations(setting);
  await migrations.runFullLoad(setting, present(fullLoad?.DataMigrationArn, "DataMigrationArn"), target);
  await migrations.runWithChanges(setting, present(withChanges?.DataMigrationArn, "DataMigrationArn"), source, target);
  await migrations.deleteDataMigrations(setting, arns);
}

async function deleteProject(): Promise<void> {
  await dms.deleteMigrationProject({ MigrationProjectIdentifier: made.project });
  for (const provider of made.providers) await dms.deleteDataProvider({ DataProviderIdentifier: provider });
  await dms.deleteInstanceProfile({ InstanceProfileIdentifier: made.profile });
  await until("the subnet group's release", async () => {
    try {
      return await dms.deleteReplicationSubnetGroup({ ReplicationSubnetGroupIdentifier: made.subnetGroup });
    } catch (error) {
      // The interfaces of a data migration hold its subnet group for a while after it is gone.
      if (error instanceof InvalidResourceStateFault) return undefined;
      throw error;
    }
  });
}

async function deleteTheRest(): Promise<void> {
  await Promise.all([source, target].map((cluster) => clusters.deleteCluster(rds, notes, cluster)));
  await rds.deleteDBClusterParameterGroup({ DBClusterParameterGroupName: name });
  await secrets.deleteSecret({ SecretId: secret, ForceDeleteWithoutRecovery: true });
  await iam.deleteRolePolicy({ RoleName: name, PolicyName: "data-migrations" });
  await iam.deleteRole({ RoleName: name });
  await ec2.deleteSecurityGroup({ GroupId: securityGroup });
}
