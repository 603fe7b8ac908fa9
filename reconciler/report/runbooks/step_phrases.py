"""Clicks in words: what every format of a runbook says, before it is marked up."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final, NamedTuple, TypeAlias, assert_never

from reconciler.model.runbook import Branch, Click, ClickKind, Condition, Runbook, Verification
from reconciler.report.labels import manifest_wording
from reconciler.report.rich_text import Mark, Part

START: Final = (
    "Log in to Bromcom as somebody who may use the module Setup, as a rule a school administrator. Work from top to "
    'bottom: what comes first makes possible what comes next. A step that begins with "See that" may be done already: '
    "look first, and do its clicks only where it is not so."
)
WORDS: Final = (
    "Where no source gives a page's own words, ours stand in their place, and the page may have others: the end lists "
    "them."
)
OFFER: Final = "An offer for a trust with central users: the steps of each school stand below all the same."
NOTHING: Final = "There is nothing to do by hand."

_FEWEST_IN_A_LIST = 3
_SCHOOLS = 3  # that are named at the end
_BOXES = frozenset({ClickKind.TICK, ClickKind.UNTICK})


CHECK: Final = "reconciler verify plan.json"


def ending(runbook: Runbook, check: str) -> tuple[Part, ...]:
    """What to do after the last page: vouch, school by school, then run the command that says whether all is done."""
    by_word = [
        book.school
        for book in runbook.schools
        if any(step.proof is Verification.ATTESTATION for visit in book.visits for step in visit.steps)
    ]
    vouch = [
        part
        for number, school in enumerate(by_word[:_SCHOOLS])
        for part in (Part(", " if number else ""), Part(f"reconciler attest {school}", Mark.VALUE))
    ]
    more = " and so on, school by school" if len(by_word) > _SCHOOLS else ""
    options = "" if " -" in check else " with the options of your plan, such as --env-file"
    return (
        *((Part("Write down what you vouch for: "), *vouch, Part(f"{more}. Then run ")) if vouch else (Part("Run "),)),
        Part(check, Mark.VALUE),
        Part(f"{options}: it says whether all of this is done."),
    )


class Boxes(NamedTuple):
    """Boxes that are ticked and unticked in one go, in the page's order."""

    clicks: tuple[Click, ...]


Line: TypeAlias = Click | Boxes


def lines(way: Branch) -> Iterator[Line]:
    """The clicks of a way; three boxes and more in a row are one line, but for those that the page may not have."""
    for boxes, group in groupby(way.clicks, key=lambda click: click.do in _BOXES and not click.optional):
        clicks = tuple(group)
        if boxes and len(clicks) >= _FEWEST_IN_A_LIST:
            yield Boxes(clicks)
        else:
            yield from clicks


def sentence(click: Click) -> tuple[Part, ...]:
    """What to do, as a sentence."""
    parts = _parts(click)
    if click.do is ClickKind.TELL:  # what is said ends as it ends
        return parts
    return (*parts, Part(f"{_doubt(click)}."))


def _doubt(click: Click) -> str:
    """What is said of something that the page may not have."""
    if not click.optional:
        return ""
    return ", or words like it" if click.do is ClickKind.SEE else " (the page may not have it)"


def _parts(click: Click) -> tuple[Part, ...]:
    label, value = Part(click.label, Mark.LABEL), Part(click.value, Mark.VALUE)
    match click.do:
        case ClickKind.PRESS:
            return (Part("Press "), label, Part(" on the line of "), value) if click.value else (Part("Press "), label)
        case ClickKind.CHOOSE:
            return (Part("Choose "), value, Part(" under "), label) if click.value else (Part("Choose "), label)
        case ClickKind.TICK:
            return Part("Tick "), label
        case ClickKind.UNTICK:
            return Part("Take the tick off "), label, Part(", if it is set")
        case ClickKind.FILL:
            return Part("Type "), value, Part(" into "), label
        case ClickKind.PASSWORD:
            return _password(label, click.value)
        case ClickKind.EXPAND:
            return Part("Open "), label, Part(" in the tree")
        case ClickKind.SELECT:
            return Part(f"Select {click.value} ("), label, Part(" takes everybody)")
        case ClickKind.SEE:
            return Part("See that the page shows "), label
        case ClickKind.TELL:
            return Part("Tell "), label, Part(f': "{click.value}"')
        case _:
            assert_never(click.do)


def _password(label: Part, reference: str) -> tuple[Part, ...]:
    if not reference:
        return Part("Type a new password into "), label
    return Part("Type the password into "), label, Part(f"; it is kept {manifest_wording(reference)}")


def condition(way: Branch) -> tuple[Part, ...]:
    """On which sight of the page a way is taken; nothing where it always is."""
    name = Part(way.name, Mark.VALUE)
    match way.when:
        case Condition.ALWAYS:
            return ()
        case Condition.LISTED:
            return Part("If the page lists "), name, Part(":" if way.clicks else ", there is nothing to do here.")
        case Condition.NOT_LISTED:
            return Part("If the page does not list "), name, Part(":")
        case _:
            assert_never(way.when)


def proof(how: Verification) -> str:
    """How it is found out that the step was done; empty where there is nothing to find out."""
    match how:
        case Verification.PROBE:
            return "a probe proves it"
        case Verification.ATTESTATION:
            return "no probe can see it: you vouch for it"
        case Verification.NONE:
            return ""
        case _:
            assert_never(how)
