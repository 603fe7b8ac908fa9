"""A plan -> one section for each school and access with something to report, the riskiest first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple

from reconciler.model.address import school_label
from reconciler.model.aspect import Action, Aspect, Risk
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.entity import Care, Reach, entity_key
from reconciler.model.evidence import Attested, Known
from reconciler.model.live import Login
from reconciler.model.plan import AccessPlan, SchoolPlan, Via
from reconciler.model.review import Edit
from reconciler.planning.ranking import Kind, Rank, first
from reconciler.planning.risk import Sensitivity
from reconciler.report.input import ReportInput
from reconciler.report.labels import ended_said, plural
from reconciler.report.rich_text import Mark, Part
from reconciler.report.story.section_lines import (
    SectionLine,
    lines,
    of_changes,
    of_denied,
    of_edits,
    of_reported,
    of_unknown,
    of_vouched,
)
from reconciler.report.story.unknown_lines import is_down

_FIELDS: Final = {
    Action.MEND_LOGIN: "refused",
    Action.REVOKE: "over",
    Action.GRANT: "missing",
    Action.SET: "otherwise",
}


class Tally(NamedTuple):
    """The counts of one access, or of a school's own.

    refused    logins; 1 or 0
    over       permissions too many
    sensitive  among those that are too many, missing or only reported
    accepted   accepted by a waiver
    reported   extra entities that are only reported
    asked      requests of the change under review, done or not
    """

    refused: int = 0
    over: int = 0
    missing: int = 0
    otherwise: int = 0
    sensitive: int = 0
    accepted: int = 0
    reported: int = 0
    unknown: int = 0
    asked: int = 0

    @property
    def words(self) -> str:
        """`2 too many, 1 missing, 1 of them sensitive`."""
        counts = (
            ("{} too many", self.over),
            ("{} missing", self.missing),
            ("{} set differently", self.otherwise),
            ("{} only reported", self.reported),
            ("{} of them sensitive", self.sensitive),
            ("{} accepted for now", self.accepted),
            ("{} could not be checked", self.unknown),
        )
        words = ["login refused"] if self.refused else []
        words += [template.format(count) for template, count in counts if count]
        words += [plural(self.asked, "request of this change", "requests of this change")] if self.asked else []
        return ", ".join(words) or "as agreed"

    @property
    def signs(self) -> str:
        """`⚠ ▲2 □1`: in a cell of a table, where the words do not fit."""
        counts = (
            ("▲", self.over),
            ("□", self.missing),
            ("≠", self.otherwise),
            ("~", self.accepted),
            ("·", self.reported),
            ("?", self.unknown),
        )
        signs = ["⚠"] * bool(self.sensitive) + ["⊘"] * self.refused
        return " ".join([*signs, *(f"{mark}{count}" for mark, count in counts if count)]) or "✓"

    @property
    def state(self) -> str:
        """The class of its cell: the worst that is not 0."""
        for name in ("refused", "over", "missing", "otherwise", "unknown", "reported", "accepted"):
            if getattr(self, name):
                return name
        return "agreed"


def tally(
    changes: Iterable[Change],
    unknown: Iterable[UnknownFacts],
    edits: Sequence[Edit],
    reported: Sequence[str] = (),
    sensitivity: Sensitivity | None = None,
) -> Tally:
    """Count differences, unknown facts, reported entities and requests."""
    counts = dict.fromkeys(Tally._fields, 0)
    for change in changes:
        if change.waived:
            counts["accepted"] += 1
            continue
        counts[_FIELDS[change.action]] += 1
        counts["sensitive"] += change.aspect is Aspect.READ and change.risk is Risk.HIGH
    counts["unknown"] = sum(item.facts for item in unknown)
    counts["asked"] = len(edits)
    counts["reported"] = len(reported)
    counts["sensitive"] += sum(bool(sensitivity.note(entity_key(name))) for name in reported) if sensitivity else 0
    return Tally(**counts)


_DOWN: Final = Rank(Kind.UNKNOWN, Care.PERSONAL, Reach.EVERYBODY)


@dataclass(frozen=True, slots=True)
class ReportSection:
    """An access; or a school with its own settings, if `supplier` is empty.

    school_title  the school's name for people
    rank      the rank of its first line
    counts    its differences in a few words
    about     the account, its login and its entities, in a line
    declared  the place in the manifests: `file:line`
    quiet     as agreed, with nothing to report
    down      a school that does not answer
    """

    school: str
    supplier: str
    title: str
    school_title: str
    rank: Rank
    tally: Tally
    counts: str
    about: tuple[Part, ...]
    declared: str
    lines: tuple[SectionLine, ...]
    quiet: bool
    down: bool = False

    @property
    def place(self) -> str:
        """`school/supplier`, or the school."""
        return f"{self.school}/{self.supplier}" if self.supplier else self.school


def sections(material: ReportInput) -> tuple[ReportSection, ...]:
    """The sections with something to report, in the order of `ranking`, then by place."""
    reported = (section for section in every_section(material) if not section.quiet)
    return tuple(sorted(reported, key=lambda section: (section.rank, section.school, section.supplier)))


def reported_places(material: ReportInput) -> Sequence[tuple[str, str]]:
    """The school and supplier of each section with something to report, without making any."""
    edits = material.edits_by_place()
    schools = [((school.name, ""), _is_quiet(school, edits.get((school.name, "")))) for school in material.plan.schools]
    accesses = [(access.address, _is_quiet(access, edits.get(access.address))) for access in material.plan.accesses]
    return [place for place, is_quiet in (*schools, *accesses) if not is_quiet]


def _is_quiet(part: SchoolPlan | AccessPlan, edits: Sequence[Edit] | None) -> bool:
    if part.changes or part.unknown or edits:
        return False
    return not (part.denied or part.reported if isinstance(part, AccessPlan) else is_down(part))


def every_section(material: ReportInput) -> Iterator[ReportSection]:
    """One for each school and access, in the plan's order, the schools first."""
    edits = material.edits_by_place()
    for school in material.plan.schools:
        yield _of_school(material, school, edits.get((school.name, ""), ()))
    contents: dict[object, _Content] = {}  # found once for accesses that are alike
    for access in material.plan.accesses:
        its = edits.get(access.address, ())
        alike: object = access.address
        if not (access.unknown or access.denied or access.reported or access.vouched):
            causes = material.causes_at(access.changes, *access.address)
            alike = id(access.changes), causes, id(its), access.address.supplier
        if alike not in contents:
            contents[alike] = _content(material, access, its)
        yield _of_access(material, access, its, contents[alike])


def _of_school(material: ReportInput, school: SchoolPlan, edits: Sequence[Edit]) -> ReportSection:
    down = is_down(school)
    counts = tally(school.changes, school.unknown, edits)
    section_lines = lines(
        chain(
            of_changes(material, school.changes, school.name, ""),
            of_edits(material, edits, school.name, ""),
            of_unknown(school.unknown),
            of_vouched(school.vouched),
        )
    )
    return ReportSection(
        school=school.name,
        supplier="",
        title="the school itself",
        school_title=school_label(school.title, school.name),
        rank=first([line.rank for line in section_lines] + [_DOWN] * down),
        tally=counts,
        counts="did not answer" if down else counts.words,
        about=(Part(f"School {school.school_id} on {school.platform}"), *_reached(school)),
        declared=f"{school.origin.file}:{school.origin.line}",
        lines=section_lines,
        quiet=_is_quiet(school, edits),
        down=down,
    )


class _Content(NamedTuple):
    """The part of a section that does not depend on its school."""

    tally: Tally
    counts: str
    lines: tuple[SectionLine, ...]
    rank: Rank


def _content(material: ReportInput, access: AccessPlan, edits: Sequence[Edit]) -> _Content:
    place = access.address
    counts = tally(access.changes, access.unknown, edits, access.reported, material.sensitivity)
    section_lines = lines(
        chain(
            of_changes(material, access.changes, *place),
            of_edits(material, edits, *place),
            of_denied(access.denied),
            of_unknown(access.unknown, access.declared),
            of_reported(material, access.reported),
            of_vouched(access.vouched),
        )
    )
    return _Content(counts, counts.words, section_lines, first([line.rank for line in section_lines]))


def _of_access(material: ReportInput, access: AccessPlan, edits: Sequence[Edit], content: _Content) -> ReportSection:
    return ReportSection(
        school=access.address.school,
        supplier=access.address.supplier,
        title=access.particulars.title,
        school_title=material.called(access.address.school),
        rank=content.rank,
        tally=content.tally,
        counts=content.counts,
        about=about(access),
        declared=f"{access.origin.file}:{access.origin.line}",
        lines=content.lines,
        quiet=_is_quiet(access, edits),
    )


def _reached(school: SchoolPlan) -> Iterator[Part]:
    if is_down(school):
        yield Part(f" · did not answer: {school.reason}")


def about(access: AccessPlan) -> tuple[Part, ...]:
    """The account, its login, and the number of its entities that it can read."""
    kind = "Account" if access.via is Via.ACCOUNT else "Partner application"
    parts = [Part(f"{kind} "), Part(access.name, Mark.VALUE)]
    if access.via is Via.ACCOUNT:
        parts.append(Part(f" · {_login(access)}"))
    if access.ended:
        parts.append(Part(f" · {ended_said(access.ended)}"))
    elif isinstance(access.granted, Known):
        entities = [change.action for change in access.changes if change.aspect is Aspect.READ]
        has = access.declared - entities.count(Action.GRANT)
        parts.append(Part(f" · can read {has} of {plural(access.declared, 'agreed entity', 'agreed entities')}"))
    if access.vouched:
        parts.append(Part(f" · {plural(sum(v.facts for v in access.vouched), 'fact')} confirmed by a person"))
    return tuple(parts)


def _login(access: AccessPlan) -> str:
    if not isinstance(access.login, Known):
        return "login could not be checked"
    if access.login.value is Login.REFUSED:
        return "login refused"
    return f"login {access.login.value.value}" + (
        ", confirmed by a person" if isinstance(access.login.evidence, Attested) else ""
    )
