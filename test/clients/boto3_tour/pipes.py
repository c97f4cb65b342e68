"""The stack's pipe: looked at, stopped and started again."""

from .journal import Journal, same, until


def tour(journal: Journal) -> None:
    pipes = journal.client("pipes")
    name = journal.everything(pipes, "list_pipes", at_least=1)[0]["Name"]
    same(pipes.describe_pipe(Name=name)["Name"], name, "the name")
    # Two tours may go on at once: which of them finds it on its way is not said.
    until("the pipe's stop", lambda: ordered(pipes, pipes.stop_pipe, name))
    until("the pipe's start", lambda: ordered(pipes, pipes.start_pipe, name))
    until("the pipe at work", lambda: ordered(pipes, pipes.start_pipe, name) == "RUNNING")
    with journal.refused(pipes, "NotFoundException", "NotFoundException"):
        pipes.describe_pipe(Name="no-such-pipe")


def ordered(pipes, order, name: str):
    """The state after an order; None while the pipe takes none."""
    try:
        return order(Name=name)["CurrentState"]
    except pipes.exceptions.ConflictException:
        return None
