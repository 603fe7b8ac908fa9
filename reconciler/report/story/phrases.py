"""Edits and differences in plain words, for people who have never seen a manifest; before it is marked up.

Every sentence is of a supplier (or of a school, where it has no supplier), which stands before it: `reads` `Students`.
"""

import re
from dataclasses import replace
from typing import Final, NamedTuple

from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Change
from reconciler.model.evidence import UnknownReason
from reconciler.model.review import TOLERATED, Edit, Effect, LiveStatus, ManifestField
from reconciler.planning.settings import APPLICATION
from reconciler.report.labels import LABELS
from reconciler.report.rich_text import Mark, Part

LEAVES: Final = "is no longer agreed; it gets in"
STILL_THERE: Final = "is no longer agreed, still has access with"
IS_CALLED: Final = "is now called"
ASKED_AT: Final = "is asked elsewhere, with the passwords of its suppliers:"
ITS_ACCOUNT: Final = "its account is"
ITS_PASSWORD: Final = "its password is taken from"  # noqa: S105
NO_PURPOSE: Final = "nothing is said any more of what it does with the data; it was"
ITS_PURPOSE: Final = "what it does with the data is"
LAWFUL_BASIS: Final = "the lawful basis for data processing is"
_SERVICE: Final = re.compile(r"School (\d+) on (.*) \((.*), (.*), (SOAP .*)\)", re.DOTALL)
_OF_SERVICE: Final = ("School ID", "platform", "address for reading", "address for writing", "protocol")


class Phrase(NamedTuple):
    """A sentence: how it begins, and what it is of; sentences that begin alike are told as one, with many items."""

    words: str
    item: tuple[Part, ...] = ()
    end: str = ""


WHY_TOLD: Final = {
    UnknownReason.UNREACHABLE: "Bromcom gave no answer",
    UnknownReason.DATABASE_DOWN: "Bromcom says that the school's database does not answer",
    UnknownReason.LOGIN_REFUSED: "the login was refused, so nobody can ask what the account may read",
    UnknownReason.UNREADABLE: "an answer came that is not what Bromcom should say",
    UnknownReason.THROTTLED: "Bromcom is too busy, and asked to be asked later",
    UnknownReason.NOT_GRANTED: "it is ticked, and yet it was refused when it was read for a test",
    UnknownReason.NOTHING_LISTED: "nothing is ticked, so that nobody can tell whether the login works",
    UnknownReason.NO_PASSWORD: "nobody kept the password, so that only a person can look",
    UnknownReason.NO_SECRET: "the password could not be had for this check",
    UnknownReason.NO_PROBE: "only a person can see it in Bromcom, and nobody has said yet what they saw",
    UnknownReason.EXPIRED: "a person looked, and that was too long ago",
    UnknownReason.DENIED: "a person said something that cannot be right",
    UnknownReason.NOT_RECORDED: "the last record of Bromcom does not hold it",
    UnknownReason.TOO_OLD: "the last record of Bromcom is too old to be believed",
    UnknownReason.UNREVIEWED: (
        "this change says where the password comes from or goes, so it is not used before somebody agrees"
    ),
    UnknownReason.OWN_FAULT: "this program failed on it",
    UnknownReason.INTERRUPTED: "the check was stopped before it was asked",
}

SAYS_IT_ALL: Final = frozenset(
    {UnknownReason.NO_PROBE, UnknownReason.UNREVIEWED, UnknownReason.INTERRUPTED}
)  # their own reasons say no more
_SEES_ALL: Final = "so that every supplier may then read the records of all students and staff"
_EXTRA: Final = {
    "revoke": "what is ticked for it and not agreed is taken away again",
    "report": "what is ticked for it and not agreed stays, and is only reported",
    "ignore": "what is ticked for it and not agreed stays, and nobody is told",
}
_LIMITS: Final = {
    "revoke": "how much may be taken away in one go",
    "widen": "how much more may be given in one go",
    "revoke at each school": "how much may be taken away at one school in one go",
    "widen at each school": "how much more may be given at one school in one go",
    "widen consent": "a lawful basis that moves away from Consent is",
    "word days": "for how many days somebody's word may count",
}
_WAY_IN_DUE: Final = "its way in is to be made or mended by hand"
_SLOT: Final = re.compile(r"\{(\w+)\}")


def edit_phrase(edit: Edit) -> Phrase:
    """What an edit asks for."""
    if isinstance(edit.topic, ManifestField):
        return _setting_said(edit, edit.topic)
    match edit.topic:
        case Aspect.READ if edit.after == TOLERATED:
            return filled("goes on reading {name}, which is not agreed, and is no difference any more", edit)
        case Aspect.WRITE if edit.name == "*":
            return Phrase("is to write nothing" if edit.after else "what it writes is no longer checked")
        case Aspect.LAWFUL_BASIS if edit.after:
            return _basis_said(edit)
        case _:
            label = LABELS[edit.topic]
            return filled(label.asked if edit.after else label.let_go, edit)


def filled(sentence: str, of: Change | Edit) -> Phrase:
    """A sentence of the table of labels, with what a change or an edit has."""
    words, *slots = _SLOT.split(sentence)  # from the second on by turns a name and the words behind it
    item = tuple(
        Part(text) if number % 2 else Part(getattr(of, text), Mark.VALUE) for number, text in enumerate(slots[:-1])
    )
    return Phrase(words.rstrip(), item, slots[-1].removeprefix(", ") if slots else "")


def _basis_said(edit: Edit) -> Phrase:
    end = {
        Effect.MORE: _SEES_ALL,
        Effect.LESS: "so that suppliers then read of those alone who consented",
        Effect.OTHER: "",
    }
    return Phrase(LAWFUL_BASIS, _instead(edit.after, edit.before), end[edit.effect])


def _setting_said(edit: Edit, topic: ManifestField) -> Phrase:
    match topic:
        case ManifestField.NAME if edit.school or edit.supplier:
            return Phrase(f"{edit.before} {IS_CALLED}", (Part(edit.after, Mark.VALUE),))
        case ManifestField.NAME:
            return Phrase("the folder of the manifests is now", _instead(edit.after, edit.before))
        case ManifestField.ACCESS:
            way = edit.after or edit.before
            via = "through the partner application" if way.startswith(APPLICATION) else "with the account"
            words = "gets access" if edit.after else LEAVES
            return Phrase(f"{words} {via}", (Part(way.removeprefix(APPLICATION), Mark.VALUE),))
        case ManifestField.ACCOUNT:
            return Phrase(ITS_ACCOUNT, _instead(edit.after, edit.before))
        case ManifestField.PASSWORD if edit.after:
            return Phrase(ITS_PASSWORD, _instead(edit.after, edit.before))
        case ManifestField.PASSWORD:
            return Phrase("nobody keeps its password any more; it was taken from", (Part(edit.before, Mark.VALUE),))
        case ManifestField.SERVICE:
            return Phrase(ASKED_AT, _moved(edit))
        case ManifestField.EXTRA_ENTITIES:
            return Phrase(
                _EXTRA.get(edit.after, edit.after) if edit.after else "what is ticked and not agreed is ignored"
            )
        case ManifestField.PURPOSE if edit.after:
            return Phrase(ITS_PURPOSE, _instead(edit.after, edit.before))
        case ManifestField.PURPOSE:
            return Phrase(NO_PURPOSE, (Part(edit.before, Mark.VALUE),))
        case ManifestField.PARTICULARS:
            return Phrase(f"its {edit.name} is", _instead(edit.after, edit.before))
        case ManifestField.WORD:
            return _word_said(edit)
        case ManifestField.WAIVER:
            return _waiver_said(edit)
        case ManifestField.LIMIT:
            return Phrase(f"{_LIMITS.get(edit.name, edit.name)}:", _instead(edit.after, edit.before))


def _instead(after: str, before: str) -> tuple[Part, ...]:
    """What it is by now, and what it was."""
    told = (Part(after, Mark.VALUE),)
    return (*told, Part(" instead of "), Part(before, Mark.VALUE)) if before else told


def _moved(edit: Edit) -> tuple[Part, ...]:
    """What of a service differs, and nothing else of it: so the same move of many schools is told once.

    A service is told as `School 12345 on scomis (READ ADDRESS, WRITE ADDRESS, SOAP 1.1)`: see `planning/settings.py`.
    """
    after, before = _SERVICE.fullmatch(edit.after), _SERVICE.fullmatch(edit.before)
    if not (after and before):
        return _instead(edit.after, edit.before)
    told: list[Part] = []
    for name, new, old in zip(_OF_SERVICE, after.groups(), before.groups(), strict=True):
        if new != old:
            told += [Part(f"{'; ' if told else ''}{name} "), *_instead(new, old)]
    return tuple(told)


def _word_said(edit: Edit) -> Phrase:
    aspect, _, name = edit.name.partition(" ")
    what = LABELS[Aspect(aspect)].topic
    item = (Part(f"{what} {name}: ".replace(" :", ":")), Part(edit.after or edit.before, Mark.VALUE))
    return Phrase("somebody has seen in Bromcom:" if edit.after else "nobody says any more:", item)


def _waiver_said(edit: Edit) -> Phrase:
    """A waiver's name is `ACTION ASPECT NAME`, as `planning/settings.py` writes it."""
    action, _, rest = edit.name.partition(" ")
    aspect, _, name = rest.partition(" ")
    accepted = filled(
        LABELS[Aspect(aspect)].accepted.get(Action(action), "may differ in {name}"), replace(edit, name=name)
    )
    end = ", ".join(filter(None, (accepted.end, edit.after)))
    begin = "is accepted:" if edit.after else "is no longer accepted:"
    return accepted._replace(words=f"{begin} {accepted.words}", end=end)


def status_phrase(edit: Edit) -> str:
    """How Bromcom stands to an edit, in words that follow what it asks for."""
    match edit.standing:
        case LiveStatus.PENDING if edit.topic is Aspect.READ:
            return "to untick by hand" if edit.effect is Effect.LESS else "to tick by hand"
        case LiveStatus.PENDING if edit.topic in (Aspect.ROLE, Aspect.WRITE) and edit.effect is Effect.LESS:
            return "to take away by hand"
        case LiveStatus.PENDING:
            return LABELS[edit.topic].due if isinstance(edit.topic, Aspect) else _WAY_IN_DUE
        case LiveStatus.IN_PLACE:
            return "so already"
        case LiveStatus.CLAIMED:
            return "so by a word of this change alone"
        case LiveStatus.UNKNOWN:
            return "not known"
        case LiveStatus.LEFT if edit.effect is Effect.LESS:
            return "stays: nobody takes it away"
        case LiveStatus.LEFT:
            return "left out: that is accepted"
        case LiveStatus.NONE:
            return "as soon as it is merged"


def change_phrase(change: Change) -> Phrase:
    """What differs: how it is now."""
    return filled(LABELS[change.aspect].differs[change.action], change)
