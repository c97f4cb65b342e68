"""Roles, with policies of both kinds."""

import json

from .journal import Journal, require, same, tags

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def trusting(*services: str) -> str:
    """A trust policy that lets these services assume the role."""
    statement = {"Effect": "Allow", "Principal": {"Service": list(services)}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def allowing(*actions: str) -> str:
    """A policy that allows these actions on everything."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def tour(journal: Journal) -> None:
    iam = journal.client("iam")
    names = [f"{journal.prefix}-role-{number}" for number in range(6)]
    for name in names:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusting("ec2.amazonaws.com"), Description="boto3")
        journal.wait(iam, "role_exists", RoleName=name)
    listed = {role["RoleName"] for role in journal.everything(iam, "list_roles", at_least=6)}
    require(listed.issuperset(names), f"of {names} only {listed} are listed")
    with journal.refused(iam, "EntityAlreadyExists", "EntityAlreadyExistsException"):
        iam.create_role(RoleName=names[0], AssumeRolePolicyDocument=trusting("ec2.amazonaws.com"))
    with journal.refused(iam, "MalformedPolicyDocument", "MalformedPolicyDocumentException"):
        iam.create_role(RoleName=f"{names[0]}-malformed", AssumeRolePolicyDocument="{")

    simulate(journal, iam)
    edit_tags(iam, names[0])
    edit_policies(journal, iam, names[0])
    for name in names:
        same(journal.everything(iam, "list_instance_profiles_for_role", RoleName=name), [], "instance profiles")
        iam.delete_role(RoleName=name)
    with journal.refused(iam, "NoSuchEntity", "NoSuchEntityException"):
        iam.get_role(RoleName=names[0])


def simulate(journal: Journal, iam) -> None:
    """What the caller may do, asked without doing it."""
    caller = journal.client("sts").get_caller_identity()["Arn"]
    wanted = [f"rds:DescribeDBClusters{number}" for number in range(6)]
    results = journal.everything(
        iam, "simulate_principal_policy", at_least=6, PolicySourceArn=caller, ActionNames=wanted
    )
    same({result["EvalDecision"] for result in results}, {"allowed"}, "the decisions")
    with journal.refused(iam, "NoSuchEntity", "NoSuchEntityException"):
        iam.simulate_principal_policy(PolicySourceArn=f"{caller}-else", ActionNames=wanted)


def edit_tags(iam, name: str) -> None:
    iam.tag_role(RoleName=name, Tags=tags(a="1", b="2"))
    iam.untag_role(RoleName=name, TagKeys=["a"])
    same(iam.list_role_tags(RoleName=name)["Tags"], tags(b="2"), "the role's tags")


def edit_policies(journal: Journal, iam, name: str) -> None:
    for number in range(6):
        iam.put_role_policy(RoleName=name, PolicyName=f"inline-{number}", PolicyDocument=allowing("s3:GetObject"))
    inline = journal.everything(iam, "list_role_policies", at_least=6, RoleName=name)
    # boto3 decodes documents itself: they are dictionaries here.
    document = iam.get_role_policy(RoleName=name, PolicyName=inline[0])["PolicyDocument"]
    same(document["Statement"][0]["Action"], ["s3:GetObject"], "the inline policy's action")
    trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    same(trust["Statement"][0]["Principal"], {"Service": ["ec2.amazonaws.com"]}, "the trusted service")

    iam.attach_role_policy(RoleName=name, PolicyArn=READ_ONLY)
    attached = journal.everything(iam, "list_attached_role_policies", at_least=1, RoleName=name)
    same(attached, [{"PolicyName": "ReadOnlyAccess", "PolicyArn": READ_ONLY}], "the attached policies")
    with journal.refused(iam, "DeleteConflict", "DeleteConflictException"):
        iam.delete_role(RoleName=name)
    iam.detach_role_policy(RoleName=name, PolicyArn=READ_ONLY)
    for policy in inline:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
