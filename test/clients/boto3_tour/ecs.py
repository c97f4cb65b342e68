"""The embedding tasks of a bot without knowledge: started, followed to their end, listed, stopped."""

import json

from .journal import Journal, same


def tour(journal: Journal) -> None:
    ecs = journal.client("ecs")
    outputs = stack_outputs(journal)
    cluster = outputs["EmbeddingClusterName"]
    definition = ecs.describe_task_definition(taskDefinition=outputs["EmbeddingTaskDefinitionName"])["taskDefinition"]
    same([each["name"] for each in definition["containerDefinitions"]], ["Container"], "the containers")
    same(ecs.describe_clusters(clusters=[cluster])["clusters"][0]["status"], "ACTIVE", "the cluster's status")
    request = {
        "cluster": cluster,
        "taskDefinition": definition["taskDefinitionArn"],
        "launchType": "FARGATE",
        "startedBy": journal.prefix,
        "networkConfiguration": {
            "awsvpcConfiguration": {
                "subnets": [outputs["PrivateSubnetId0"]],
                "securityGroups": [outputs["EmbeddingTaskSecurityGroupId"]],
            }
        },
        "overrides": {"containerOverrides": [{"name": "Container", "command": command(journal, outputs)}]},
    }
    begun = ecs.run_task(**request, count=6)
    same(begun["failures"], [], "the failures")
    arns = [task["taskArn"] for task in begun["tasks"]]
    journal.wait(ecs, "tasks_stopped", cluster=cluster, tasks=arns)
    ended = ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"]
    same([task["containers"][0]["exitCode"] for task in ended], [0] * 6, "the exit codes")
    own = {"cluster": cluster, "startedBy": journal.prefix, "desiredStatus": "STOPPED"}
    same(sorted(journal.everything(ecs, "list_tasks", at_least=6, **own)), sorted(arns), "the tasks in the list")
    stop_one(journal, ecs, request)
    refuse(journal, ecs, request)


def stop_one(journal: Journal, ecs, request: dict) -> None:
    arn = ecs.run_task(**request)["tasks"][0]["taskArn"]
    same(ecs.stop_task(cluster=request["cluster"], task=arn)["task"]["desiredStatus"], "STOPPED", "what it shall be")
    journal.wait(ecs, "tasks_stopped", cluster=request["cluster"], tasks=[arn])


def refuse(journal: Journal, ecs, request: dict) -> None:
    with journal.refused(ecs, "ClusterNotFoundException", "ClusterNotFoundException"):
        ecs.run_task(**{**request, "cluster": "no-such-cluster"})
    with journal.refused(ecs, "InvalidParameterException", "InvalidParameterException"):
        ecs.run_task(**{**request, "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-0"]}}})
    with journal.refused(ecs, "ClientException", "ClientException"):
        ecs.describe_task_definition(taskDefinition="no-such-family")


def stack_outputs(journal: Journal) -> dict:
    """The stack's outputs; those that CDK gives a hash, without it."""
    stack = journal.client("cloudformation").describe_stacks(StackName="BedrockChatStack")["Stacks"][0]
    hashed = ("EmbeddingClusterName", "EmbeddingTaskDefinitionName", "EmbeddingTaskSecurityGroupId")
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    return {next((name for name in hashed if key.startswith(name)), key): value for key, value in outputs.items()}


def command(journal: Journal, outputs: dict) -> list:
    """The command of the embedding task for a bot that has nothing to embed."""
    pages = journal.client("dynamodb").get_paginator("scan").paginate(TableName=outputs["ConversationTableName"])
    bots = [item for page in pages for item in page["Items"] if "#BOT#" in item["SK"]["S"]]
    empty = next(bot for bot in bots if not any(each["L"] for each in bot["Knowledge"]["M"].values()))
    return ["-u", "embedding/main.py", json.dumps({"PK": empty["PK"], "SK": empty["SK"]})]
