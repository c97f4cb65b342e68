"""Subnet groups with every release of boto3; with those that know data migrations, a whole one between two clusters."""

import json

from . import iam, rds
from .journal import Journal, require, same, tags, until

DATA_MIGRATIONS = (
    "CreateInstanceProfile",
    "DescribeInstanceProfiles",
    "DeleteInstanceProfile",
    "CreateDataProvider",
    "DescribeDataProviders",
    "DeleteDataProvider",
    "CreateMigrationProject",
    "DescribeMigrationProjects",
    "DeleteMigrationProject",
    "CreateDataMigration",
    "DescribeDataMigrations",
    "ModifyDataMigration",
    "StartDataMigration",
    "StopDataMigration",
    "DeleteDataMigration",
)
PASSWORD = "boto3-Was-Here"


def tour(journal: Journal) -> None:
    dms = journal.client("dms")
    network = journal.client("rds").describe_db_subnet_groups()["DBSubnetGroups"][0]
    names = create_subnet_groups(journal, dms, [subnet["SubnetIdentifier"] for subnet in network["Subnets"]])
    edit_tags(dms, f"arn:aws:dms:us-east-1:111122223333:subgrp:{names[0]}")
    if journal.knows(dms, *DATA_MIGRATIONS):
        migrate(journal, dms, names[0], network)
    delete_subnet_groups(journal, dms, names)


def create_subnet_groups(journal: Journal, dms, subnet_ids: list) -> list:
    names = [f"{journal.prefix}-dms-{number}" for number in range(6)]
    for name in names:
        dms.create_replication_subnet_group(
            ReplicationSubnetGroupIdentifier=name,
            ReplicationSubnetGroupDescription="made by boto3",
            SubnetIds=subnet_ids,
            Tags=tags(tour=journal.prefix),
        )
    own = [{"Name": "replication-subnet-group-id", "Values": names}]
    groups = journal.everything(dms, "describe_replication_subnet_groups", at_least=6, Filters=own)
    same(sorted(group["ReplicationSubnetGroupIdentifier"] for group in groups), names, "the subnet groups")
    with journal.refused(dms, "ResourceAlreadyExistsFault", "ResourceAlreadyExistsFault"):
        dms.create_replication_subnet_group(
            ReplicationSubnetGroupIdentifier=names[0],
            ReplicationSubnetGroupDescription="made by boto3",
            SubnetIds=subnet_ids,
        )
    return names


def edit_tags(dms, arn: str) -> None:
    dms.add_tags_to_resource(ResourceArn=arn, Tags=tags(more="yes"))
    dms.remove_tags_from_resource(ResourceArn=arn, TagKeys=["tour"])
    same(dms.list_tags_for_resource(ResourceArn=arn)["TagList"], tags(more="yes"), "the subnet group's tags")


def delete_subnet_groups(journal: Journal, dms, names: list) -> None:
    for name in names:
        until(f"{name} free", lambda name=name: delete_when_free(dms, name))
    with journal.refused(dms, "ResourceNotFoundFault", "ResourceNotFoundFault"):
        dms.delete_replication_subnet_group(ReplicationSubnetGroupIdentifier=names[0])


def delete_when_free(dms, name: str) -> bool:
    """The interfaces of a data migration hold its subnet group for a while after it is gone."""
    try:
        dms.delete_replication_subnet_group(ReplicationSubnetGroupIdentifier=name)
    except dms.exceptions.InvalidResourceStateFault:
        return False
    return True


def migrate(journal: Journal, dms, subnet_group: str, network: dict) -> None:
    """Two restores of the seeded snapshot; the rows of one go to the other by a full load."""
    security_group = create_security_group(journal, network["VpcId"])
    clusters = [f"{journal.prefix}-{side}" for side in ("source", "target")]
    restore_clusters(journal, clusters, network["DBSubnetGroupName"], security_group)
    role = create_role(journal)
    secret = journal.client("secretsmanager").create_secret(
        Name=f"{journal.prefix}-login", SecretString=json.dumps({"username": "postgres", "password": PASSWORD})
    )["ARN"]

    profile = dms.create_instance_profile(
        InstanceProfileName=f"{journal.prefix}-profile",
        SubnetGroupIdentifier=subnet_group,
        VpcSecurityGroups=[security_group],
        PubliclyAccessible=False,
    )["InstanceProfile"]["InstanceProfileArn"]
    providers = [create_provider(journal, dms, cluster) for cluster in clusters]
    descriptors = [
        {"DataProviderIdentifier": provider, "SecretsManagerSecretId": secret, "SecretsManagerAccessRoleArn": role}
        for provider in providers
    ]
    project = dms.create_migration_project(
        MigrationProjectName=f"{journal.prefix}-project",
        InstanceProfileIdentifier=profile,
        SourceDataProviderDescriptors=descriptors[:1],
        TargetDataProviderDescriptors=descriptors[1:],
    )["MigrationProject"]["MigrationProjectArn"]
    look_at(dms, profile, providers, project)
    run_data_migrations(journal, dms, project, role)

    dms.delete_migration_project(MigrationProjectIdentifier=project)
    for provider in providers:
        dms.delete_data_provider(DataProviderIdentifier=provider)
    dms.delete_instance_profile(InstanceProfileIdentifier=profile)
    clean_up(journal, clusters, security_group, role, secret)


def create_security_group(journal: Journal, vpc_id: str) -> str:
    """One that admits itself, for the clusters and for the data migration."""
    ec2 = journal.client("ec2")
    group = ec2.create_security_group(GroupName=f"{journal.prefix}-dms", Description="boto3", VpcId=vpc_id)["GroupId"]
    itself = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[itself])
    return group


def restore_clusters(journal: Journal, clusters: list, subnet_group: str, security_group: str) -> None:
    client = journal.client("rds")
    snapshot = client.describe_db_cluster_snapshots(SnapshotType="manual")["DBClusterSnapshots"][0]
    for cluster in clusters:
        client.restore_db_cluster_from_snapshot(
            DBClusterIdentifier=cluster,
            SnapshotIdentifier=snapshot["DBClusterSnapshotIdentifier"],
            Engine="aurora-postgresql",
            DBSubnetGroupName=subnet_group,
            VpcSecurityGroupIds=[security_group],
            ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 1},
        )
    for cluster in clusters:
        journal.wait(client, "db_cluster_available", DBClusterIdentifier=cluster)
        rds.create_instance(journal, client, cluster)
        client.modify_db_cluster(DBClusterIdentifier=cluster, MasterUserPassword=PASSWORD, ApplyImmediately=True)
    for cluster in clusters:
        until(f"the password of {cluster}", lambda cluster=cluster: has_its_password(client, cluster))


def has_its_password(client, cluster: str) -> bool:
    return "MasterUserPassword" not in rds.describe_cluster(client, cluster).get("PendingModifiedValues", {})


def create_role(journal: Journal) -> str:
    client = journal.client("iam")
    trust = iam.trusting("dms.us-east-1.amazonaws.com", "dms-data-migrations.amazonaws.com")
    role = client.create_role(RoleName=f"{journal.prefix}-dms", AssumeRolePolicyDocument=trust)["Role"]
    actions = ("ec2:DescribeVpcs", "cloudwatch:PutMetricData", "secretsmanager:GetSecretValue")
    client.put_role_policy(
        RoleName=role["RoleName"], PolicyName="data-migration", PolicyDocument=iam.allowing(*actions)
    )
    return role["Arn"]


def create_provider(journal: Journal, dms, cluster: str) -> str:
    found = rds.describe_cluster(journal.client("rds"), cluster)
    place = {"ServerName": found["Endpoint"], "Port": found["Port"], "DatabaseName": "postgres", "SslMode": "require"}
    provider = dms.create_data_provider(
        DataProviderName=cluster, Engine="aurora-postgresql", Settings={"PostgreSqlSettings": place}
    )
    return provider["DataProvider"]["DataProviderArn"]


def look_at(dms, profile: str, providers: list, project: str) -> None:
    def by(name: str, values: list) -> dict:
        return {"Filters": [{"Name": name, "Values": values}]}

    profiles = dms.describe_instance_profiles(**by("instance-profile-identifier", [profile]))["InstanceProfiles"]
    same([one["InstanceProfileArn"] for one in profiles], [profile], "the instance profiles")
    found = dms.describe_data_providers(**by("data-provider-identifier", providers))["DataProviders"]
    same([one["DataProviderArn"] for one in found], providers, "the data providers")
    projects = dms.describe_migration_projects(**by("migration-project-identifier", [project]))["MigrationProjects"]
    same([one["MigrationProjectArn"] for one in projects], [project], "the migration projects")


def run_data_migrations(journal: Journal, dms, project: str, role: str) -> None:
    """Six of them, so that their list has two pages. One runs to its end, another is stopped before it."""
    migrations = [
        dms.create_data_migration(
            DataMigrationName=f"{journal.prefix}-load-{number}",
            MigrationProjectIdentifier=project,
            DataMigrationType="full-load",
            ServiceAccessRoleArn=role,
            TargetDataSettings=[{"TablePreparationMode": "truncate"}],
        )["DataMigration"]["DataMigrationArn"]
        for number in range(6)
    ]
    of_project = [{"Name": "migration-project-identifier", "Values": [project]}]
    journal.everything(dms, "describe_data_migrations", at_least=6, Filters=of_project)
    for migration in migrations:
        until_status(dms, migration, "ready")
    dms.modify_data_migration(DataMigrationIdentifier=migrations[0], NumberOfJobs=2)
    with journal.refused(dms, "InvalidOperationFault", "InvalidOperationFault"):
        dms.start_data_migration(DataMigrationIdentifier=migrations[0], StartType="reload-target")

    dms.start_data_migration(DataMigrationIdentifier=migrations[0], StartType="start-replication")
    statistics = until_status(dms, migrations[0], "stopped")["DataMigrationStatistics"]
    same(statistics["TablesLoaded"], 1, "the number of tables loaded")
    dms.start_data_migration(DataMigrationIdentifier=migrations[1], StartType="start-replication")
    dms.stop_data_migration(DataMigrationIdentifier=migrations[1])
    until_status(dms, migrations[1], "stopped")
    for migration in migrations:
        dms.delete_data_migration(DataMigrationIdentifier=migration)
    until("the end of the data migrations", lambda: are_gone(dms, of_project))
    with journal.refused(dms, "ResourceNotFoundFault", "ResourceNotFoundFault"):
        dms.start_data_migration(DataMigrationIdentifier=migrations[0], StartType="start-replication")


def until_status(dms, migration: str, status: str) -> dict:
    by_arn = [{"Name": "data-migration-arn", "Values": [migration]}]

    def look():
        found = dms.describe_data_migrations(Filters=by_arn)["DataMigrations"][0]
        state = found["DataMigrationStatus"]
        require(state != "failed", f"the data migration failed: {found.get('LastFailureMessage')}")
        return found if state == status else None

    return until(f"{migration} {status}", look)


def are_gone(dms, filters: list) -> bool:
    """A filter that finds no data migration is answered with ResourceNotFoundFault."""
    try:
        dms.describe_data_migrations(Filters=filters)
    except dms.exceptions.ResourceNotFoundFault:
        return True
    return False


def clean_up(journal: Journal, clusters: list, security_group: str, role: str, secret: str) -> None:
    client = journal.client("rds")
    for cluster in clusters:
        rds.delete_cluster(journal, client, cluster)
    journal.client("ec2").delete_security_group(GroupId=security_group)
    name = role.split("/")[-1]
    journal.client("iam").delete_role_policy(RoleName=name, PolicyName="data-migration")
    journal.client("iam").delete_role(RoleName=name)
    journal.client("secretsmanager").delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True)
