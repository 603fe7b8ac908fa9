"""The verbs: one a file, each the `command` of the module of its name."""

from typing import Final

VERBS: Final = (
    "apply",
    "attest",
    "completion",
    "demo",
    "drift",
    "fmt",
    "journal",
    "lint",
    "plan",
    "runbook",
    "sandbox",
    "schema",
    "validate",
    "verify",
)
