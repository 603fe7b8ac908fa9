"""flat-view: a supplier reads the narrow entities that it needs, and not StudentFlatView.

That one tick shares about 200 columns: medical notes, care plans, religion, three contacts. It tells more of a pupil
than a dozen narrow entities do, and nobody who reads the list sees it.
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
    """Every place at which a supplier is given StudentFlatView."""
    for supplier in overview.manifests.suppliers:
        for name in names_read(supplier):
            if entity_key(name.value) == _KEY:
                message = "this one tick shares about 200 columns, medical notes and religion among them"
                hint = "declare what the supplier needs of it, such as Students and StudentContacts"
                yield Problem(ID, Severity.ADVICE, name.origin, message, hint)
