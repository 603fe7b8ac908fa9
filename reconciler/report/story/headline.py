"""The first sentences of a report: the verdict with numbers, then the worst, the work, and what was not checked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from reconciler.codec.snapshot import told_age
from reconciler.model.aspect import Aspect
from reconciler.model.plan import Breach, Orphan
from reconciler.model.review import Edit, LiveStatus, ManifestField, NoReview, Review
from reconciler.planning.risk import UNRECOGNISED
from reconciler.report.input import ReportInput
from reconciler.report.labels import perhaps, plural
from reconciler.report.rich_text import Mark, Part
from reconciler.report.story.difference_counts import difference_counts, unchecked
from reconciler.report.story.differences import DifferenceRows
from reconciler.report.story.orphans import orphan_sentences
from reconciler.report.story.phrases import IS_CALLED, PART_OF_A_WHOLE, value_part
from reconciler.report.story.requests import RequestedChanges
from reconciler.report.story.rows import Row, Weight
from reconciler.report.story.snapshot_age import older_schools
from reconciler.report.story.unknown_lines import other_schools
from reconciler.report.story.without_entities import without_entities

_FEW: Final = 3  # suppliers that are called by name
_LOUD: Final = {
    ManifestField.SERVICE: "where passwords go",
    ManifestField.PASSWORD: "where passwords come from",
    ManifestField.ACCOUNT: "which account is used",
    ManifestField.PURPOSE: "the purpose of a supplier",
    ManifestField.DOWNSTREAM: "who has the data from a supplier",
}
_LIMITED: Final = {
    "revoke": "take {} away{}, and the limit is {}",
    "widen": "add {}{}, and the limit is {}",
    "widenConsent": "open all students and staff to every supplier: the lawful basis would no longer be Consent",
}


class Point(NamedTuple):
    """One line under the headline: its label and its text."""

    label: str
    text: tuple[Part, ...]


def of_change(asked: RequestedChanges, titles: Mapping[str, str], review: Review) -> tuple[Part, ...]:
    """Say which suppliers may read or write more, if that is sensitive, which keep access that is no longer agreed, and
    what to look at first."""
    named = tuple(_renamed([*review.edits.where(lambda edit: edit.topic is ManifestField.NAME)]))
    if named and not (asked.more or asked.less or any(row.weight is Weight.LOUD for row in asked.other)):
        return (*named, Part("; no access changes."))
    effect = _of_change(asked, titles, review.orphans)
    return (*named, Part(". "), *effect) if named else effect


def _renamed(edits: Sequence[Edit]) -> Iterator[Part]:
    """Name what is called differently; many are counted."""
    if len(edits) > _FEW:
        yield Part(f"{len(edits)} schools, suppliers or folders are now called differently", Mark.LABEL)
        return
    for number, edit in enumerate(edits):
        if number:
            yield Part("; ")
        yield from (value_part(edit.before), Part(f" {IS_CALLED} "), value_part(edit.after))


def _of_change(asked: RequestedChanges, titles: Mapping[str, str], orphans: Sequence[Orphan]) -> tuple[Part, ...]:
    if not any(asked):
        return (Part("This change asks for nothing new: no access grows or shrinks."),)
    parts = [*_more(asked.more, titles), *_loud((*asked.more, *asked.other))]
    less = [row for row in asked.less if row.topic is not ManifestField.ACCESS]
    parts += [Part(f" {_suppliers(less)} read or write less.")] if less and not asked.more else []
    left = [part for sentence in orphan_sentences(orphans) for part in (*sentence, Part(" "))]
    return (*parts, Part(" "), *left[:-1]) if asked.more and left else (*left, *parts)


def _more(rows: Sequence[Row], titles: Mapping[str, str]) -> Iterator[Part]:
    if not rows:
        yield Part("No supplier may read or write more than before.")
        return
    suppliers = sorted({row.supplier for row in rows} - {""})
    yield from _named(suppliers, titles) if suppliers else [Part("Every supplier", Mark.LABEL)]
    yield Part(f" may read or write more than before {_at(rows)}.")
    sensitive = [row for row in rows if row.weight is Weight.SENSITIVE]
    if sensitive:
        yield from _sensitive(sensitive)
    elif not any(row.weight is Weight.LOUD for row in rows):
        yield Part(" None of it is known to be sensitive.")


def _sensitive(rows: Sequence[Row]) -> Iterator[Part]:
    """Name the sensitive entities; of a single one, say why."""
    names = {part.text: row.note for row in rows for item in row.items for part in item}
    yield Part(" Sensitive: ", Mark.LABEL)
    for number, (name, note) in enumerate([*names.items()][:_FEW]):
        yield Part(", " if number else "")
        yield Part(name, Mark.VALUE)
        yield Part(" (unrecognised)" if note == UNRECOGNISED and len(names) > 1 else "")
    if len(names) > _FEW:
        yield Part(f" and {len(names) - _FEW} more")
    yield Part(f" ({rows[0].note})." if len(names) == 1 and rows[0].note else ".")


def _at(rows: Iterable[Row]) -> str:
    schools = {name for row in rows for where in row.places for name in where.schools}
    return f"at {next(iter(schools))}" if len(schools) == 1 else f"at {plural(len(schools), 'school')}"


def _named(suppliers: Sequence[str], titles: Mapping[str, str]) -> Iterator[Part]:
    if len(suppliers) > _FEW:
        yield Part(f"{len(suppliers)} suppliers", Mark.LABEL)
        return
    for number, supplier in enumerate(suppliers):
        if number:
            yield Part(" and " if number == len(suppliers) - 1 else ", ")
        yield Part(titles.get(supplier, supplier), Mark.LABEL)


def _loud(rows: Iterable[Row]) -> Iterator[Part]:
    topics = {row.topic for row in rows if row.weight is Weight.LOUD}
    if Aspect.LAWFUL_BASIS in topics:
        opens = " It changes the lawful basis: every supplier can then read the records of all students and staff."
        yield Part(opens, Mark.LABEL)
    changed = [words for topic, words in _LOUD.items() if topic in topics]
    if changed:
        yield Part(f" It changes {' and '.join(changed)}: check that.", Mark.LABEL)


def _suppliers(rows: Sequence[Row]) -> str:
    return f"{plural(len({row.supplier for row in rows} - {''}), 'supplier')} may"


def of_state(material: ReportInput, found: DifferenceRows | None = None) -> tuple[Part, ...]:
    """The verdict on Bromcom as it is, with numbers; and the sensitive entities among `found`."""
    plan, summary = material.plan, material.plan.summary
    if material.orphans or summary.changes > len(material.pending):
        verdict = (Part("Action needed: ", Mark.LABEL), Part(f"{', '.join(difference_counts(material))}."))
        sensitive = [row for row in found.over if row.weight is Weight.SENSITIVE] if found else []
        return (*verdict, *_sensitive(sensitive)) if sensitive else verdict
    if material.pending:
        return (
            Part("Not carried out yet: ", Mark.LABEL),
            Part(f"{', '.join(difference_counts(material))}."),
        )
    if not summary.accesses and isinstance(material.review, Review) and material.review.passed:
        return (Part("This change touches no access.", Mark.LABEL),)
    if not summary.accesses:
        return (Part("Nothing was compared: ", Mark.LABEL), Part("the manifests in scope declare no access."))
    if not plan.complete:
        return (Part("Partly checked: ", Mark.LABEL), Part(f"no differences found, but {unchecked(plan)}."))
    if summary.waived:
        return (Part("In sync", Mark.LABEL), Part(", apart from what is accepted for now."))
    return (Part("In sync: ", Mark.LABEL), Part("everything is as agreed."))


def of_recalled(rows: Sequence[Row]) -> Iterator[Part]:
    """Differences of earlier nights that this one could not check, to end the headline."""
    number = sum(row.count for row in rows)
    if number:
        earlier = f"{plural(number, 'earlier difference')} could not be checked this time"
        yield Part(f" {earlier}, and may still be there.", Mark.LABEL)
        sensitive = [row for row in rows if row.weight is Weight.SENSITIVE]
        if sensitive:
            yield from _sensitive(sensitive)


def points(material: ReportInput, found: DifferenceRows) -> Iterator[Point]:
    """The lines under the headline."""
    plan, review = material.plan, material.review
    if isinstance(review, Review):
        yield Point("Already different before this change", tuple(_before(found.before, _scope(material))))
    effort = material.effort()
    work = effort or f"none{_scope(material)}."
    older = ", with the older differences" if found.before and effort else ""
    yield _point(f"Work{older}", f"{work[0].lower()}{work[1:]}")
    yield _point("Could not be checked", _unknown(material))
    claimed = sum(1 for _ in material.edits.where(lambda edit: edit.standing is LiveStatus.CLAIMED))
    if claimed:
        yield _point("Only this change says so", f"{plural(claimed, 'request')}: check them before you approve.")
    if material.part:
        yield _point("Part", f"{material.part.shard} of the schools {PART_OF_A_WHOLE}")
    if plan.recorded:
        age = f", {told_age(material.age)} old" if material.age is not None else ""
        when = f"{plan.recorded:%Y-%m-%d %H:%M} UTC"
        older = older_schools(material)
        longer = f" Older still: {older}." if older else ""
        yield _point("Compared with", f"the snapshot of {when}{age}, not with Bromcom itself.{longer}")
    if plan.summary.waived:
        yield _point("Accepted for now", f"{plural(plan.summary.waived, 'difference')}.")


def _point(label: str, text: str) -> Point:
    return Point(label, (Part(text),))


def _scope(material: ReportInput) -> str:
    """The limits of a `none`; empty if everything was checked."""
    if isinstance(material.review, Review) and material.review.passed:
        return " in what was checked"
    return "" if material.plan.complete else " in what could be checked"


def _before(rows: Sequence[Row], scope: str) -> Iterator[Part]:
    if not rows:
        yield Part(f"nothing{scope}.")
        return
    yield Part(f"{plural(sum(row.count for row in rows), 'difference')}.")
    sensitive = [row for row in rows if row.weight is Weight.SENSITIVE]
    if sensitive:
        yield from _sensitive(sensitive)


def _unknown(material: ReportInput) -> str:
    plan, review = material.plan, material.review
    summary = plan.summary
    text = "nothing: everything was checked." if plan.complete else "some schools did not answer."
    if not summary.accesses:
        text = "nothing was compared."
    elif plan.complete and isinstance(review, Review) and review.passed:
        text = "nothing in scope."
    if summary.unknown:
        need = "needs" if summary.attest == 1 else "need"
        only = f"; {summary.attest} of them {need} a person to look" if summary.attest else ""
        text = f"{summary.unknown} of {plural(summary.facts, 'fact')}{only}."
    if isinstance(review, Review) and review.passed:
        text += f" {untouched(review)}"
    return text


def untouched(review: Review) -> str:
    """Count the accesses out of scope, since the change leaves them as they are."""
    are = "was" if review.passed == 1 else "were"
    return f"{plural(review.passed, 'access', 'accesses')} {are} not checked: this change does not touch them."


def alarms(material: ReportInput) -> Iterator[tuple[Part, ...]]:
    """The sentences before all others: a base that cannot be read, a stopped check, a limit that is exceeded."""
    if isinstance(material.review, NoReview):
        base = material.review
        yield (
            Part("This change cannot be reviewed: ", Mark.LABEL),
            Part("the manifests of "),
            Part(base.base, Mark.VALUE),
            Part(f", which it started from, are wrong: {base.reason}. "),
            Part("It may let suppliers read or write more. The report shows only how Bromcom is now."),
        )
    if material.plan.interrupted:
        yield (Part("Stopped early: ", Mark.LABEL), Part("this shows only what was asked before the stop."))
    for told in other_schools(material):
        yield Part("Another school answers: ", Mark.LABEL), Part(told)
    titles = {access.address.supplier: access.particulars.title for access in material.plan.accesses}
    for each in without_entities(material.plan):
        yield Part(titles[each.supplier], Mark.LABEL), Part(f" {each.sentence}")
    for breach in material.plan.breaches:
        approval = Part(f"--accept {breach.name}", Mark.VALUE)
        excess = Part(_over(breach, material.called(breach.school)))
        yield Part("Over a limit: ", Mark.LABEL), excess, approval, Part(".")


def _over(breach: Breach, school: str) -> str:
    where = (f" at {school}" if breach.school else "") + perhaps(breach)
    what = _LIMITED[breach.limit].format(plural(breach.count, "permission"), where, breach.bound)
    return f"this would {what}. Needs explicit approval: "
