"""Whom an attested lawful basis opens or closes to whom, told before it is written."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from reconciler.attestation.overlay import effective_facts, expired_facts
from reconciler.model.aspect import Aspect
from reconciler.planning.facts import ROWS
from reconciler.planning.risk import blast_radius, opens_or_closes
from reconciler.report.labels import plural
from reconciler.workflow import sensitivity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.attestation.submission import Submission
    from reconciler.model.desired import Desired

_FEW = 3  # schools that are named


def radius_remarks(desired: Desired, submissions: Sequence[Submission]) -> Iterator[str]:
    """A remark for each lawful basis that is not what people said before, as far as it opens or closes records."""
    key = ROWS[Aspect.LAWFUL_BASIS].key
    schools: defaultdict[tuple[str, str, bool], list[str]] = defaultdict(list)
    for vouching in submissions:
        for basis in vouching.facts.get(key, ()):
            before = _basis_before(desired, vouching)
            opens = opens_or_closes(before, basis)
            if opens is not None:
                schools[before, basis, opens].append(vouching.school)
    for (before, basis, opens), names in schools.items():
        accesses = ((access, None) for access in desired.accesses.values() if access.address.school in names)
        radius = blast_radius(accesses, sensitivity(), opens=opens)
        where = ", ".join(names) if len(names) <= _FEW else plural(len(names), "school")
        was = f" (it was {before})" if before else ""
        yield f"The lawful basis {basis}{was} at {where} {radius.text}."


def _basis_before(desired: Desired, vouching: Submission) -> str:
    """The lawful basis as people said before, as far as that counts; empty if nobody did."""
    today = vouching.on.date()
    word = effective_facts(desired.words, today).get((vouching.school, ""), {}).get((Aspect.LAWFUL_BASIS, ""))
    return "" if word is None or expired_facts(word, today) else word.values[0]
