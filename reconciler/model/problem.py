"""What is wrong in a manifest."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.model.origin import Origin


class Severity(StrEnum):
    """An error stops every command; a warning is shown and stops none."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a manifest.

    rule      the id of the check that found it: `yaml`, `schema`, or a rule of `manifest/rules/`
    origin    where
    message   what is wrong
    hint      how to mend it; empty where the message says it already
    line      the text of the source line, with passwords already masked; empty where there is none to show
    """

    rule: str
    severity: Severity
    origin: Origin
    message: str
    hint: str = ""
    line: str = ""
