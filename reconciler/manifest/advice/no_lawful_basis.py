"""no-lawful-basis: a school says on which lawful basis its data is processed.

With any basis but Consent, Bromcom lets every third party read all pupils and staff. What no manifest says is compared
with nothing, so nobody notices when it is set to something else.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.model.problem import Problem, Severity

ID: Final = "no-lawful-basis"


def check(overview: LintContext) -> Iterator[Problem]:
    """A school without `consent.lawfulBasis`."""
    for school in overview.manifests.schools:
        if school.tells("consent", "lawfulBasis") and "lawfulBasis" not in school.spec.get("consent", {}):
            message = f"nothing says which lawful basis is set at `{school.name}`"
            hint = "add consent: {lawfulBasis: Public Task}, or what the page Administration Defaults has"
            yield Problem(ID, Severity.ADVICE, school.origin, message, hint)
