"""Edits and differences in plain words, for people who have never seen a manifest; before it is marked up.

Every sentence is of a supplier (or of a school, where it has no supplier), which stands before it: `reads` `Students`.
"""

import re
from dataclasses import replace
from typing import Final, NamedTuple

from reconciler.model.aspect import Aspect
from reconciler.model.change import Change
from reconciler.model.evidence import UnknownReason
from reconciler.model.review import (
    TOLERATED,
    AcceptedDifference,
    ApplicationName,
    Claim,
    Edit,
    EditValue,
    Effect,
    LiveStatus,
    ManifestField,
    Service,
    value_text,
)
from reconciler.report.labels import LABELS
from reconciler.report.rich_text import Mark, Part

IS_CALLED: Final = "is now called"


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


def filled(sentence: str, of: Change | Edit | AcceptedDifference) -> Phrase:
    """A sentence of the table of labels, with what a change or an edit has."""
    words, *slots = _SLOT.split(sentence)  # from the second on by turns a name and the words behind it
    item = tuple(Part(text) if number % 2 else value_part(getattr(of, text)) for number, text in enumerate(slots[:-1]))
    return Phrase(words.rstrip(), item, slots[-1].removeprefix(", ") if slots else "")


def _basis_said(edit: Edit) -> Phrase:
    end = {
        Effect.MORE: _SEES_ALL,
        Effect.LESS: "so that suppliers then read of those alone who consented",
        Effect.OTHER: "",
    }
    return Phrase("the lawful basis for data processing is", _instead(edit.after, edit.before), end[edit.effect])


def _setting_said(edit: Edit, topic: ManifestField) -> Phrase:
    match topic:
        case ManifestField.NAME if edit.school or edit.supplier:
            return Phrase(f"{edit.before} {IS_CALLED}", (value_part(edit.after),))
        case ManifestField.NAME:
            return Phrase("the folder of the manifests is now", _instead(edit.after, edit.before))
        case ManifestField.ACCESS:
            way_in = edit.after or edit.before
            is_account = not isinstance(way_in, ApplicationName)
            name = way_in.name if isinstance(way_in, ApplicationName) else value_text(way_in)
            via = "with the account" if is_account else "through the partner application"
            words = "gets access" if edit.after else "is no longer agreed; it gets in"
            return Phrase(f"{words} {via}", (Part(name, Mark.VALUE),))
        case ManifestField.ACCOUNT:
            return Phrase("its account is", _instead(edit.after, edit.before))
        case ManifestField.PASSWORD if edit.after:
            return Phrase("its password is taken from", _instead(edit.after, edit.before))
        case ManifestField.PASSWORD:
            return Phrase("nobody keeps its password any more; it was taken from", (value_part(edit.before),))
        case ManifestField.SERVICE:
            return Phrase("is asked elsewhere, with the passwords of its suppliers:", _moved(edit))
        case ManifestField.EXTRA_ENTITIES:
            policy = value_text(edit.after)
            return Phrase(_EXTRA.get(policy, policy) or "what is ticked and not agreed is ignored")
        case ManifestField.PURPOSE if edit.after:
            return Phrase("what it does with the data is", _instead(edit.after, edit.before))
        case ManifestField.PURPOSE:
            words = "nothing is said any more of what it does with the data; it was"
            return Phrase(words, (value_part(edit.before),))
        case ManifestField.PARTICULARS:
            return Phrase(f"its {edit.name} is", _instead(edit.after, edit.before))
        case ManifestField.WORD:
            return _word_said(edit)
        case ManifestField.WAIVER:
            return _waiver_said(edit)
        case ManifestField.LIMIT:
            return Phrase(f"{_LIMITS.get(edit.name, edit.name)}:", _instead(edit.after, edit.before))


def value_part(value: EditValue) -> Part:
    """A value of an edit, to be marked up as one."""
    return Part(value_text(value), Mark.VALUE)


def _instead(after: EditValue, before: EditValue) -> tuple[Part, ...]:
    """What it is by now, and what it was."""
    return (value_part(after), Part(" instead of "), value_part(before)) if before else (value_part(after),)


def _moved(edit: Edit) -> tuple[Part, ...]:
    """The parts of a service that differ, and no others: so the same move of many schools is told once."""
    if not (isinstance(edit.after, Service) and isinstance(edit.before, Service)):
        return _instead(edit.after, edit.before)
    told: list[Part] = []
    for (name, new), (_, old) in zip(_parts(edit.after), _parts(edit.before), strict=True):
        if new != old:
            told += [Part(f"{'; ' if told else ''}{name} "), *_instead(new, old)]
    return tuple(told)


def _parts(service: Service) -> tuple[tuple[str, str], ...]:
    platform = service.platform
    return (
        ("School ID", str(service.school_id)),
        ("platform", platform.name),
        ("address for reading", platform.read_url),
        ("address for writing", platform.write_url),
        ("protocol", service.protocol),
    )


def _word_said(edit: Edit) -> Phrase:
    claim = edit.after or edit.before
    assert isinstance(claim, Claim)
    name = f" {claim.name}" if claim.name else ""
    item = (Part(f"{LABELS[claim.aspect].topic}{name}: "), value_part(claim))
    return Phrase("somebody has seen in Bromcom:" if edit.after else "nobody says any more:", item)


def _waiver_said(edit: Edit) -> Phrase:
    accepted = edit.after or edit.before
    assert isinstance(accepted, AcceptedDifference)
    sentence = LABELS[accepted.aspect].accepted.get(accepted.action, "may differ in {name}")
    name = f"{accepted.name}, before {accepted.before}" if accepted.before else accepted.name
    phrase = filled(sentence, replace(accepted, name=name))
    end = ", ".join(filter(None, (phrase.end, value_text(edit.after))))
    begin = "is accepted:" if edit.after else "is no longer accepted:"
    return phrase._replace(words=f"{begin} {phrase.words}", end=end)


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
