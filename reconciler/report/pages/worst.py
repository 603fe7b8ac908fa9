"""The worst first: each thing that differs once, with all the places where it is so."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Change
from reconciler.model.history import HistorySummary
from reconciler.planning.ranking import of_change, together
from reconciler.report.input import ReportInput
from reconciler.report.pages.counts import CellCounts, change_counts, total
from reconciler.report.pages.since import different_since
from reconciler.report.rich_text import Mark, Part
from reconciler.report.story.differences import alike_places
from reconciler.report.story.phrases import change_phrase

MOST: Final = 8  # items that the overview shows
_NAMED: Final = 4  # entities, and schools, that a sentence names


class WorstItem(NamedTuple):
    """Differences of one kind of a supplier, at the schools where they are the same.

    supplier  empty for what is the schools' own
    said      the sentence after the supplier and the schools
    why       what it opens; may be empty
    since     since when; empty without a history
    """

    supplier: str
    title: str
    schools: tuple[tuple[str, str], ...]
    said: tuple[Part, ...]
    why: str
    since: str
    counts: CellCounts


def worst_items(material: ReportInput, history: HistorySummary | None) -> tuple[WorstItem, ...]:
    """All that differs and that no waiver accepts, in the order of `ranking`."""
    titles = {access.address.supplier: access.particulars.title for access in material.plan.accesses}
    found = []
    for (supplier, changes), schools in _grouped(material).items():
        ranks = [of_change(change, material.sensitivity) for change in changes]
        rank = together(ranks)._replace(many=-len(changes) * len(schools))
        named = tuple((school, material.called(school)) for school in sorted(schools))
        counts = total([change_counts(changes, material.sensitivity)] * len(schools))
        said, why = tuple(_said(changes)), _why(changes)
        since = different_since(history, [(school, supplier) for school in schools], changes)
        item = WorstItem(supplier, titles.get(supplier, supplier), named, said, why, since, counts)
        found.append((rank, supplier, named, item))
    return tuple(item for *_, item in sorted(found, key=lambda each: each[:3]))


def _grouped(material: ReportInput) -> dict[tuple[str, tuple[Change, ...]], list[str]]:
    """{(supplier, differences of one kind): the schools that have just those}. Refused logins of a supplier are one,
    though each has a username of its own."""
    groups: defaultdict[tuple[str, tuple[Change, ...]], list[str]] = defaultdict(list)
    refused: dict[str, Change] = {}
    for alike in alike_places(material):
        kinds: defaultdict[object, list[Change]] = defaultdict(list)
        for change in alike.changes:
            if not change.waived:
                kinds[of_change(change, material.sensitivity).kind, change.aspect].append(change)
        for changes in kinds.values():
            if changes[0].action is Action.MEND_LOGIN:
                changes = [refused.setdefault(alike.supplier, changes[0])]
            groups[alike.supplier, tuple(changes)].extend(alike.schools)
    return groups


def _said(changes: Sequence[Change]) -> Iterator[Part]:
    """Say what is so; of many entities the first ones are named."""
    first = changes[0]
    if first.action is Action.MEND_LOGIN:
        yield Part("has a login that Bromcom refuses.")
        return
    if first.aspect is not Aspect.READ or len(changes) == 1:
        for number, change in enumerate(changes[:_NAMED]):
            phrase = change_phrase(change)
            yield Part("; " if number else "")
            yield Part(f"{phrase.words} ")
            yield from phrase.item
            yield Part(f", {phrase.end}" if phrase.end else "")
        yield Part(f"; and {len(changes) - _NAMED} more." if len(changes) > _NAMED else ".")
        return
    is_over = first.action is Action.REVOKE
    yield Part(f"{'can' if is_over else 'cannot'} read {len(changes)} kinds of record")
    yield Part(" that nobody agreed to: " if is_over else " that are agreed: ")
    for number, change in enumerate(changes[:_NAMED]):
        yield Part(", " if number else "")
        yield Part(change.name, Mark.VALUE)
    yield Part(f" and {len(changes) - _NAMED} more." if len(changes) > _NAMED else ".")


def _why(changes: Sequence[Change]) -> str:
    """Say what it opens: the reasons that entities are sensitive, each once."""
    if changes[0].action is Action.MEND_LOGIN:
        return "Check the password in your file first, then the account and its ticks."
    notes = list(dict.fromkeys(change.note for change in changes if change.note))
    if not notes or changes[0].action is Action.GRANT:
        return ""
    more = f", and {len(notes) - _NAMED} more" if len(notes) > _NAMED else ""
    text = f"{'; '.join(notes[:_NAMED])}{more}."
    return text[:1].upper() + text[1:]
