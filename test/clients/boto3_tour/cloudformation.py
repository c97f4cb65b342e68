"""The seeded stack, which can be looked at only."""

from .journal import Journal, require, same


def tour(journal: Journal) -> None:
    cloudformation = journal.client("cloudformation")
    stack = journal.everything(cloudformation, "describe_stacks", at_least=1)[0]
    name = stack["StackName"]
    journal.wait(cloudformation, "stack_exists", StackName=name)
    journal.wait(cloudformation, "stack_update_complete", StackName=name)
    require(bool(stack["Outputs"]), "the stack has no outputs")
    journal.everything(cloudformation, "list_stacks", at_least=1, StackStatusFilter=["UPDATE_COMPLETE"])
    events = journal.everything(cloudformation, "describe_stack_events", at_least=6, StackName=name)
    same(events[0]["ResourceStatus"], "UPDATE_COMPLETE", "the newest event")

    summaries = journal.everything(cloudformation, "list_stack_resources", at_least=6, StackName=name)
    resources = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
    same(len(resources), len(summaries), "the number of resources")
    logical_id = summaries[0]["LogicalResourceId"]
    detail = cloudformation.describe_stack_resource(StackName=name, LogicalResourceId=logical_id)["StackResourceDetail"]
    same(detail["PhysicalResourceId"], summaries[0]["PhysicalResourceId"], "the physical id")

    with journal.refused(cloudformation, "ValidationError"):
        cloudformation.describe_stacks(StackName="no-such-stack")
