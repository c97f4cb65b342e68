"""Secrets, their versions, and what undoes a deletion."""

from .journal import Journal, require, same, tags


def tour(journal: Journal) -> None:
    secrets = journal.client("secretsmanager")
    names = [f"{journal.prefix}/secret-{number}" for number in range(6)]
    for name in names:
        secrets.create_secret(Name=name, SecretString="first", Tags=tags(tour=journal.prefix))
    own = [{"Key": "name", "Values": [journal.prefix]}]
    listed = journal.everything(secrets, "list_secrets", at_least=6, Filters=own)
    same(sorted(secret["Name"] for secret in listed), names, "the listed secrets")
    with journal.refused(secrets, "ResourceExistsException", "ResourceExistsException"):
        secrets.create_secret(Name=names[0], SecretString="again")

    edit_versions(journal, secrets, names[0])
    edit_description(secrets, names[0])
    delete_and_restore(journal, secrets, names[0])
    for name in names:
        secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    with journal.refused(secrets, "ResourceNotFoundException", "ResourceNotFoundException"):
        secrets.describe_secret(SecretId=names[0])


def edit_versions(journal: Journal, secrets, name: str) -> None:
    second = secrets.put_secret_value(SecretId=name, SecretString="second")["VersionId"]
    same(secrets.get_secret_value(SecretId=name)["SecretString"], "second", "the current value")
    previous = secrets.get_secret_value(SecretId=name, VersionStage="AWSPREVIOUS")
    same(previous["SecretString"], "first", "the previous value")
    versions = secrets.list_secret_version_ids(SecretId=name)["Versions"]
    stages = {version["VersionId"]: version["VersionStages"] for version in versions}
    same(stages, {second: ["AWSCURRENT"], previous["VersionId"]: ["AWSPREVIOUS"]}, "the versions")
    with journal.refused(secrets, "ResourceNotFoundException", "ResourceNotFoundException"):
        secrets.get_secret_value(SecretId=name, VersionStage="AWSPENDING")


def edit_description(secrets, name: str) -> None:
    secrets.update_secret(SecretId=name, Description="what boto3 says", SecretString="third")
    secrets.tag_resource(SecretId=name, Tags=tags(more="yes"))
    secrets.untag_resource(SecretId=name, TagKeys=["tour"])
    secrets.rotate_secret(
        SecretId=name,
        RotateImmediately=False,
        RotationLambdaARN="arn:aws:lambda:us-east-1:111122223333:function:rotate",
        RotationRules={"AutomaticallyAfterDays": 30},
    )
    described = secrets.describe_secret(SecretId=name)
    same(described["Description"], "what boto3 says", "the description")
    same(described["Tags"], tags(more="yes"), "the tags")
    require(described["RotationEnabled"], "rotation is not enabled")


def delete_and_restore(journal: Journal, secrets, name: str) -> None:
    secrets.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    with journal.refused(secrets, "InvalidRequestException", "InvalidRequestException"):
        secrets.get_secret_value(SecretId=name)
    secrets.restore_secret(SecretId=name)
    same(secrets.get_secret_value(SecretId=name)["SecretString"], "third", "the restored value")
