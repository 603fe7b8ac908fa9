"""flat-view: a supplier reads the narrow entities it needs, and not StudentFlatView.

That one tick shares about 200 columns: medical notes, care plans, religion, three contacts. It says more about a
pupil than a dozen narrow entities, and the list does not show that.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.manifest.resolving.entity_lists import names_read
from reconciler.model.entity import entity_key
from reconciler.model.problem import Problem, Severity

ID: Final = "flat-view"
_KEY: Final = "studentflatview"


def check(overview: LintContext) -> Iterator[Problem]:
    """Find every place that gives a supplier StudentFlatView."""
    for supplier in overview.manifests.suppliers:
        for name in names_read(supplier):
            if entity_key(name.value) == _KEY:
                message = "This one tick shares about 200 columns, including medical notes and religion."
                hint = "Declare the narrow entities that the supplier needs, such as Students and StudentContacts."
                yield Problem(ID, Severity.ADVICE, name.origin, message, hint)
