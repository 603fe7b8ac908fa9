"""The result of a check in words: verified, still not done, or could not be checked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from reconciler.model.aspect import FactRef
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Attested
from reconciler.model.outcome import Contradicted, Failed, Outcome, Pending, Skipped, Verified
from reconciler.model.runbook import ClickKind, PageVisit, Verification
from reconciler.report.labels import plural
from reconciler.report.outcomes import proven, told_facts
from reconciler.report.pages.guided.stages import PageChecked

_SAID: Final = {ClickKind.TICK: "ticked", ClickKind.UNTICK: "unticked"}
_SEEN: Final = {"ticked": "not ticked", "unticked": "still ticked"}
_TONES: Final[Mapping[type[Outcome], tuple[str, str, str]]] = {
    Contradicted: ("missing", "differs", "still not done"),
    Failed: ("unseen", "unseen", "could not be checked"),
    Pending: ("unseen", "unseen", "not confirmed yet"),
    Skipped: ("waived", "skip", "skipped"),
    Verified: ("agreed", "agreed", "verified"),
}


class CheckVerdict(NamedTuple):
    """The first lines of a result, with its colour and its mark."""

    tone: str
    mark: str
    heading: str
    text: str


class ContradictedRow(NamedTuple):
    """A fact that is not as the person said. `is_leak`: more can be read than is agreed."""

    place: str
    fact: str
    said: str
    seen: str
    is_leak: bool


class OutcomeGroup(NamedTuple):
    """Facts of one kind, at one place, with one outcome for one reason."""

    tone: str
    mark: str
    word: str
    place: str
    facts: str
    why: str


def verdict_of_check(checked: PageChecked) -> CheckVerdict:
    """Judge a check by its worst outcome; it is verified only if everything is."""
    outcomes = checked.outcomes
    number = len(outcomes)
    by_kind = {kind: [each for each in outcomes if isinstance(each, kind)] for kind in _TONES}
    at = f"{checked.at:%H:%M:%S}"
    if by_kind[Contradicted]:
        text = f"You said done. We asked Bromcom at {at}, and it says otherwise. We go by Bromcom."
        if by_word(checked.page_visit).issuperset(outcome.subject for outcome in by_kind[Contradicted]):
            text = "What you saw is not what the manifests say."
        return CheckVerdict("missing", "differs", f"Still not done: {len(by_kind[Contradicted])} of {number}", text)
    if by_kind[Failed]:
        text = "Your answer is noted, but not verified. Until Bromcom answers, this counts as could not be checked."
        return CheckVerdict("unseen", "unseen", f"Could not be checked: {len(by_kind[Failed])} of {number}", text)
    if by_kind[Pending]:
        heading = f"Not confirmed yet: {len(by_kind[Pending])} of {number}"
        return CheckVerdict("unseen", "unseen", heading, "Until then it counts as could not be checked, not as done.")
    if by_kind[Skipped]:
        return CheckVerdict("unseen", "skip", f"Skipped: {plural(len(by_kind[Skipped]), 'fact')}", "")
    what = "it is" if number == 1 else f"all {number} are"
    return CheckVerdict("agreed", "agreed", f"Verified: {what} as agreed", f"Checked at {at}.")


def contradicted_rows(checked: PageChecked, titles: Mapping[str, str]) -> Iterator[ContradictedRow]:
    """List what is not as the person said, as it was said and as Bromcom says."""
    clicks, own_words = _clicks(checked.page_visit), by_word(checked.page_visit)
    for outcome in checked.outcomes:
        if isinstance(outcome, Contradicted):
            subject = outcome.subject
            said = clicks.get((subject.supplier, entity_key(subject.name)), "") or clicks.get(("", subject.name), "")
            yield ContradictedRow(
                titles.get(subject.place, subject.place),
                told_facts(subject.aspect, [subject.name]),
                said or "done",
                _SEEN[said] if said else f"by your word: {outcome.seen}" if subject in own_words else outcome.seen,
                said == "unticked",
            )


def outcome_groups(outcomes: Iterable[Outcome], titles: Mapping[str, str]) -> tuple[OutcomeGroup, ...]:
    """List outcomes place by place, those of one kind together, the worst first."""
    ranks = list(_TONES)
    groups: dict[tuple[str, type[Outcome], str, str], list[FactRef]] = {}
    for outcome in sorted(outcomes, key=lambda each: (each.subject.place, ranks.index(type(each)))):
        key = (outcome.subject.place, type(outcome), outcome.subject.aspect.value, _why(outcome))
        groups.setdefault(key, []).append(outcome.subject)
    return tuple(
        OutcomeGroup(
            *_TONES[kind],
            titles.get(place, place),
            told_facts(subjects[0].aspect, [each.name for each in subjects]),
            why,
        )
        for (place, kind, _, why), subjects in groups.items()
    )


def worst_first(groups: Sequence[OutcomeGroup]) -> list[OutcomeGroup]:
    """Put what needs eyes before what is verified."""
    words = [word for _, _, word in _TONES.values()]
    return sorted(groups, key=lambda group: words.index(group.word))


def by_word(page_visit: PageVisit | None) -> frozenset[FactRef]:
    """Return the facts of a page that only a person can see."""
    steps = page_visit.visit.steps if page_visit else ()
    return frozenset(fact for step in steps if step.proof is Verification.ATTESTATION for fact in step.settles)


def _clicks(page_visit: PageVisit | None) -> dict[tuple[str, str], str]:
    """{(supplier, entity): what the person was told to do with its box}."""
    return {
        (subject.supplier, entity_key(click.label)): _SAID[click.do]
        for step in (page_visit.visit.steps if page_visit else ())
        for subject in step.settles
        for way in step.ways
        for click in way.clicks
        if click.do in _SAID
    }


def _why(outcome: Outcome) -> str:
    match outcome:
        case Verified(_, evidence, absent):
            gone = "taken away; " if absent else ""
            return gone + (proven(evidence) if isinstance(evidence, Attested) else "Bromcom was asked")
        case Failed(_, reason):
            return reason
        case Contradicted(_, seen) | Pending(_, seen) | Skipped(_, seen):
            return seen
