"""Which word on a fact holds on a day."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from reconciler.model.fact import Unknown, Why

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from reconciler.model.change import Aspect
    from reconciler.model.word import Word

# {(aspect, kind of person or empty): the word that holds} of one school, or of one access.
Heard: TypeAlias = "Mapping[tuple[Aspect, str], Word]"


def heard(words: Iterable[Word], today: date) -> Mapping[tuple[str, str], Heard]:
    """{(school, supplier): the words that hold}; the supplier is empty for the school's own.

    Of several words on one fact the newest holds, even where it has expired: an older one has been taken back. One that
    is of a day to come is not heard yet.
    """
    newest: dict[tuple[str, str], dict[tuple[Aspect, str], Word]] = defaultdict(dict)
    for word in words:
        if word.evidence.on.date() > today:
            continue
        subject = word.subject
        place = newest[subject.school, subject.supplier]
        fact = subject.aspect, subject.name
        if fact not in place or _age(place[fact]) < _age(word):
            place[fact] = word
    return newest


def _age(word: Word) -> tuple[object, ...]:
    """What grows with how new a word is. Two of one moment say the same: then the one that lasts longer is newer."""
    evidence = word.evidence
    return evidence.on, evidence.expires, evidence.origin


def expired(word: Word, today: date) -> Unknown | None:
    """What a word that has expired leaves of its fact; None where it counts, as it does on the day that it expires."""
    if today <= word.evidence.expires:
        return None
    return Unknown(Why.EXPIRED, f"attestation by {word.evidence.by} expired {word.evidence.expires}")
