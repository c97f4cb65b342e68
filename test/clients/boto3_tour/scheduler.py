"""The schedules of the seeded stack, which can be looked at only."""

from .journal import Journal, same


def tour(journal: Journal) -> None:
    scheduler, cloudformation = journal.client("scheduler"), journal.client("cloudformation")
    stack = cloudformation.describe_stacks()["Stacks"][0]["StackName"]
    resources = journal.everything(cloudformation, "list_stack_resources", StackName=stack)
    names = [one["PhysicalResourceId"] for one in resources if one["ResourceType"] == "AWS::Scheduler::Schedule"]
    schedules = [scheduler.get_schedule(Name=name, GroupName="default") for name in names]
    targets = {schedule["Target"]["Arn"].split(":")[-1] for schedule in schedules}
    same(targets, {"startDBCluster", "stopDBCluster"}, "what the schedules do")
    with journal.refused(scheduler, "ResourceNotFoundException", "ResourceNotFoundException"):
        scheduler.get_schedule(Name="no-such-schedule")
