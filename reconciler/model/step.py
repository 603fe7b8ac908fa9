"""One thing to do for a change, click by click: for a person to read, and for a machine to follow on practice pages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.model.subject import Subject


class Do(StrEnum):
    """What is done with what the page labels so."""

    PRESS = "press"  # a button or a link; `value` is the line that it stands on, where each line has one
    CHOOSE = "choose"  # `value` in a list that drops down, or a round button (then `value` is empty)
    TICK = "tick"
    UNTICK = "untick"
    FILL = "fill"  # `value` in a field
    PASSWORD = "password"  # noqa: S105  # a field for the password; `value` says where to take it from, never what it is
    EXPAND = "expand"  # a branch of a tree
    SELECT = "select"  # lines of a list of people: `value` says whose, `label` is the box that takes all of them
    SEE = "see"  # look: the page says this
    TELL = "tell"  # not in Bromcom: to a supplier or a host; `value` is what to say


@dataclass(frozen=True, slots=True)
class Click:
    """One action.

    label     as the page shows it; for `tell`, whom
    optional  where the page has it: what is known of the pages does not settle it
    """

    do: Do
    label: str
    value: str = ""
    optional: bool = False


class When(StrEnum):
    """On which sight of a page a way is taken."""

    ALWAYS = "always"
    LISTED = "listed"  # where the page lists `name`
    NOT_LISTED = "not-listed"


@dataclass(frozen=True, slots=True)
class Way:
    """Clicks in order, and when to take them. `name` is what to look for on the page; empty where it is `always`."""

    clicks: tuple[Click, ...]
    when: When = When.ALWAYS
    name: str = ""


class Proof(StrEnum):
    """How it is found out that a step was done."""

    PROBE = "probe"
    ATTESTATION = "attestation"  # no probe can see it: a person vouches
    NONE = "none"  # it settles no fact: something to tell somebody


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do on a page, for one account (empty: for the school).

    settles  the facts that it makes as declared
    notes    what to know before: warnings, other spellings, why
    seconds  how long a person takes who has the page open
    """

    title: str
    account: str
    ways: tuple[Way, ...]
    settles: tuple[Subject, ...]
    proof: Proof
    seconds: int
    notes: tuple[str, ...] = ()
