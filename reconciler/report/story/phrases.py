"""Edits and differences in plain words, for people who have never seen a manifest; before it is marked up.

Every sentence is of a supplier (or of a school, where it has no supplier), which stands before it: `reads` `Students`.
"""

import re
from typing import Final, NamedTuple

from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Change
from reconciler.model.evidence import UnknownReason
from reconciler.model.review import TOLERATED, Edit, Effect, LiveStatus, ManifestField
from reconciler.planning.settings import APPLICATION
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
_DUE: Final = {
    Aspect.WRITE: "to give by hand",
    Aspect.ROLE: "to give by hand",
    Aspect.WRITE_LICENCE: "to buy",
    Aspect.OLD_EXPORT: "to have disconnected",
    ManifestField.ACCESS: "its way in is to be made or mended by hand",
}


def edit_phrase(edit: Edit) -> Phrase:
    """What an edit asks for."""
    if isinstance(edit.topic, ManifestField):
        return _setting_said(edit, edit.topic)
    item = (Part(edit.name, Mark.VALUE),)
    more = edit.effect is not Effect.LESS
    match edit.topic:
        case Aspect.READ if edit.after == TOLERATED:
            return Phrase("goes on reading", item, "which is not agreed, and is no difference any more")
        case Aspect.READ:
            return Phrase("reads" if more else "no longer reads", item)
        case Aspect.WRITE if edit.name == "*":
            return Phrase("is to write nothing" if edit.after else "what it writes is no longer checked")
        case Aspect.WRITE:
            return Phrase("may change" if more else "may no longer change", item)
        case Aspect.ROLE:
            return Phrase("has the role" if more else "no longer has the role", item, "through which it writes")
        case Aspect.WRITE_LICENCE:
            return Phrase("needs the licence for writing" if more else "no longer needs the licence for writing")
        case Aspect.CONSENT if more:
            return Phrase("needs consent to be set for all", item, "which holds for every supplier then")
        case Aspect.CONSENT:
            return Phrase("no longer needs the consent of", item)
        case Aspect.LAWFUL_BASIS:
            return _basis_said(edit)
        case Aspect.OLD_EXPORT if edit.after:
            return Phrase("its old export is to be disconnected on", item)
        case Aspect.OLD_EXPORT:
            return Phrase("nobody watches any more its old export on", item)
        case _:
            return Phrase(f"{edit.topic.value}", item)


def _basis_said(edit: Edit) -> Phrase:
    if not edit.after:
        return Phrase("nobody watches any more the lawful basis", (Part(edit.before, Mark.VALUE),))
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
    what = ASPECTS.get(aspect, aspect)
    item = (Part(f"{what} {name}: ".replace(" :", ":")), Part(edit.after or edit.before, Mark.VALUE))
    return Phrase("somebody has seen in Bromcom:" if edit.after else "nobody says any more:", item)


def _waiver_said(edit: Edit) -> Phrase:
    """A waiver's name is `ACTION ASPECT NAME`, as `planning/settings.py` writes it."""
    action, _, rest = edit.name.partition(" ")
    aspect, _, name = rest.partition(" ")
    accepted = _ACCEPTED.get((action, aspect)) or _ACCEPTED.get((action, "")) or ("may differ in", "")
    end = ", ".join(part for part in (accepted[1], edit.after) if part)
    begin = "is accepted:" if edit.after else "is no longer accepted:"
    return Phrase(f"{begin} {accepted[0]}", (Part(name, Mark.VALUE),), end)


ASPECTS: Final = {
    Aspect.REACHABLE.value: "whether the school answers",
    Aspect.LOGIN.value: "the login",
    Aspect.READ.value: "what is ticked",
    Aspect.ROLE.value: "its roles",
    Aspect.WRITE.value: "what it may write",
    Aspect.LAWFUL_BASIS.value: "the lawful basis",
    Aspect.CONSENT.value: "the consent of",
    Aspect.WRITE_LICENCE.value: "the licence for writing",
    Aspect.PARTNER_APPLICATION.value: "the partner application",
    Aspect.OLD_EXPORT.value: "the old export",
}
_ACCEPTED: Final = {
    (Action.REVOKE.value, Aspect.READ.value): ("it goes on reading", "which is not agreed"),
    (Action.REVOKE.value, Aspect.WRITE.value): ("it may go on changing", "which is not agreed"),
    (Action.REVOKE.value, Aspect.ROLE.value): ("it may keep the role", "which is not agreed"),
    (Action.GRANT.value, Aspect.READ.value): ("it does not yet read", ""),
    (Action.GRANT.value, ""): ("it does not yet have", ""),
    (Action.MEND_LOGIN.value, ""): ("its login is refused:", ""),
    (Action.SET.value, Aspect.LAWFUL_BASIS.value): ("the lawful basis is not yet", ""),
    (Action.SET.value, Aspect.CONSENT.value): ("the consent is not yet set of", ""),
}


def status_phrase(edit: Edit) -> str:
    """How Bromcom stands to an edit, in words that follow what it asks for."""
    match edit.standing:
        case LiveStatus.PENDING if edit.topic is Aspect.READ:
            return "to untick by hand" if edit.effect is Effect.LESS else "to tick by hand"
        case LiveStatus.PENDING if edit.topic in (Aspect.ROLE, Aspect.WRITE) and edit.effect is Effect.LESS:
            return "to take away by hand"
        case LiveStatus.PENDING:
            return _DUE.get(edit.topic, "to set by hand")
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
    item = (Part(change.name, Mark.VALUE),)
    match change.action, change.aspect:
        case Action.REVOKE, Aspect.READ:
            return Phrase("reads", item, "which is not agreed")
        case Action.REVOKE, Aspect.ROLE:
            return Phrase("has the role", item, "which is not agreed")
        case Action.REVOKE, _:
            return Phrase("may change", item, "which is not agreed")
        case Action.GRANT, Aspect.READ:
            return Phrase("cannot read", item)
        case Action.GRANT, Aspect.WRITE:
            return Phrase("cannot change", item)
        case Action.GRANT, Aspect.ROLE:
            return Phrase("does not have the role", item)
        case Action.GRANT, _:
            return Phrase("has not been given the partner application", item)
        case Action.MEND_LOGIN, _:
            return Phrase("its login is refused:", item)
        case Action.SET, Aspect.CONSENT:
            return Phrase("consent is not set for all", item, "so that some are missing there")
        case Action.SET, Aspect.WRITE_LICENCE:
            return Phrase("the licence for writing is", (Part(change.before, Mark.VALUE),))
        case Action.SET, Aspect.OLD_EXPORT:
            return Phrase("its old export is still connected on", item)
        case _:
            return Phrase(
                LAWFUL_BASIS, (Part(change.before, Mark.VALUE), Part(" and should be "), Part(change.after, Mark.VALUE))
            )
