"""person-photos: photographs are for suppliers that show them.

The ids in PersonPhotos open the pictures without a login. Whoever has a list of them has the pupils' faces, and
changing a password does not take them back.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.manifest.resolving.entity_lists import names_read
from reconciler.model.entity import entity_key
from reconciler.model.problem import Problem, Severity

ID: Final = "person-photos"
_KEY: Final = "personphotos"


def check(overview: LintContext) -> Iterator[Problem]:
    """Find every place that gives a supplier PersonPhotos."""
    for supplier in overview.manifests.suppliers:
        for name in names_read(supplier):
            if entity_key(name.value) == _KEY:
                message = "The ids in PersonPhotos open pictures of pupils without a login."
                hint = f"Remove it. If the supplier shows pictures, add # reconciler: allow {ID} until DATE: why"
                yield Problem(ID, Severity.ADVICE, name.origin, message, hint)
