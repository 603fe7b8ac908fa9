"""no-lawful-basis: a school declares the lawful basis on which its data is processed.

With any basis except Consent, Bromcom lets every third party read all pupils and staff. If it is not declared, a
change goes unnoticed.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.model.problem import Problem, Severity

ID: Final = "no-lawful-basis"


def check(overview: LintContext) -> Iterator[Problem]:
    """Find a school without `consent.lawfulBasis`."""
    for school in overview.manifests.schools:
        if school.tells("consent", "lawfulBasis") and "lawfulBasis" not in school.spec.get("consent", {}):
            message = f"`{school.name}` does not declare its lawful basis."
            hint = "Add consent: {lawfulBasis: Public Task}, or what the page Administration Defaults shows."
            yield Problem(ID, Severity.ADVICE, school.origin, message, hint)
