"""Edits and differences in plain words, for people who have never seen a manifest; before it is marked up.

Every sentence is of a supplier (or of a school, where it has no supplier), which stands before it: `reads` `Students`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from reconciler.model.change import Action, Aspect
from reconciler.model.fact import Why
from reconciler.model.review import Effect, Setting, Standing
from reconciler.report.clicks import Mark, Part

if TYPE_CHECKING:
    from reconciler.model.change import Change
    from reconciler.model.review import Edit

LEAVES: Final = "is no longer agreed; it gets in"
APPLICATION: Final = "partner application "  # how a way in begins that is no account


class Said(NamedTuple):
    """A sentence: how it begins, and what it is of; sentences that begin alike are told as one, with many items."""

    words: str
    item: tuple[Part, ...] = ()
    end: str = ""


WHY_TOLD: Final = {
    Why.UNREACHABLE: "Bromcom gave no answer",
    Why.DATABASE_DOWN: "Bromcom says that the school's database does not answer",
    Why.LOGIN_REFUSED: "the login was refused, so nobody can ask what the account may read",
    Why.UNREADABLE: "an answer came that is not what Bromcom should say",
    Why.THROTTLED: "Bromcom asked to be asked later",
    Why.NOT_GRANTED: "it is ticked, and yet it was refused when it was read for a test",
    Why.NOTHING_LISTED: "nothing is ticked, so that nobody can tell whether the login works",
    Why.NO_PASSWORD: "nobody kept the password, so that only a person can look",
    Why.NO_SECRET: "the password could not be had for this check",
    Why.NO_PROBE: "only a person can see it in Bromcom, and nobody has said yet what they saw",
    Why.EXPIRED: "a person looked, and that was too long ago",
    Why.DENIED: "a person said something that cannot be right",
    Why.NOT_RECORDED: "the last look at Bromcom does not hold it",
    Why.TOO_OLD: "the last look at Bromcom is too old to be believed",
    Why.UNREVIEWED: "this change says where the password comes from or goes, so it is not used before somebody agrees",
    Why.OWN_FAULT: "this program failed on it",
    Why.INTERRUPTED: "the check was stopped before it was asked",
}

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
}
_DUE: Final = {
    Aspect.WRITE: "to give by hand",
    Aspect.ROLE: "to give by hand",
    Aspect.WRITE_LICENCE: "to buy",
    Aspect.OLD_EXPORT: "to have disconnected",
    Setting.ACCESS: "its way in is to be made or mended by hand",
}


def edit_said(edit: Edit) -> Said:
    """What an edit asks for."""
    if isinstance(edit.topic, Setting):
        return _setting_said(edit, edit.topic)
    item = (Part(edit.name, Mark.VALUE),)
    more = edit.effect is not Effect.LESS
    match edit.topic:
        case Aspect.READ:
            return Said("reads" if more else "no longer reads", item)
        case Aspect.WRITE:
            return Said("may change" if more else "may no longer change", item)
        case Aspect.ROLE:
            return Said("has the role" if more else "no longer has the role", item, "through which it writes")
        case Aspect.WRITE_LICENCE:
            return Said("needs the licence for writing" if more else "no longer needs the licence for writing")
        case Aspect.CONSENT if more:
            return Said("needs consent to be set for all", item, "which holds for every supplier then")
        case Aspect.CONSENT:
            return Said("no longer needs the consent of", item)
        case Aspect.LAWFUL_BASIS:
            return _basis_said(edit)
        case Aspect.OLD_EXPORT if edit.after:
            return Said("its old export is to be disconnected on", item)
        case Aspect.OLD_EXPORT:
            return Said("nobody watches any more its old export on", item)
        case _:
            return Said(f"{edit.topic.value}", item)


def _basis_said(edit: Edit) -> Said:
    if not edit.after:
        return Said("nobody watches any more the lawful basis", (Part(edit.before, Mark.VALUE),))
    end = {
        Effect.MORE: _SEES_ALL,
        Effect.LESS: "so that suppliers then read of those alone who consented",
        Effect.OTHER: "",
    }
    return Said("the lawful basis for data processing is", _instead(edit), end[edit.effect])


def _setting_said(edit: Edit, topic: Setting) -> Said:
    match topic:
        case Setting.ACCESS:
            way = edit.after or edit.before
            via = "through the partner application" if way.startswith(APPLICATION) else "with the account"
            words = "gets access" if edit.after else LEAVES
            return Said(f"{words} {via}", (Part(way.removeprefix(APPLICATION), Mark.VALUE),))
        case Setting.ACCOUNT:
            return Said("its account is", _instead(edit))
        case Setting.PASSWORD if edit.after:
            return Said("its password is taken from", _instead(edit))
        case Setting.PASSWORD:
            return Said("its password is no longer kept; it was taken from", (Part(edit.before, Mark.VALUE),))
        case Setting.SERVICE:
            return Said("is asked, with the passwords of its suppliers, at", _instead(edit))
        case Setting.EXTRA_ENTITIES:
            return Said(
                _EXTRA.get(edit.after, edit.after) if edit.after else "what is ticked and not agreed is ignored"
            )
        case Setting.WORD:
            return _word_said(edit)
        case Setting.WAIVER:
            return _waiver_said(edit)
        case Setting.LIMIT:
            return Said(f"{_LIMITS.get(edit.name, edit.name)}:", _instead(edit))


def _instead(edit: Edit) -> tuple[Part, ...]:
    """What it is by now, and what it was."""
    after = (Part(edit.after, Mark.VALUE),)
    return (*after, Part(" instead of "), Part(edit.before, Mark.VALUE)) if edit.before else after


def _word_said(edit: Edit) -> Said:
    aspect, _, name = edit.name.partition(" ")
    what = ASPECTS.get(aspect, aspect)
    item = (Part(f"{what} {name}: ".replace(" :", ":")), Part(edit.after or edit.before, Mark.VALUE))
    return Said("somebody has seen in Bromcom:" if edit.after else "nobody says any more:", item)


def _waiver_said(edit: Edit) -> Said:
    """A waiver's name is `ACTION ASPECT NAME`, as `planning/statements.py` writes it."""
    action, _, rest = edit.name.partition(" ")
    aspect, _, name = rest.partition(" ")
    accepted = _ACCEPTED.get((action, aspect)) or _ACCEPTED.get((action, "")) or ("may differ in", "")
    end = ", ".join(part for part in (accepted[1], edit.after or f"{edit.before} no longer") if part)
    begin = "is accepted:" if edit.after else "is no longer accepted:"
    return Said(f"{begin} {accepted[0]}", (Part(name, Mark.VALUE),), end)


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
    (Action.GRANT.value, Aspect.READ.value): ("it does not yet read", ""),
    (Action.GRANT.value, ""): ("it does not yet have", ""),
    (Action.MEND_LOGIN.value, ""): ("its login is refused:", ""),
    (Action.SET.value, Aspect.LAWFUL_BASIS.value): ("the lawful basis is not yet", ""),
    (Action.SET.value, Aspect.CONSENT.value): ("the consent is not yet set of", ""),
}


def standing_said(edit: Edit) -> str:
    """How Bromcom stands to an edit, in words that follow what it asks for."""
    match edit.standing:
        case Standing.DUE if edit.topic is Aspect.READ:
            return "to untick by hand" if edit.effect is Effect.LESS else "to tick by hand"
        case Standing.DUE:
            return _DUE.get(edit.topic, "to set by hand")
        case Standing.THERE:
            return "so already"
        case Standing.UNKNOWN:
            return "not known"
        case Standing.KEPT if edit.effect is Effect.LESS:
            return "stays: nobody takes it away"
        case Standing.KEPT:
            return "left out: that is accepted"
        case Standing.NONE:
            return "as soon as it is merged"


def change_said(change: Change) -> Said:
    """What differs: how it is now."""
    item = (Part(change.name, Mark.VALUE),)
    match change.action, change.aspect:
        case Action.REVOKE, Aspect.READ:
            return Said("reads", item, "which is not agreed")
        case Action.REVOKE, _:
            return Said("may change", item, "which is not agreed")
        case Action.GRANT, Aspect.READ:
            return Said("cannot read", item)
        case Action.GRANT, Aspect.WRITE:
            return Said("cannot change", item)
        case Action.GRANT, Aspect.ROLE:
            return Said("does not have the role", item)
        case Action.GRANT, _:
            return Said("has not been given the partner application", item)
        case Action.MEND_LOGIN, _:
            return Said("its login is refused:", item)
        case Action.SET, Aspect.CONSENT:
            return Said("consent is not set for all", item, "so that some are missing there")
        case Action.SET, Aspect.WRITE_LICENCE:
            return Said("the licence for writing is", (Part(change.before, Mark.VALUE),))
        case Action.SET, Aspect.OLD_EXPORT:
            return Said("its old export is still connected on", item)
        case _:
            begun = "the lawful basis for data processing is"
            return Said(
                begun, (Part(change.before, Mark.VALUE), Part(" and should be "), Part(change.after, Mark.VALUE))
            )
