"""person-photos: photographs are for suppliers that show them.

The ids in PersonPhotos open the pictures without a login: whoever has a list of them, from a supplier's log or a stolen
backup, has the pupils' faces, and no password that is changed takes them back.
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
    """Every place at which a supplier is given PersonPhotos."""
    for supplier in overview.manifests.suppliers:
        for name in names_read(supplier):
            if entity_key(name.value) == _KEY:
                message = "the ids in PersonPhotos open pictures of pupils without a login"
                hint = (
                    f"take it out unless the supplier shows them; if it does, # reconciler: allow {ID} until DATE: why"
                )
                yield Problem(ID, Severity.ADVICE, name.origin, message, hint)
