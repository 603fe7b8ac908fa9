"""Outcomes for people: what became of what a plan asked for, and how that is proven.

greenfield/groupcall
  verified      entities Attendances, Students · probed: findEntitiesBySchoolID
  contradicted  entity Staff · absent, and should be granted
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, assert_never

from reconciler.codec.outcomes import OUTCOME, outcome_name
from reconciler.model.aspect import Aspect
from reconciler.model.evidence import Attested, Evidence, Probed
from reconciler.model.outcome import Contradicted, Failed, Outcome, Pending, Skipped, Verified
from reconciler.model.plan import Plan
from reconciler.report.escape import in_lines, printable, printed
from reconciler.report.labels import ALL, KINDS, attested, plural
from reconciler.report.style import Paint, Style, plain

ORDER: Final = ("contradicted", "failed", "pending", "skipped", "verified")  # what needs eyes comes first
_TONES: Final = {
    "verified": Style.GOOD,
    "contradicted": Style.BROKEN,
    "failed": Style.ATTENTION,
    "pending": Style.ATTENTION,
    "skipped": Style.QUIET,
}
_WIDTH: Final = max(map(len, ORDER))
_NARROWEST: Final = 24  # columns in which words still read as lines


def render_outcomes(
    outcomes: Sequence[Outcome],
    others: Sequence[str] = (),
    not_seen: int = 0,
    *,
    paint: Paint = plain,
    columns: int | None = None,
) -> str:
    """The outcomes place by place, what else differs there, and the counts.

    not_seen  how many facts nobody knew, when the plan was made or now, beside those that were due
    columns   how wide a terminal is; None leaves lines as long as they are
    """
    lines = list(outcome_lines(outcomes, paint=paint, columns=columns))
    lines += ["", *other_lines(others)] if others else []
    lines += ["", f"Outcomes: {told_counts(outcomes)}."]
    lines += [not_seen_line(not_seen)] if not_seen else []
    return "\n".join(lines).lstrip("\n") + "\n"


def not_seen_line(number: int) -> str:
    """That a plan which is done says nothing of everything."""
    return f"{plural(number, 'fact')} could not be seen, when this plan was made or now: plan again."


def outcome_lines(
    outcomes: Sequence[Outcome], *, paint: Paint = plain, columns: int | None = None, indent: str = ""
) -> Iterator[str]:
    """A heading for each place, and a line for all facts of a kind that have one outcome for one reason."""
    for place, group in groupby(outcomes, key=lambda outcome: outcome.subject.place):
        yield indent + paint(printable(place), Style.SCHOOL)
        for (name, aspect, why), names in _alike(group).items():
            room = (columns or 0) - len(indent) - _WIDTH - 4
            told = f"{told_facts(aspect, names)}{why}"
            rows = in_lines(told, room) if room >= _NARROWEST else [told]
            below = "\n" + indent + " " * (_WIDTH + 4)
            yield f"{indent}  {paint(f'{name:<{_WIDTH}}', _TONES[name])}  {below.join(rows)}"


def other_lines(others: Iterable[str]) -> Iterator[str]:
    """What differs beside the plan, under a heading."""
    yield "Different too, and not in this plan (plan again to settle it):"
    yield from (f"  {printable(line)}" for line in others)


def told_counts(outcomes: Iterable[Outcome]) -> str:
    """`2 contradicted, 5 verified`; `nothing was due` for none."""
    counts = Counter(map(outcome_name, outcomes))
    return ", ".join(f"{counts[name]} {name}" for name in ORDER if counts[name]) or "nothing was due"


def proven(evidence: Evidence) -> str:
    """How a fact is known."""
    match evidence:
        case Probed(call):
            return f"probed: {printable(call)}"
        case Attested():
            return attested(evidence)
        case _:
            assert_never(evidence)


def _alike(outcomes: Iterable[Outcome]) -> dict[tuple[str, Aspect, str], list[str]]:
    """{(outcome, aspect, why): names}, what needs eyes first."""
    found: dict[tuple[str, Aspect, str], list[str]] = {}
    for outcome in sorted(outcomes, key=lambda outcome: ORDER.index(outcome_name(outcome))):
        subject = outcome.subject
        found.setdefault((outcome_name(outcome), subject.aspect, _why(outcome)), []).append(subject.name)
    return found


def _why(outcome: Outcome) -> str:
    """What stands behind the names."""
    match outcome:
        case Verified(_, evidence, absent):
            return f"{' taken away' if absent else ''} · {proven(evidence)}"
        case Contradicted(_, told) | Pending(_, told) | Skipped(_, told) | Failed(_, told):
            return f" · {printable(told)}"
        case _:
            assert_never(outcome)


def told_facts(aspect: Aspect, names: Sequence[str]) -> str:
    """Facts of one aspect, by name: `entities Attendances, Students`."""
    if aspect is Aspect.READ and list(names) == ["*"]:
        return "all declared entities"
    if aspect in ALL and list(names) == ["*"]:
        return f"no {ALL[aspect]}"
    kind = "entities" if aspect is Aspect.READ and len(names) > 1 else KINDS[aspect]
    return f"{kind} {', '.join(map(printable, names))}"


FORMAT_VERSION: Final = 1


def render_outcomes_json(
    plan: Plan, outcomes: Sequence[Outcome], others: Sequence[str], not_seen: int, *, version: str
) -> str:
    """The outcomes of an approved plan, an outcome a line; the same bytes for the same state. `not_seen` is how many
    facts nobody knew when the plan was made, beside those that were due."""
    counts = Counter(map(outcome_name, outcomes))
    head = {
        "formatVersion": FORMAT_VERSION,
        "tool": {"name": "reconciler", "version": version},
        "workspace": plan.workspace,
        "fingerprint": plan.fingerprint,
        "counts": {name: counts[name] for name in ORDER},
        "notSeen": not_seen,
        "others": list(others),
    }
    lines = [f"  {_json(key)}: {_json(value)}," for key, value in head.items()]
    rows = ",\n".join(f"    {_json(OUTCOME.dump(outcome))}" for outcome in outcomes)
    return "{\n" + "\n".join(lines) + '\n  "outcomes": [' + (f"\n{rows}\n  " if rows else "") + "]\n}\n"


def _json(value: object) -> str:
    return printed(json.dumps(value, ensure_ascii=False))
