"""no-purpose: a supplier that may read sensitive data has a purpose that says why.

Data that does harm if it leaks is shared for a reason or not at all. The purpose is what you tell a parent who asks,
and what guides the next review of the list.
"""

import re
from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.manifest.resolving.entity_lists import sensitive_names
from reconciler.manifest.workspace.manifests import Manifest
from reconciler.model.problem import Problem, Severity

ID: Final = "no-purpose"
_LEAST: Final = 3  # words besides those of its title: fewer only name a product
_MOST_NAMED: Final = 3
_WORD: Final = re.compile(r"\w+")


def check(overview: LintContext) -> Iterator[Problem]:
    """Find a supplier with sensitive entities whose purpose is missing, or no more than a title."""
    for supplier in overview.manifests.suppliers:
        if not supplier.tells("purpose", "title"):
            continue
        purpose = supplier.spec.get("purpose")
        if purpose is not None and _says_why(purpose, supplier):
            continue
        if sensitive := sensitive_names(supplier):
            missing = "No purpose says why" if purpose is None else "This purpose does not say why"
            place = supplier.origin if purpose is None else supplier.document.value(supplier.spec, "purpose")
            hint = "Write purpose: with what you would tell a parent who asks."
            yield Problem(ID, Severity.ADVICE, place, f"{missing} `{supplier.name}` reads {_listed(sensitive)}.", hint)


def _says_why(purpose: str, supplier: Manifest) -> bool:
    title_words = _words(supplier.name) | _words(supplier.spec.get("title", ""))
    return len(_words(purpose) - title_words) >= _LEAST


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more sensitive ones" if more > 0 else "")
