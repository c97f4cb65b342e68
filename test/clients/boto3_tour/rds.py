"""A cluster's whole life: created, changed, restarted, stopped, copied by a snapshot, restored from it, deleted."""

from .journal import Journal, require, same, tags, until

ENGINE = {"Engine": "aurora-postgresql"}
FAMILY = "aurora-postgresql15"


def tour(journal: Journal) -> None:
    rds = journal.client("rds")
    look_around(journal, rds)
    name = f"{journal.prefix}-cluster"
    parameter_group = create_parameter_groups(journal, rds)[0]
    subnet_group = create_subnet_group(journal, rds)
    arn = create_cluster(journal, rds, name, subnet_group, parameter_group)
    edit_cluster(journal, rds, name)
    edit_tags(rds, arn)
    switch_data_api(journal, rds, arn)
    restart(journal, rds, name)
    copy_by_snapshot(journal, rds, name, subnet_group)
    delete_cluster(journal, rds, name)
    delete_groups(journal, rds, subnet_group)


def look_around(journal: Journal, rds) -> None:
    versions = journal.everything(rds, "describe_db_engine_versions", at_least=6, **ENGINE)
    require(FAMILY in {version["DBParameterGroupFamily"] for version in versions}, f"no version is of {FAMILY}")
    journal.everything(rds, "describe_orderable_db_instance_options", at_least=6, **ENGINE)
    journal.everything(rds, "describe_db_clusters", at_least=1)
    journal.everything(rds, "describe_db_instances", at_least=1)
    if journal.knows(rds, "DescribeDBMajorEngineVersions"):
        majors = journal.everything(rds, "describe_db_major_engine_versions", at_least=3, **ENGINE)
        require(all(major["SupportedEngineLifecycles"] for major in majors), f"of {majors} some have no lifecycles")
    if journal.knows(rds, "DescribeDBClusterAutomatedBackups"):
        journal.everything(rds, "describe_db_cluster_automated_backups", at_least=1)


def create_parameter_groups(journal: Journal, rds) -> list:
    names = [f"{journal.prefix}-parameters-{number}" for number in range(6)]
    for name in names:
        rds.create_db_cluster_parameter_group(
            DBClusterParameterGroupName=name, DBParameterGroupFamily=FAMILY, Description="made by boto3"
        )
    groups = journal.everything(rds, "describe_db_cluster_parameter_groups", at_least=6)
    require({group["DBClusterParameterGroupName"] for group in groups}.issuperset(names), "not all groups are listed")
    parameter = {"ParameterName": "work_mem", "ParameterValue": "65536", "ApplyMethod": "immediate"}
    rds.modify_db_cluster_parameter_group(DBClusterParameterGroupName=names[0], Parameters=[parameter])
    own = {"DBClusterParameterGroupName": names[0]}
    changed = journal.everything(rds, "describe_db_cluster_parameters", Source="user", **own)
    same([one["ParameterValue"] for one in changed], ["65536"], "the values that were set")
    journal.everything(rds, "describe_db_cluster_parameters", at_least=6, **own)
    with journal.refused(rds, "DBParameterGroupNotFound", "DBParameterGroupNotFoundFault"):
        rds.describe_db_cluster_parameter_groups(DBClusterParameterGroupName=f"{journal.prefix}-nothing")
    return names


def create_subnet_group(journal: Journal, rds) -> str:
    """In the subnets of the seeded cluster's group."""
    seeded = journal.everything(rds, "describe_db_subnet_groups", at_least=1)[0]
    name = f"{journal.prefix}-subnets"
    rds.create_db_subnet_group(
        DBSubnetGroupName=name,
        DBSubnetGroupDescription="made by boto3",
        SubnetIds=[subnet["SubnetIdentifier"] for subnet in seeded["Subnets"]],
    )
    group = rds.describe_db_subnet_groups(DBSubnetGroupName=name)["DBSubnetGroups"][0]
    same(group["VpcId"], seeded["VpcId"], "the subnet group's VPC")
    with journal.refused(rds, "DBSubnetGroupNotFoundFault", "DBSubnetGroupNotFoundFault"):
        rds.describe_db_subnet_groups(DBSubnetGroupName=f"{journal.prefix}-nothing")
    return name


def create_cluster(journal: Journal, rds, name: str, subnet_group: str, parameter_group: str) -> str:
    request = {
        **ENGINE,
        "DBClusterIdentifier": name,
        "MasterUsername": "operator",
        "MasterUserPassword": "boto3-Was-Here",
        "EngineVersion": versions_of(rds, FAMILY)[-1],
        "DBSubnetGroupName": subnet_group,
        "DBClusterParameterGroupName": parameter_group,
        "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 1},
        "StorageEncrypted": True,
        "Tags": tags(tour=journal.prefix),
    }
    rds.create_db_cluster(**request)
    journal.wait(rds, "db_cluster_available", DBClusterIdentifier=name)
    with journal.refused(rds, "DBClusterAlreadyExistsFault", "DBClusterAlreadyExistsFault"):
        rds.create_db_cluster(**request)
    create_instance(journal, rds, name)
    cluster = describe_cluster(rds, name)
    same([member["DBInstanceIdentifier"] for member in cluster["DBClusterMembers"]], [f"{name}-1"], "the members")
    # Without VpcSecurityGroupIds a cluster gets the VPC's default group.
    same(len(cluster["VpcSecurityGroups"]), 1, "the number of security groups")
    return cluster["DBClusterArn"]


def create_instance(journal: Journal, rds, cluster: str) -> None:
    rds.create_db_instance(
        **ENGINE,
        DBInstanceIdentifier=f"{cluster}-1",
        DBClusterIdentifier=cluster,
        DBInstanceClass="db.serverless",
    )
    journal.wait(rds, "db_instance_available", DBInstanceIdentifier=f"{cluster}-1")


def edit_cluster(journal: Journal, rds, name: str) -> None:
    rds.modify_db_cluster(DBClusterIdentifier=name, DeletionProtection=True, ApplyImmediately=True)
    with journal.refused(rds, "InvalidParameterCombination"):
        rds.delete_db_cluster(DBClusterIdentifier=name, SkipFinalSnapshot=True)
    rds.modify_db_cluster(DBClusterIdentifier=name, DeletionProtection=False, ApplyImmediately=True)
    with journal.refused(rds, "InvalidDBClusterStateFault", "InvalidDBClusterStateFault"):
        rds.delete_db_cluster(DBClusterIdentifier=name, SkipFinalSnapshot=True)
    instance = f"{name}-1"
    rds.modify_db_instance(DBInstanceIdentifier=instance, DBInstanceClass="db.r6g.large", ApplyImmediately=True)
    journal.wait(rds, "db_instance_available", DBInstanceIdentifier=instance)
    described = rds.describe_db_instances(DBInstanceIdentifier=instance)["DBInstances"][0]
    same(described["DBInstanceClass"], "db.r6g.large", "the instance class")


def edit_tags(rds, arn: str) -> None:
    rds.add_tags_to_resource(ResourceName=arn, Tags=tags(more="yes"))
    rds.remove_tags_from_resource(ResourceName=arn, TagKeys=["tour"])
    same(rds.list_tags_for_resource(ResourceName=arn)["TagList"], tags(more="yes"), "the cluster's tags")


def switch_data_api(journal: Journal, rds, arn: str) -> None:
    if not journal.knows(rds, "EnableHttpEndpoint", "DisableHttpEndpoint"):
        return
    same(rds.enable_http_endpoint(ResourceArn=arn)["HttpEndpointEnabled"], True, "the Data API")
    same(rds.disable_http_endpoint(ResourceArn=arn)["HttpEndpointEnabled"], False, "the Data API")


def restart(journal: Journal, rds, name: str) -> None:
    rds.reboot_db_instance(DBInstanceIdentifier=f"{name}-1")
    journal.wait(rds, "db_instance_available", DBInstanceIdentifier=f"{name}-1")
    rds.stop_db_cluster(DBClusterIdentifier=name)
    until(f"{name} stopped", lambda: describe_cluster(rds, name)["Status"] == "stopped")
    rds.start_db_cluster(DBClusterIdentifier=name)
    journal.wait(rds, "db_cluster_available", DBClusterIdentifier=name)
    journal.wait(rds, "db_instance_available", DBInstanceIdentifier=f"{name}-1")


def copy_by_snapshot(journal: Journal, rds, name: str, subnet_group: str) -> None:
    snapshot, copy = f"{name}-snapshot", f"{name}-copy"
    rds.create_db_cluster_snapshot(DBClusterIdentifier=name, DBClusterSnapshotIdentifier=snapshot)
    journal.wait(rds, "db_cluster_snapshot_available", DBClusterSnapshotIdentifier=snapshot)
    own = journal.everything(rds, "describe_db_cluster_snapshots", DBClusterIdentifier=name)
    same([one["PercentProgress"] for one in own], [100], "the progress of the snapshots")
    share(rds, snapshot)

    rds.restore_db_cluster_from_snapshot(
        **ENGINE,
        DBClusterIdentifier=copy,
        SnapshotIdentifier=own[0]["DBClusterSnapshotArn"],
        EngineVersion=own[0]["EngineVersion"],
        DBSubnetGroupName=subnet_group,
    )
    journal.wait(rds, "db_cluster_available", DBClusterIdentifier=copy)
    same(describe_cluster(rds, copy)["StorageEncrypted"], True, "whether an encrypted snapshot's copy is encrypted")
    delete_cluster(journal, rds, copy)

    rds.delete_db_cluster_snapshot(DBClusterSnapshotIdentifier=snapshot)
    journal.wait(rds, "db_cluster_snapshot_deleted", DBClusterSnapshotIdentifier=snapshot)
    with journal.refused(rds, "DBClusterSnapshotNotFoundFault", "DBClusterSnapshotNotFoundFault"):
        rds.describe_db_cluster_snapshots(DBClusterSnapshotIdentifier=snapshot)


def share(rds, snapshot: str) -> None:
    own = {"DBClusterSnapshotIdentifier": snapshot}
    attribute = {"AttributeName": "restore", "ValuesToAdd": ["444455556666"]}
    rds.modify_db_cluster_snapshot_attribute(**own, **attribute)
    result = rds.describe_db_cluster_snapshot_attributes(**own)["DBClusterSnapshotAttributesResult"]
    shared = [one["AttributeValues"] for one in result["DBClusterSnapshotAttributes"]]
    same(shared, [["444455556666"]], "the accounts that a snapshot is shared with")


def delete_cluster(journal: Journal, rds, name: str) -> None:
    """With its instances, without a final snapshot."""
    for member in describe_cluster(rds, name)["DBClusterMembers"]:
        rds.delete_db_instance(DBInstanceIdentifier=member["DBInstanceIdentifier"], SkipFinalSnapshot=True)
        journal.wait(rds, "db_instance_deleted", DBInstanceIdentifier=member["DBInstanceIdentifier"])
    rds.delete_db_cluster(DBClusterIdentifier=name, SkipFinalSnapshot=True)
    journal.wait(rds, "db_cluster_deleted", DBClusterIdentifier=name)
    with journal.refused(rds, "DBClusterNotFoundFault", "DBClusterNotFoundFault"):
        describe_cluster(rds, name)
    with journal.refused(rds, "DBInstanceNotFound", "DBInstanceNotFoundFault"):
        rds.describe_db_instances(DBInstanceIdentifier=f"{name}-1")


def delete_groups(journal: Journal, rds, subnet_group: str) -> None:
    rds.delete_db_subnet_group(DBSubnetGroupName=subnet_group)
    for group in journal.everything(rds, "describe_db_cluster_parameter_groups"):
        name = group["DBClusterParameterGroupName"]
        if name.startswith(journal.prefix):
            rds.delete_db_cluster_parameter_group(DBClusterParameterGroupName=name)


def describe_cluster(rds, name: str) -> dict:
    return rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]


def versions_of(rds, family: str) -> list:
    """Engine versions of a parameter group family, oldest first."""
    pages = rds.get_paginator("describe_db_engine_versions").paginate(DBParameterGroupFamily=family, **ENGINE)
    return [version["EngineVersion"] for page in pages for version in page["DBEngineVersions"]]
