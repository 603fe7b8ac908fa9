"""The first sentences of a report for people: what would change, how much work it is, what is wrong or not known."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from reconciler.codec.snapshot import told_age
from reconciler.model.aspect import Aspect
from reconciler.model.plan import Breach, Orphan
from reconciler.model.review import Edit, LiveStatus, ManifestField, NoReview, Review
from reconciler.planning.risk import UNRECOGNISED
from reconciler.report.input import ReportInput
from reconciler.report.labels import plural
from reconciler.report.rich_text import Mark, Part
from reconciler.report.story.differences import DifferenceRows
from reconciler.report.story.orphans import orphan_sentences
from reconciler.report.story.phrases import IS_CALLED, value_part
from reconciler.report.story.requests import RequestedChanges
from reconciler.report.story.rows import Row, Weight
from reconciler.report.story.snapshot_age import older_schools
from reconciler.report.story.without_entities import without_entities

_FEW: Final = 3  # suppliers that are called by name
_LOUD: Final = {
    ManifestField.SERVICE: "where passwords go",
    ManifestField.PASSWORD: "where passwords come from",
    ManifestField.ACCOUNT: "which account is used",
    ManifestField.PURPOSE: "what a supplier does with the data",
}
_LIMITED: Final = {
    "revoke": "take {} away{} in one go, and the limit is {}",
    "widen": "give {} more{} in one go, and the limit is {}",
    "widenConsent": "open all students and staff to every supplier: the lawful basis would no longer be Consent",
}


class Point(NamedTuple):
    """One line under the headline: what it is about, and what is said of it."""

    about: str
    said: tuple[Part, ...]


def of_change(asked: RequestedChanges, titles: Mapping[str, str], review: Review) -> tuple[Part, ...]:
    """Say who gets to read or write more, if that is sensitive, who keeps access that is no longer agreed, and what to
    look at first."""
    named = tuple(_renamed([edit for edit in review.edits if edit.topic is ManifestField.NAME]))
    if named and not (asked.more or asked.less or any(row.weight is Weight.LOUD for row in asked.other)):
        return (*named, Part("; nobody's access changes.", Mark.LABEL))
    told = _of_change(asked, titles, review.orphans)
    return (*named, Part(". "), *told) if named else told


def _renamed(edits: Sequence[Edit]) -> Iterator[Part]:
    """Name what is called differently; count it if it is much."""
    if len(edits) > _FEW:
        yield Part(f"{len(edits)} schools, suppliers or folders are now called differently", Mark.LABEL)
        return
    for number, edit in enumerate(edits):
        if number:
            yield Part("; ")
        yield from (value_part(edit.before), Part(f" {IS_CALLED} "), value_part(edit.after))


def _of_change(asked: RequestedChanges, titles: Mapping[str, str], orphans: Sequence[Orphan]) -> tuple[Part, ...]:
    if not any(asked):
        return (Part("This change asks for nothing new: nobody gets to read or write more, or less."),)
    parts = [*_more(asked.more, titles), *_loud((*asked.more, *asked.other))]
    less = [row for row in asked.less if row.topic is not ManifestField.ACCESS]
    parts += [Part(f" {_who(less)} to read or write less.")] if less and not asked.more else []
    left = [part for sentence in orphan_sentences(orphans) for part in (*sentence, Part(" "))]
    return (*parts, Part(" "), *left[:-1]) if asked.more and left else (*left, *parts)


def _more(rows: Sequence[Row], titles: Mapping[str, str]) -> Iterator[Part]:
    if not rows:
        yield Part("Nobody gets to read or write more than before.")
        return
    suppliers = sorted({row.supplier for row in rows} - {""})
    yield from _named(suppliers, titles) if suppliers else [Part("Every supplier", Mark.LABEL)]
    gets = "get" if len(suppliers) > 1 else "gets"
    yield Part(f" {gets} to read or write more than before {_at(rows)}.")
    sensitive = [row for row in rows if row.weight is Weight.SENSITIVE]
    if sensitive:
        yield from _sensitive(sensitive)
    elif not any(row.weight is Weight.LOUD for row in rows):
        yield Part(" Nothing of it is known to be sensitive.")


def _sensitive(rows: Sequence[Row]) -> Iterator[Part]:
    """What of it is sensitive, by name, with what is known of it where it is one alone."""
    names = {part.text: row.note for row in rows for item in row.items for part in item}
    yield Part(" Sensitive in it: ", Mark.LABEL)
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
        yield Part(" It changes the lawful basis: every supplier may then read everybody's records.", Mark.LABEL)
    told = [words for topic, words in _LOUD.items() if topic in topics]
    if told:
        yield Part(f" It changes {' and '.join(told)}: look at that.", Mark.LABEL)


def _who(rows: Sequence[Row]) -> str:
    suppliers = {row.supplier for row in rows} - {""}
    return f"{plural(len(suppliers), 'supplier')} {'gets' if len(suppliers) == 1 else 'get'}"


def of_state(material: ReportInput, found: DifferenceRows) -> tuple[Part, ...]:
    """How Bromcom stands to what is agreed, where no change is under review."""
    plan = material.plan
    summary = plan.summary
    if not summary.accesses:
        return (Part("Nothing was compared: no access is agreed here."),)
    over, missing, logins, other = summary.revoke, summary.grant, summary.mend_login, summary.set
    told = [f"suppliers read or write {plural(over, 'thing')} more than is agreed"] if over else []
    told += [f"{missing} agreed {'thing is' if missing == 1 else 'things are'} missing"] if missing else []
    told += [f"{logins} {'login is' if logins == 1 else 'logins are'} refused"] if logins else []
    told += [f"{plural(other, 'thing')} set otherwise"] if other else []
    if told:
        sensitive = [row for row in found.over if row.weight is Weight.SENSITIVE]
        parts = (Part("In Bromcom it is not as agreed: ", Mark.LABEL), Part(f"{', '.join(told)}."))
        return (*parts, *_sensitive(sensitive)) if sensitive else parts
    if not plan.complete:
        return (Part("No difference was seen, and not everything was seen."),)
    apart = ", apart from what is accepted" if summary.waived else ""
    return (Part(f"In sync: in Bromcom everything is as agreed{apart}.", Mark.LABEL),)


def of_recalled(rows: Sequence[Row]) -> Iterator[Part]:
    """Go on with the headline where earlier nights saw differences that this one did not see."""
    number = sum(row.count for row in rows)
    if number:
        was = "a difference of an earlier night" if number == 1 else f"{number} differences of earlier nights"
        yield Part(f" Not seen this time, and perhaps still there: {was}.", Mark.LABEL)
        sensitive = [row for row in rows if row.weight is Weight.SENSITIVE]
        if sensitive:
            yield from _sensitive(sensitive)


def points(material: ReportInput, found: DifferenceRows) -> Iterator[Point]:
    """What else is to be known at one look."""
    plan, review = material.plan, material.review
    if isinstance(review, Review):
        yield Point("Wrong already before this change", tuple(_before(found.before, _as_far_as(material))))
    work = material.effort() or f"nothing{_as_far_as(material)}."
    older = ", older differences included" if found.before and material.effort() else ""
    yield _point(f"How much work{older}", f"{work[0].lower()}{work[1:]}")
    yield _point("Not known", _unknown(material))
    said = sum(edit.standing is LiveStatus.CLAIMED for edit in review.edits) if isinstance(review, Review) else 0
    if said:
        what = f"{plural(said, 'thing')} that this change asks for"
        yield _point("Known by its own word alone", f"{what}: whoever wrote it says so, and nobody has looked since.")
    if plan.recorded:
        age = f"{told_age(material.age)} old, " if material.age is not None else ""
        when = f"{plan.recorded:%Y-%m-%d %H:%M} UTC"
        older = older_schools(material)
        longer = f" Seen longer ago: {older}." if older else ""
        yield _point("Looked at", f"a record of Bromcom, {age}made {when}; not Bromcom itself.{longer}")
    if plan.summary.waived:
        yield _point("Accepted for now", f"{plural(plan.summary.waived, 'difference')}.")


def _point(about: str, said: str) -> Point:
    return Point(about, (Part(said),))


def _as_far_as(material: ReportInput) -> str:
    """How much `nothing` is said of; empty where all was looked at and seen."""
    if isinstance(material.review, Review) and material.review.passed:
        return " in what was looked at"
    return "" if material.plan.complete else " that could be seen"


def _before(rows: Sequence[Row], as_far_as: str) -> Iterator[Part]:
    if not rows:
        yield Part(f"nothing{as_far_as}.")
        return
    yield Part(f"{plural(sum(row.count for row in rows), 'difference')}.")
    sensitive = [row for row in rows if row.weight is Weight.SENSITIVE]
    if sensitive:
        yield from _sensitive(sensitive)


def _unknown(material: ReportInput) -> str:
    plan, review = material.plan, material.review
    summary = plan.summary
    told = "nothing: all of it was seen." if plan.complete else "some schools gave no answer."
    if not summary.accesses:
        told = "nothing was looked at."
    elif plan.complete and isinstance(review, Review) and review.passed:
        told = "nothing of what was looked at."
    if summary.unknown:
        only = f"; {summary.attest} of them only a person can see" if summary.attest else ""
        told = f"{summary.unknown} of {plural(summary.facts, 'fact')}{only}."
    if isinstance(review, Review) and review.passed:
        left = plural(review.passed, "access", "accesses")
        told += f" {left} that this change does not touch {'was' if review.passed == 1 else 'were'} not looked at."
    return told


def alarms(material: ReportInput) -> Iterator[tuple[Part, ...]]:
    """What must be seen before anything else: what cannot be told, a part of a picture, a limit that is gone over."""
    if isinstance(material.review, NoReview):
        base = material.review
        yield (
            Part("What this change asks for cannot be told: ", Mark.LABEL),
            Part("the files of "),
            Part(base.base, Mark.VALUE),
            Part(f", which it began from, are wrong: {base.reason}. "),
            Part("So nobody can say here who gets to read or write more. Below stands how things are."),
        )
    if material.plan.interrupted:
        yield (Part("The check was stopped before everything was asked: ", Mark.LABEL), Part("this is a part of it."))
    titles = {access.address.supplier: access.particulars.title for access in material.plan.accesses}
    for each in without_entities(material.plan):
        before, name, after = each.told.split("`")
        yield (Part(titles[each.supplier], Mark.LABEL), Part(f" {before}"), Part(name, Mark.VALUE), Part(after))
    for breach in material.plan.breaches:
        approval = Part(f"--accept {breach.name}", Mark.VALUE)
        yield (Part("Over a limit: ", Mark.LABEL), Part(_over(breach)), approval, Part("."))


def _over(breach: Breach) -> str:
    where = f" at {breach.school}" if breach.school else ""
    what = _LIMITED[breach.limit].format(plural(breach.count, "thing"), where, breach.bound)
    return f"this would {what}. It needs explicit approval: "
