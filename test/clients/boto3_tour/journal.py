"""What the tours have in common: clients, and a record of what was done with them."""

import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import contextmanager

import boto3
import botocore

# The local AWS's minutes are milliseconds; the waiters' own delays are made for AWS.
QUICKLY = {"Delay": 0.1, "MaxAttempts": 600}


class Journal:
    """Makes clients of one endpoint, and notes every operation of theirs that was answered with success."""

    def __init__(self, session: boto3.Session, endpoint_url: str) -> None:
        self._session = session
        self._endpoint_url = endpoint_url
        self._operations = defaultdict(set)
        self._unknown = defaultdict(set)
        self._lists = {}
        self._waiters = []
        self._errors = []
        session.events.register("after-call", self._note_answer)
        # What a tour makes bears this name, so that two releases of boto3 can tour the same local AWS at once.
        self.prefix = "boto3-" + boto3.__version__.replace(".", "-")

    def client(self, service: str):
        return self._session.client(service, endpoint_url=self._endpoint_url)

    def _note_answer(self, http_response, model, **_) -> None:
        if http_response.status_code < 300:
            self._operations[model.service_model.service_name].add(model.name)

    def knows(self, client, *operations: str) -> bool:
        """Whether this release of boto3 has these operations (`CreateDataMigration`); notes those that it lacks."""
        lacking = set(operations) - set(client.meta.service_model.operation_names)
        if lacking:
            self._unknown[client.meta.service_model.service_name] |= lacking
        return not lacking

    def everything(self, client, operation: str, at_least: int = 0, **request) -> list:
        """All items of a list, by boto3's own paginator; where more than five are expected, in more than one page."""
        paginator = client.get_paginator(operation)
        items, pages = [], 0
        for page in paginator.paginate(**request):
            items += page[paginator.result_keys[0].expression]
            pages += 1
        self._lists[f"{client.meta.service_model.service_name}.{operation}"] = {"pages": pages, "items": len(items)}
        require(len(items) >= at_least, f"{operation} gives {len(items)} items, not {at_least} or more")
        require(at_least <= 5 or pages > 1, f"{operation} gives {len(items)} items in {pages} page")
        return items

    def wait(self, client, waiter: str, **request) -> None:
        """Waits by boto3's own waiter."""
        client.get_waiter(waiter).wait(WaiterConfig=QUICKLY, **request)
        self._waiters.append(f"{client.meta.service_model.service_name}.{waiter}")

    @contextmanager
    def refused(self, client, code: str, exception: str = "ClientError"):
        """What is done inside must be refused with this code, as this exception of the client's own."""
        try:
            yield
        except botocore.exceptions.ClientError as error:
            found = error.response["Error"]["Code"]
            require(found == code, f"refused with {found} ({error}), not with {code}")
            typed = getattr(client.exceptions, exception)
            require(isinstance(error, typed), f"{code} arrives as {type(error).__name__}, not as {exception}")
            self._errors.append(f"{client.meta.service_model.service_name}.{exception} ({code})")
            return
        raise Wrong(f"not refused with {code}")

    def document(self) -> dict:
        return {
            "client": f"boto3 {boto3.__version__}",
            "operations": {service: sorted(names) for service, names in sorted(self._operations.items())},
            "unknownToThisClient": {service: sorted(names) for service, names in sorted(self._unknown.items())},
            "lists": self._lists,
            "waiters": self._waiters,
            "errors": self._errors,
        }


class Wrong(Exception):
    """The local AWS has answered otherwise than it must."""


def require(claim: bool, otherwise: str) -> None:
    """An assertion that `python -O` does not take away."""
    if not claim:
        raise Wrong(otherwise)


def same(found, expected, what: str) -> None:
    require(found == expected, f"{what} is {found!r}, not {expected!r}")


def until(what: str, look: Callable):
    """Looks until there is something to see, and gives it: boto3 has waiters for some things only."""
    deadline = time.monotonic() + 120
    while not (seen := look()):
        require(time.monotonic() < deadline, f"{what}: not within two minutes")
        time.sleep(0.1)
    return seen


def tags(**values: str) -> list:
    """Tags as most services take them."""
    return [{"Key": key, "Value": value} for key, value in values.items()]
