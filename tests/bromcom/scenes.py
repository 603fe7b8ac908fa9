"""Answers and facts that the tests of many schools share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.model.evidence import Known, Probed, Unknown, UnknownReason
from reconciler.model.live import Login
from tests.bromcom.answers import (
    entities,
    fault11,
    healthy,
)
from tests.bromcom.raw_server import Answer, Request, http

if TYPE_CHECKING:
    from collections.abc import Callable


WORKS = Known(Login.WORKS, Probed("findEntitiesBySchoolID"))
UP = Known(True, Probed("testDatabaseConnection"))


def why(fact: object) -> UnknownReason:
    """The kind of an unknown."""
    assert isinstance(fact, Unknown), fact
    return fact.reason


def in_turn(*answers: bytes) -> Callable[[Request], Answer]:
    """A service whose lists are answered with these, one after the other, and the last for ever."""
    left = list(answers)

    def respond(request: Request) -> Answer:
        if request.operation != "findEntitiesBySchoolID":
            return healthy(request)
        return left.pop(0) if len(left) > 1 else left[0]

    return respond


GOOD = http(entities(["Staff", "Students"]))
BUSY = http("busy", "503 Service Unavailable", "text/html")
GATEWAY = http("<html></html>", "502 Bad Gateway", "text/html")
FAULT = http(fault11("Timeout expired."), "500 E")
REFUSED = http(status="401 Unauthorized")
