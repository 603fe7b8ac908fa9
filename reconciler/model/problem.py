"""What is wrong in a manifest, or could be better."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.model.origin import Origin


class Severity(StrEnum):
    """An error stops every command; a warning is shown and stops none; advice, which `lint` alone gives, is about
    manifests that are right and could be better."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a manifest, or something to think about.

    rule      the id of the check that found it: of reading (`yaml`, `schema`, `file`), a rule of `manifest/rules/`, or
              advice of `manifest/advice/`; `manifest/rule_texts.py` has them all
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
