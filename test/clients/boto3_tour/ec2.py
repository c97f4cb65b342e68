"""Security groups in the seeded VPC, with rules and tags."""

from .journal import Journal, same, tags


def tour(journal: Journal) -> None:
    ec2 = journal.client("ec2")
    vpc_id = journal.everything(ec2, "describe_vpcs", at_least=1)[0]["VpcId"]
    in_vpc = [{"Name": "vpc-id", "Values": [vpc_id]}]
    journal.everything(ec2, "describe_subnets", at_least=2, Filters=in_vpc)
    default = {"Name": "group-name", "Values": ["default"]}
    same(len(journal.everything(ec2, "describe_security_groups", Filters=[*in_vpc, default])), 1, "default groups")

    groups = create_groups(journal, ec2, vpc_id)
    edit_rules(journal, ec2, groups)
    edit_tags(journal, ec2, groups[0])
    for group in groups:
        ec2.delete_security_group(GroupId=group)
    with journal.refused(ec2, "InvalidGroup.NotFound"):
        ec2.describe_security_groups(GroupIds=[groups[0]])


def create_groups(journal: Journal, ec2, vpc_id: str) -> list:
    requests = [
        {"GroupName": f"{journal.prefix}-group-{number}", "Description": "boto3 was here", "VpcId": vpc_id}
        for number in range(6)
    ]
    with journal.refused(ec2, "DryRunOperation"):
        ec2.create_security_group(**requests[0], DryRun=True)
    specification = {"ResourceType": "security-group", "Tags": tags(tour=journal.prefix)}
    groups = [
        ec2.create_security_group(**request, TagSpecifications=[specification])["GroupId"] for request in requests
    ]
    journal.wait(ec2, "security_group_exists", GroupIds=groups)
    with journal.refused(ec2, "InvalidGroup.Duplicate"):
        ec2.create_security_group(**requests[0])
    own = [{"Name": "tag:tour", "Values": [journal.prefix]}]
    listed = journal.everything(ec2, "describe_security_groups", at_least=6, Filters=own)
    same({group["GroupId"] for group in listed}, set(groups), "the listed groups")
    return groups


def edit_rules(journal: Journal, ec2, groups: list) -> None:
    group_id, other = groups[:2]
    permissions = [
        {
            "IpProtocol": "tcp",
            "FromPort": port,
            "ToPort": port,
            "IpRanges": [{"CidrIp": "10.0.0.0/16", "Description": f"port {port}"}],
        }
        for port in range(5432, 5438)
    ]
    permissions.append({"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": other}]})
    ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=permissions)
    with journal.refused(ec2, "InvalidPermission.Duplicate"):
        ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=permissions[:1])
    with journal.refused(ec2, "DependencyViolation"):
        ec2.delete_security_group(GroupId=other)

    of_group = [{"Name": "group-id", "Values": [group_id]}]
    rules = journal.everything(ec2, "describe_security_group_rules", at_least=8, Filters=of_group)
    inbound = {rule["FromPort"]: rule["SecurityGroupRuleId"] for rule in rules if not rule["IsEgress"]}
    same(sorted(inbound), [-1, *range(5432, 5438)], "the ports of the inbound rules")
    described = ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]
    same(described["IpPermissionsEgress"][0]["IpProtocol"], "-1", "what the group lets out")

    ec2.revoke_security_group_ingress(GroupId=group_id, SecurityGroupRuleIds=[inbound[5432]])
    ec2.revoke_security_group_ingress(GroupId=group_id, IpPermissions=permissions[1:])
    described = ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]
    same(described["IpPermissions"], [], "what is left of the inbound rules")


def edit_tags(journal: Journal, ec2, group_id: str) -> None:
    ec2.create_tags(Resources=[group_id], Tags=tags(**{f"key{number}": "value" for number in range(6)}))
    of_group = [{"Name": "resource-id", "Values": [group_id]}]
    journal.everything(ec2, "describe_tags", at_least=7, Filters=of_group)
    ec2.delete_tags(Resources=[group_id], Tags=[{"Key": "tour"}])
    left = ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]["Tags"]
    same(sorted(tag["Key"] for tag in left), [f"key{number}" for number in range(6)], "the tags left")
