"""Edits and differences in plain words, for people who have never seen a manifest.

The subject of each sentence is a supplier, or a school: `may read` `Students`.
"""

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
from reconciler.startup import pattern

IS_CALLED: Final = "is now called"
ALREADY_DONE: Final = "already done"
NOT_CHECKED: Final = "could not be checked"


class Phrase(NamedTuple):
    """A sentence: its words, its item and its end. Sentences with the same words become one, with many items."""

    words: str
    item: tuple[Part, ...] = ()
    end: str = ""

    @property
    def text(self) -> str:
        """The whole of it, without marks."""
        words = f"{self.words} {''.join(part.text for part in self.item)}".strip()
        return f"{words}, {self.end}" if self.end else words


PART_OF_A_WHOLE: Final = "alone: `reconciler merge` makes the whole of the parts."
UNKNOWN_REASONS: Final = {
    UnknownReason.UNREACHABLE: "Bromcom did not answer",
    UnknownReason.DATABASE_DOWN: "the school's database did not answer",
    UnknownReason.LOGIN_REFUSED: "the login was refused, so its entities cannot be listed",
    UnknownReason.UNREADABLE: "Bromcom's answer could not be read",
    UnknownReason.THROTTLED: "Bromcom is busy, and said to try again later",
    UnknownReason.NOT_GRANTED: "it is ticked, but a test read was refused",
    UnknownReason.REFUSAL_UNPROVEN: "its login is refused, as a wrong password would be: has it been closed?",
    UnknownReason.NOT_PROVEN: "Bromcom answered, and the answer proves nothing",
    UnknownReason.NOTHING_LISTED: "Bromcom lists nothing: no ticks yet, or a failed login",
    UnknownReason.NO_PASSWORD: "no password is kept, so only a person can check",
    UnknownReason.NO_SECRET: "the password was not available for this check",
    UnknownReason.NO_PROBE: "cannot be checked remotely, and no person has confirmed it",
    UnknownReason.EXPIRED: "a person confirmed it, but too long ago",
    UnknownReason.PARTLY_COUNTED: "a person counted those who consented, and not those who refused",
    UnknownReason.DENIED: "a person confirmed something that cannot be right",
    UnknownReason.NOT_ASKED: "Bromcom was not asked",
    UnknownReason.NOT_RECORDED: "the snapshot does not contain it",
    UnknownReason.TOO_OLD: "the snapshot is too old",
    UnknownReason.OTHER_SCHOOL: "another school answers under this School ID",
    UnknownReason.PART_MISSING: "the part of the run that checks it is missing",
    UnknownReason.UNREVIEWED: "this change sets where the password comes from or goes; it is not used before approval",
    UnknownReason.OWN_FAULT: "this program failed",
    UnknownReason.INTERRUPTED: "the check was stopped first",
}
# The others have a text of their own, which says more.
SELF_EXPLANATORY: Final = frozenset({UnknownReason.NO_PROBE, UnknownReason.UNREVIEWED, UnknownReason.INTERRUPTED})
_EXTRA: Final = {
    "": "ticked entities that are not agreed are ignored",
    "revoke": "ticked entities that are not agreed are to be removed",
    "report": "ticked entities that are not agreed stay, and are only reported",
    "ignore": "ticked entities that are not agreed stay, and are not reported",
}
_LIMITS: Final = {
    "revoke": "limit on what one plan may take away",
    "widen": "limit on what one plan may add",
    "revoke at each school": "limit on what one plan may take away at one school",
    "widen at each school": "limit on what one plan may add at one school",
    "widen consent": "limit on moving the lawful basis away from Consent",
    "word days": "limit on the days that a person's confirmation lasts",
}
_SLOT: Final = pattern(r"\{(\w+)\}")


def edit_phrase(edit: Edit) -> Phrase:
    """Say what an edit asks for."""
    if isinstance(edit.topic, ManifestField):
        return _setting_phrase(edit, edit.topic)
    match edit.topic:
        case Aspect.READ if edit.after == TOLERATED:
            return filled("can still read {name}, which is not agreed and no longer counts as a difference", edit)
        case Aspect.WRITE if edit.name == "*":
            unchecked = "its write-back permissions are no longer checked"
            return Phrase("may not write anything" if edit.after else unchecked)
        case Aspect.LAWFUL_BASIS if edit.after:
            return _basis_phrase(edit)
        case _:
            label = LABELS[edit.topic]
            return filled(label.asked if edit.after else label.let_go, edit)


def filled(sentence: str, of: Change | Edit | AcceptedDifference) -> Phrase:
    """A sentence of the table of labels, filled with the values of a change or an edit."""
    words, *slots = _SLOT.split(sentence)  # by turns the name of a slot and the words after it
    item = tuple(Part(text) if number % 2 else value_part(getattr(of, text)) for number, text in enumerate(slots[:-1]))
    return Phrase(words.rstrip(), item, slots[-1].removeprefix(", ") if slots else "")


def _basis_phrase(edit: Edit) -> Phrase:
    end = {
        Effect.MORE: "so every supplier can then read the records of all students and staff",
        Effect.LESS: "so suppliers can then read only the records of people who consented",
        Effect.OTHER: "",
    }
    return Phrase("the lawful basis becomes", _instead(edit.after, edit.before), end[edit.effect])


def _setting_phrase(edit: Edit, topic: ManifestField) -> Phrase:
    match topic:
        case ManifestField.NAME if edit.school or edit.supplier:
            return Phrase(f"{edit.before} {IS_CALLED}", (value_part(edit.after),))
        case ManifestField.NAME:
            return Phrase("the manifests moved to the folder", _instead(edit.after, edit.before))
        case ManifestField.ACCESS:
            way_in = edit.after or edit.before
            is_account = not isinstance(way_in, ApplicationName)
            name = way_in.name if isinstance(way_in, ApplicationName) else value_text(way_in)
            via = "with the account" if is_account else "through the partner application"
            words = "gets access" if edit.after else "is no longer agreed; it has access"
            return Phrase(f"{words} {via}", (Part(name, Mark.VALUE),))
        case ManifestField.ACCOUNT:
            return Phrase("its account becomes", _instead(edit.after, edit.before))
        case ManifestField.PASSWORD if edit.after:
            return Phrase("its password comes from", _instead(edit.after, edit.before))
        case ManifestField.PASSWORD:
            return Phrase("its password is no longer kept; it came from", (value_part(edit.before),))
        case ManifestField.SERVICE:
            return Phrase("connects elsewhere, and sends the passwords of its suppliers there:", _moved(edit))
        case ManifestField.EXTRA_ENTITIES:
            return Phrase(_EXTRA[value_text(edit.after)])
        case ManifestField.PURPOSE if edit.after:
            return Phrase("its purpose becomes", _instead(edit.after, edit.before))
        case ManifestField.PURPOSE:
            return Phrase("its purpose was removed; it was", (value_part(edit.before),))
        case ManifestField.DOWNSTREAM if edit.after:
            return Phrase("passes data on to", _instead(edit.after, edit.before))
        case ManifestField.DOWNSTREAM:
            return Phrase("is no longer said to pass data on to", (value_part(edit.before),))
        case ManifestField.PROCESSING if not edit.after:
            return Phrase(f"in the register, its {edit.name} was removed; it was", (value_part(edit.before),))
        case ManifestField.PROCESSING:
            return Phrase(f"in the register, its {edit.name} becomes", _instead(edit.after, edit.before))
        case ManifestField.PARTICULARS:
            return Phrase(f"its {edit.name} becomes", _instead(edit.after, edit.before))
        case ManifestField.WORD:
            return _attestation_phrase(edit)
        case ManifestField.WAIVER:
            return _waiver_phrase(edit)
        case ManifestField.ROUND:
            return _round_phrase(edit)
        case ManifestField.LIMIT:
            return Phrase(f"{_LIMITS.get(edit.name, edit.name)}:", _instead(edit.after, edit.before))


def value_part(value: EditValue) -> Part:
    """A value of an edit, to be marked up as one."""
    return Part(value_text(value), Mark.VALUE)


def _instead(after: EditValue, before: EditValue) -> tuple[Part, ...]:
    """The new value, and the old one if there was one."""
    return (value_part(after), Part(" instead of "), value_part(before)) if before else (value_part(after),)


def _moved(edit: Edit) -> tuple[Part, ...]:
    """List the parts of a service that differ, and no others: the same move of many schools is then one row."""
    if not (isinstance(edit.after, Service) and isinstance(edit.before, Service)):
        return _instead(edit.after, edit.before)
    moved: list[Part] = []
    for (name, new), (_, old) in zip(_parts(edit.after), _parts(edit.before), strict=True):
        if new != old:
            moved += [Part(f"{'; ' if moved else ''}{name} "), *_instead(new, old)]
    return tuple(moved)


def _parts(service: Service) -> tuple[tuple[str, str], ...]:
    platform = service.platform
    return (
        ("School ID", str(service.school_id)),
        ("platform", platform.name),
        ("address for reading", platform.read_url),
        ("address for writing", platform.write_url),
        ("protocol", service.protocol),
    )


def _attestation_phrase(edit: Edit) -> Phrase:
    claim = edit.after or edit.before
    assert isinstance(claim, Claim)
    name = f" {claim.name}" if claim.name else ""
    item = (Part(f"{LABELS[claim.aspect].topic}{name}: "), value_part(claim))
    return Phrase("a person confirms" if edit.after else "no longer confirmed:", item)


def _waiver_phrase(edit: Edit) -> Phrase:
    accepted = edit.after or edit.before
    assert isinstance(accepted, AcceptedDifference)
    sentence = LABELS[accepted.aspect].accepted.get(accepted.action, "may differ in {name}")
    name = f"{accepted.name}, before {accepted.before}" if accepted.before else accepted.name
    phrase = filled(sentence, replace(accepted, name=name))
    end = ", ".join(filter(None, (phrase.end, value_text(edit.after))))
    begin = "accepted for now:" if edit.after else "no longer accepted:"
    return phrase._replace(words=f"{begin} {phrase.words}", end=end)


def _round_phrase(edit: Edit) -> Phrase:
    if edit.supplier:
        words = "decided in the round" if edit.after else "no longer decided in the round"
        return Phrase(f"{words} {edit.name}:", (value_part(edit.after or edit.before),))
    if not edit.after:
        return Phrase(f"the round {edit.name} was removed; it was", (value_part(edit.before),))
    was = (Part("; it was "), value_part(edit.before)) if edit.before else ()
    return Phrase(f"the round {edit.name} is", (value_part(edit.after), *was))


def status_phrase(edit: Edit) -> str:
    """Say how far Bromcom is from an edit, and what is left to do."""
    match edit.standing:
        case LiveStatus.PENDING if edit.topic is Aspect.READ:
            return "to untick by hand" if edit.effect is Effect.LESS else "to tick by hand"
        case LiveStatus.PENDING if edit.topic in (Aspect.ROLE, Aspect.WRITE) and edit.effect is Effect.LESS:
            return "to take away by hand"
        case LiveStatus.PENDING:
            return LABELS[edit.topic].due if isinstance(edit.topic, Aspect) else "to set up or fix by hand"
        case LiveStatus.IN_PLACE:
            return ALREADY_DONE
        case LiveStatus.CLAIMED:
            return "only this change says so"
        case LiveStatus.UNKNOWN:
            return NOT_CHECKED
        case LiveStatus.LEFT if edit.effect is Effect.LESS:
            return "stays until someone removes it"
        case LiveStatus.LEFT:
            return "left out: accepted for now"
        case LiveStatus.NONE if edit.topic is ManifestField.ROUND:
            return "recorded"
        case LiveStatus.NONE:
            return "once this is merged"


def change_phrase(change: Change) -> Phrase:
    """Say how a difference is now."""
    return filled(LABELS[change.aspect].differs[change.action], change)
