"""Check-ups <-> data, as `schemas/v1/check-ups.schema.json` describes them.

A service's own words, which may name people, are left out.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from reconciler.codec.json_types import Codec, Key, derived, listed, record
from reconciler.model.check_up import CheckResult, CheckUp

_REDACTED: Final = record(CheckResult, "step", "verdict", "text", "advice")
CHECK_RESULT: Final[Codec[CheckResult]] = Codec(
    lambda result: _REDACTED.dump(replace(result, text=result.redacted_text)), _REDACTED.load
)
CHECK_UP: Final = record(
    CheckUp,
    *("school", "school_id", "platform", "service", "place", "username", "username_place", "password"),
    *("other_platforms", Key("results", codec=listed(CHECK_RESULT))),
    derived("worst", lambda check_up: check_up.worst and check_up.worst.step),
)


def dump(check_ups: Sequence[CheckUp], job: Sequence[CheckResult], *, version: str) -> dict[str, Any]:
    """Return check-ups, and what a job needs, as data."""
    return {
        "formatVersion": 1,
        "tool": {"name": "reconciler", "version": version},
        "checkUps": [CHECK_UP.dump(check_up) for check_up in check_ups],
        "job": [CHECK_RESULT.dump(result) for result in job],
    }
