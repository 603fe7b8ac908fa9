"""Which word on a fact holds on a day."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, TypeAlias

from reconciler.model.account import username_key
from reconciler.model.change import Aspect
from reconciler.model.fact import Unknown, Why

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from reconciler.model.word import Word

_OF_ACCOUNT: Final = frozenset({Aspect.LOGIN, Aspect.READ, Aspect.ROLE, Aspect.WRITE})
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


def lapsed(word: Word, today: date, username: str = "") -> Unknown | None:
    """What a word that counts no more leaves of its fact; None where it counts, as it does on the day that it expires.

    `username` is the account's that the access has by now, empty where it has none: of another account's roles and
    ticks the word says nothing.
    """
    evidence = word.evidence
    if today > evidence.expires:
        return Unknown(Why.EXPIRED, f"attestation by {evidence.by} expired {evidence.expires}")
    if word.account and word.subject.aspect in _OF_ACCOUNT and username_key(word.account) != username_key(username):
        now = f"the manifests now name {username}" if username else "the manifests now name none"
        return Unknown(Why.EXPIRED, f"attestation by {evidence.by} is of the account {word.account}, and {now}")
    return None
