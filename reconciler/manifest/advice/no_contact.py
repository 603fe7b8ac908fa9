"""no-contact: a supplier has a contact.

When data has leaked, or a login is refused on a Monday morning, you should not have to look for a telephone number.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.model.problem import Problem, Severity

ID: Final = "no-contact"


def check(overview: LintContext) -> Iterator[Problem]:
    """Find a supplier without `contact`."""
    for supplier in overview.manifests.suppliers:
        if supplier.tells("contact") and "contact" not in supplier.spec:
            message = f"`{supplier.name}` has no contact."
            hint = "Add contact: with a name, an e-mail address or a web page."
            yield Problem(ID, Severity.ADVICE, supplier.origin, message, hint)
