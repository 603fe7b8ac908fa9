"""A plan -> one section for each school and access that there is something to say of, the riskiest first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from reconciler.model.change import Action, Aspect, Risk
from reconciler.model.fact import Attested, Known, Why
from reconciler.model.live import Login
from reconciler.model.plan import AccessPlan, Via
from reconciler.model.review import Cause, Effect, Review, Standing
from reconciler.planning.risk import rank
from reconciler.report.clicks import Mark, Part
from reconciler.report.counted import counted
from reconciler.report.differing import REPORTED, Difference, state_said
from reconciler.report.said import ASPECTS, WHY_TOLD, change_said, edit_said, standing_said
from reconciler.report.tally import Tally, tally
from reconciler.report.wording import SIGNS, attested
from reconciler.report.wording import waived as waived_said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reconciler.model.change import Change, Unseen
    from reconciler.model.origin import Origin
    from reconciler.model.plan import SchoolPlan, Vouched
    from reconciler.model.review import Edit
    from reconciler.report.material import Material
    from reconciler.report.said import Said

CAUSES: Final = {
    Cause.THIS_CHANGE: "this change",
    Cause.BEFORE: "so before this change",
    Cause.BOTH: "so before, and changed by this",
}
_NO_RISK: Final = 3  # nothing differs: something is unknown, or asked for and so already
_QUIET: Final = 4  # accepted, or only reported


class Line(NamedTuple):
    """One thing that is said of an access.

    sign       what kind it is, at one look; its meaning stands in `state` too
    sensitive  an entity that somebody must think about
    cause      where a difference comes from; empty where that is not known, or it is none
    """

    sign: str
    parts: tuple[Part, ...]
    state: str
    cause: str
    note: str
    origin: Origin | None
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """An access, or a school with what is its own; then `supplier` is empty.

    rank     its place: the highest risk of what differs or is asked for; then what is of this change before the rest
    counts   what there is to say, in a few words
    about    the account, its login and what it may read, in a line
    quiet    it is as agreed, and there is nothing to say of it
    down     it is a school that gives no answer
    """

    school: str
    supplier: str
    title: str
    rank: tuple[int, int]
    tally: Tally
    counts: str
    about: tuple[Part, ...]
    origin: Origin
    lines: tuple[Line, ...]
    quiet: bool
    down: bool = False

    @property
    def place(self) -> str:
        """`school/supplier`, or the school."""
        return f"{self.school}/{self.supplier}" if self.supplier else self.school


def sections(material: Material) -> tuple[Section, ...]:
    """Those of which there is something to say, the riskiest first, and by place where the risk is the same."""
    told = (section for section in every_section(material) if not section.quiet)
    return tuple(sorted(told, key=lambda section: (section.rank, section.school, section.supplier)))


def every_section(material: Material) -> Iterator[Section]:
    """One for each school and access, in the plan's order, the schools first."""
    review = material.review
    edits: defaultdict[tuple[str, str], list[Edit]] = defaultdict(list)
    for edit in review.edits if isinstance(review, Review) else ():
        edits[edit.school, edit.supplier].append(edit)
    for school in material.plan.schools:
        yield _of_school(material, school, edits.get((school.name, ""), ()))
    for access in material.plan.accesses:
        yield _of_access(material, access, edits.get((access.address.school, access.address.supplier), ()))


def _of_school(material: Material, school: SchoolPlan, edits: Sequence[Edit]) -> Section:
    down = isinstance(school.reachable, Known) and not school.reachable.value
    counts = tally(school.changes, school.unknown, edits)
    return Section(
        school=school.name,
        supplier="",
        title="the school itself",
        rank=_rank(material, school.changes, edits, school.name, ""),
        tally=counts,
        counts="gives no answer" if down else counts.words,
        about=(Part(f"School {school.school_id} on {school.platform}"), *_reached(school)),
        origin=school.origin,
        lines=(
            *_changes(material, school.changes, school.name, ""),
            *_edits(edits),
            *_unknown(school.unknown),
            *_vouched(school.vouched),
        ),
        quiet=not (school.changes or school.unknown or edits or down),
        down=down,
    )


def _of_access(material: Material, access: AccessPlan, edits: Sequence[Edit]) -> Section:
    place = access.address.school, access.address.supplier
    counts = tally(access.changes, access.unknown, edits)
    return Section(
        school=access.address.school,
        supplier=access.address.supplier,
        title=access.particulars.title,
        rank=_rank(material, access.changes, edits, *place),
        tally=counts,
        counts=counts.words,
        about=about(access),
        origin=access.origin,
        lines=(*_changes(material, access.changes, *place), *_edits(edits), *_others(access)),
        quiet=not (access.changes or access.unknown or access.denied or access.reported or edits),
    )


def _reached(school: SchoolPlan) -> Iterator[Part]:
    if isinstance(school.reachable, Known) and not school.reachable.value:
        yield Part(f" · it gives no answer: {school.reason}")


def _rank(
    material: Material, changes: Iterable[Change], edits: Iterable[Edit], school: str, supplier: str
) -> tuple[int, int]:
    """The highest risk of what differs or is asked for; then this change before what was there."""
    risks = [rank(change.risk) for change in changes if not change.waived]
    more = [rank(edit.risk) for edit in edits if edit.effect is Effect.MORE]
    ours = more or any(
        material.cause(change, school, supplier) is not Cause.BEFORE for change in changes if not change.waived
    )
    lowest = _NO_RISK if not changes else _QUIET
    return min([*risks, *more], default=lowest), 0 if ours else 1


def _changes(material: Material, changes: Iterable[Change], school: str, supplier: str) -> Iterator[Line]:
    for change in changes:
        cause = material.cause(change, school, supplier)
        notes = [change.note, waived_said(change.waived) if change.waived else ""]
        yield Line(
            sign="~" if change.waived else SIGNS[change.action][0],
            parts=sentence(change_said(change)),
            state=state_said(Difference(school, supplier, change, None)),
            cause=CAUSES[cause] if cause else "",
            note="; ".join(filter(None, notes)),
            origin=change.origin,
            sensitive=change.aspect is Aspect.READ and change.risk is Risk.HIGH,
        )


def _edits(edits: Iterable[Edit]) -> Iterator[Line]:
    """What is asked for and makes no difference that is listed already."""
    for edit in edits:
        if not (edit.standing is Standing.DUE and isinstance(edit.topic, Aspect)):
            yield Line(
                sign={Standing.THERE: "=", Standing.UNKNOWN: "?"}.get(edit.standing, "·"),
                parts=sentence(edit_said(edit)),
                state=standing_said(edit),
                cause=CAUSES[Cause.THIS_CHANGE],
                note=edit.note,
                origin=edit.origin,
                sensitive=edit.topic is Aspect.READ and edit.risk is Risk.HIGH,
            )


def _others(access: AccessPlan) -> Iterator[Line]:
    for word in access.denied:
        said = (Part(f"{ASPECTS[word.subject.aspect.value]}: "), Part(word.said, Mark.VALUE))
        by = f"{word.evidence.by} said so on {word.evidence.on.date().isoformat()}; {word.seen}"
        yield Line("!", said, "said, and not believed", "", by, word.evidence.origin)
    yield from _unknown(access.unknown)
    for name in access.reported:
        yield Line("·", (Part("reads "), Part(name, Mark.VALUE)), REPORTED, "", "", None)
    yield from _vouched(access.vouched)


def _vouched(vouched: Iterable[Vouched]) -> Iterator[Line]:
    for word in vouched:
        name = f" {word.name}" if word.name not in ("", "*") else ""
        parts = (Part(f"{ASPECTS[word.aspect.value]}{name}"),)
        yield Line("=", parts, "so already, as somebody says", "", attested(word.evidence), word.evidence.origin)


def _unknown(unknown: Iterable[Unseen]) -> Iterator[Line]:
    for item in unknown:
        what = ASPECTS[item.aspect.value]
        if item.name == "*":
            parts: tuple[Part, ...] = (Part(f"{what}: {counted(item.facts, 'entity', 'entities')}"),)
        else:
            parts = (Part(f"{what} "), Part(item.name, Mark.VALUE))
        why = WHY_TOLD[item.why] if item.why is Why.NO_PROBE else item.reason
        yield Line("?", parts, "not known", "", why, item.origin)


def about(access: AccessPlan) -> tuple[Part, ...]:
    """The account, its login, and how many of its entities it may read."""
    kind = "Account" if access.via is Via.ACCOUNT else "Partner application"
    parts = [Part(f"{kind} "), Part(access.name, Mark.VALUE)]
    if access.via is Via.ACCOUNT:
        parts.append(Part(f" · {_login(access)}"))
    if isinstance(access.granted, Known):
        entities = [change.action for change in access.changes if change.aspect is Aspect.READ]
        has = access.declared - entities.count(Action.GRANT)
        parts.append(Part(f" · reads {has} of {counted(access.declared, 'agreed entity', 'agreed entities')}"))
    if access.vouched:
        parts.append(Part(f" · {counted(sum(v.facts for v in access.vouched), 'fact')} by somebody's word"))
    return tuple(parts)


def _login(access: AccessPlan) -> str:
    if not isinstance(access.login, Known):
        return "nobody knows whether the login works"
    if access.login.value is Login.REFUSED:
        return "its login is refused"
    return "the login works" + (", as somebody says" if isinstance(access.login.evidence, Attested) else "")


def sentence(said: Said) -> tuple[Part, ...]:
    """A sentence of one item."""
    parts = [Part(f"{said.words} " if said.item else said.words), *said.item]
    return (*parts, Part(f", {said.end}")) if said.end else tuple(parts)
