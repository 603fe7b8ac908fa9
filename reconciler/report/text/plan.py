"""A plan as text: the verdict and its numbers, then the differences line by line.

Action needed: 1 permission too many, 2 missing.

greenfield  School 12345 on scomis
  groupcall  login works · 73 of 75 entities granted · 1 too many
    missing   Students      suppliers/groupcall.yaml:14
    too much  PersonPhotos  photographs of pupils
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, assert_never

from reconciler.model.address import school_label
from reconciler.model.aspect import Action, Aspect
from reconciler.model.attestation import ContradictedClaim
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Attested, Known, UnknownReason
from reconciler.model.live import Login
from reconciler.model.plan import AccessPlan, Plan, SchoolPlan, Via
from reconciler.report.escape import in_lines, printable
from reconciler.report.input import ReportInput
from reconciler.report.labels import ALL, CAUSES, DIFFERENCES, KINDS, attested, ended_said, plural, waived
from reconciler.report.story.coming import coming_lines
from reconciler.report.story.earlier import recalled_lines
from reconciler.report.story.orphans import orphan_lines
from reconciler.report.story.unknown_lines import UnknownGroup, is_down, no_password_at_all, unknown_groups, what_of
from reconciler.report.style import Paint, Style, plain
from reconciler.report.text.many import MANY, lines_of_many
from reconciler.report.text.review import review_lines
from reconciler.report.text.summary import summary_lines

_NARROWEST: Final = 24  # columns in which text can still be wrapped
_WIDEST_NAME: Final = 40  # a longer name pushes only its own line aside
_STATE_WIDTH: Final = 8


def render_text(material: ReportInput, *, paint: Paint = plain, columns: int | None = None) -> str:
    """Render the plan. Schools and accesses with nothing to report are counted, not listed; many schools are a table.

    columns  the terminal's width, for wrapping; None leaves lines as long as they are
    """
    plan = material.plan
    width = max((len(_title(school)) for school in plan.schools), default=0)
    no_password = no_password_at_all(plan)
    if material.everything or len(plan.schools) <= MANY:
        page = _Page(material, paint, columns, width, _name_width(plan), no_password)
        accesses = {school: list(group) for school, group in groupby(plan.accesses, key=lambda a: a.address.school)}
        lines = page.schools(accesses)
    else:
        lines = lines_of_many(material, paint, columns)
    if no_password:
        number = sum(any(item.why is UnknownReason.NO_SECRET for item in access.unknown) for access in plan.accesses)
        lines.append(paint(f"{_accesses(number)} not checked: {printable(no_password)}", Style.ATTENTION))
    text = [
        *_folded(summary_lines(material, paint), columns),
        *review_lines(material, paint, columns),
        *_folded(orphan_lines(material, paint), columns),
        *_folded(recalled_lines(material, paint), columns),
        *_folded(coming_lines(material, paint), columns),
        *([""] if lines else []),
        *lines,
    ]
    return "\n".join(text) + "\n"


def _folded(lines: Iterable[str], columns: int | None) -> Iterator[str]:
    """Wrap lines that are too long for the terminal. A command stays on one line, for copying."""
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip(" ")) + 2)
        yield from in_lines(line, columns, indent) if columns and line else [line]


@dataclass(frozen=True, slots=True)
class _Page:
    """The layout: colour, the page's width, and the widths of the columns with schools and names."""

    material: ReportInput
    paint: Paint
    columns: int | None
    school_width: int
    name_width: int
    no_password: str  # the reason that holds for all accesses

    def schools(self, accesses: Mapping[str, Sequence[AccessPlan]]) -> list[str]:
        """The lines of each school with something to report; the others are counted."""
        lines: list[str] = []
        quiet = [0, 0]
        for school in self.material.plan.schools:
            its = accesses.get(school.name, [])
            school_lines = list(self.school(school, its))
            if not school_lines and all(access.in_sync for access in its):
                quiet = [quiet[0] + 1, quiet[1] + len(its)]
            lines += school_lines
        if lines and quiet[0]:
            lines.append(self.paint(f"{plural(quiet[0], 'school')} with {_accesses(quiet[1])} in sync", Style.QUIET))
        return lines

    def school(self, school: SchoolPlan, accesses: Sequence[AccessPlan]) -> Iterator[str]:
        """The school's line and those of its accesses; empty if there is nothing to report."""
        down, wrong = is_down(school), school.right_school is False
        lines = [line for access in accesses for line in self.access(access, school_down=down or wrong)]
        if not (lines or school.changes or school.unknown or down):
            return
        title = self.paint(f"{_title(school):<{self.school_width}}", Style.SCHOOL)
        service = f"  School {school.school_id} on {school.platform}"
        yield from self.down(school, accesses, title, service) if down else [title + service]
        for change in school.changes:
            yield self.change(change, school.name, "", indent="  ")
        if not wrong:  # the difference says it all
            yield from self.unknown([UnknownGroup(what_of(item, school), item) for item in school.unknown], indent="  ")
        for vouch in school.vouched:
            yield self.row("  ", "agreed", _label(vouch.aspect, vouch.name), Style.QUIET, attested(vouch.evidence))
        yield from lines
        in_sync = sum(access.in_sync and not (access.reported or access.denied) for access in accesses)
        if in_sync and lines:
            yield self.paint(f"  {_accesses(in_sync)} in sync", Style.QUIET)

    def down(self, school: SchoolPlan, accesses: Sequence[AccessPlan], title: str, service: str) -> Iterator[str]:
        """The line of a school that does not answer, with the reason; wrapped if the terminal is narrow."""
        blind = sum(bool(access.unknown) for access in accesses)
        why = f"unreachable: {printable(school.reason)}; {_accesses(blind)} not checked"
        if self.columns is None or self.school_width + len(service) + 2 + len(why) <= self.columns:
            yield f"{title}{service}  {self.paint(why, Style.ATTENTION)}"
            return
        yield title + service
        below = in_lines(why, self.columns - 2)
        yield from (f"  {self.paint(line, Style.ATTENTION)}" for line in below)

    def access(self, access: AccessPlan, *, school_down: bool) -> Iterator[str]:
        """The lines of an access; none if it is in sync, or unknown only because its school is down."""
        unknown = [one for one in unknown_groups(access, school_down=school_down) if not self._is_covered(one.item)]
        if not (access.changes or unknown or access.reported or access.denied):
            return
        yield f"  {access.address.supplier}  {self.headline(access)}"
        for change in access.changes:
            yield self.change(change, *access.address, indent="    ")
        for denied in access.denied:
            yield self.denied(denied)
        yield from self.unknown(unknown, indent="    ")
        for name in access.reported:
            yield self.reported(name)

    def reported(self, name: str) -> str:
        """One extra entity that is only reported, with the reason it matters."""
        note = self.material.sensitivity.note(entity_key(name))
        return self.row("    ", "reported", name, Style.REVOKE if note else Style.QUIET, note)

    def _is_covered(self, item: UnknownFacts) -> bool:
        return bool(self.no_password) and item.why is UnknownReason.NO_SECRET

    def headline(self, access: AccessPlan) -> str:
        """The login, the number of entities granted, and of facts that a person confirms."""
        parts = [self.login(access) if access.via is Via.ACCOUNT else "partner application"]
        if access.ended:
            parts.append(ended_said(access.ended))
        elif isinstance(access.granted, Known):
            entities = [change.action for change in access.changes if change.aspect is Aspect.READ]
            missing, extra = entities.count(Action.GRANT), entities.count(Action.REVOKE)
            parts.append(f"{access.declared - missing} of {plural(access.declared, 'entity', 'entities')} granted")
            parts += [f"{extra} too many"] if extra else []
        if access.readable is not None:
            parts.append(f"{access.readable} read as a test")
        if access.vouched:
            parts.append(f"{plural(sum(vouch.facts for vouch in access.vouched), 'fact')} confirmed by a person")
        return " · ".join(parts)

    def login(self, access: AccessPlan) -> str:
        """The login in two words."""
        if not isinstance(access.login, Known):
            return self.paint("login unknown", Style.ATTENTION)
        match access.login.value:
            case Login.WORKS if isinstance(access.login.evidence, Attested):
                return "login works, confirmed by a person"
            case Login.WORKS:
                return "login works"
            case Login.CLOSED:
                return "login closed"
            case Login.REFUSED:
                return self.paint("login refused", Style.BROKEN)
            case _:
                assert_never(access.login.value)

    def change(self, change: Change, school: str, supplier: str, *, indent: str) -> str:
        """One difference: its state and name, then its values or declaration, its cause, and the reason it matters."""
        label = DIFFERENCES[change.action]
        cause = self.material.cause(change, school, supplier)
        accepted = f"{label.word}, {waived(change.waived)}" if change.waived else ""
        parts = (accepted, _about(change), CAUSES[cause], change.note)
        text = " · ".join(printable(part) for part in parts if part)
        state, style = ("accepted", Style.QUIET) if change.waived else (label.word, label.style)
        return self.row(indent, state, _label(change.aspect, change.name), style, text)

    def denied(self, denied: ContradictedClaim) -> str:
        """An attestation, and the probe's answer that contradicts it."""
        name = _label(denied.subject.aspect, denied.subject.name)
        text = f"{attested(denied.evidence)}: {denied.said}; but {denied.seen}"
        return self.row("    ", "disputed", name, Style.BROKEN, printable(text))

    def unknown(self, groups: Iterable[UnknownGroup], *, indent: str) -> Iterator[str]:
        """Unknown facts, a line for each reason."""
        by_reason: dict[str, list[UnknownGroup]] = {}
        for group in groups:
            by_reason.setdefault(group.item.reason, []).append(group)
        for reason, alike in by_reason.items():
            names = [group.what for group in alike]
            is_one = len(names) == 1
            name = names[0] if is_one else plural(sum(group.item.facts for group in alike), "fact")
            text = reason if is_one else f"{', '.join(names)}: {reason}"
            yield self.row(indent, "unknown", name, Style.ATTENTION, printable(text))

    def row(self, indent: str, state: str, name: str, style: Style, text: str) -> str:
        """A state and a name in columns, then text; on a terminal the text is wrapped in a column of its own."""
        named = f"{state:<{_STATE_WIDTH}}  {printable(name):<{self.name_width if text else 0}}"
        left = len(indent) + len(named) + 2
        room = (self.columns or 0) - left
        lines = in_lines(text, room) if room >= _NARROWEST else [text]
        below = "\n" + " " * left
        return f"{indent}{self.paint(named, style)}  {below.join(lines)}".rstrip()


def _title(school: SchoolPlan) -> str:
    return printable(school_label(school.title, school.name))


def _about(change: Change) -> str:
    """The declaration of a change; before it, of a setting, its value and the declared one."""
    place = f"{change.origin.file}:{change.origin.line}" if change.origin else ""
    match change.action:
        case Action.GRANT:
            return place
        case Action.REVOKE | Action.MEND_LOGIN:
            return ""
        case Action.SET:
            return " · ".join(filter(None, (f"is {change.before}, should be {change.after}", place)))
        case _:
            assert_never(change.action)


def _label(aspect: Aspect, name: str) -> str:
    """Name a fact by its kind and name; of an entity, the name alone."""
    if aspect is Aspect.READ:
        return "entities" if name == "*" else name
    return ALL[aspect] if name == "*" else f"{KINDS[aspect]} {name}"


def _name_width(plan: Plan) -> int:
    parts: tuple[SchoolPlan | AccessPlan, ...] = (*plan.schools, *plan.accesses)
    names = [_label(change.aspect, change.name) for part in parts for change in part.changes]
    names += [what_of(item, part) for part in parts for item in part.unknown]
    names += [name for access in plan.accesses for name in access.reported]
    return min(max(map(len, names), default=0), _WIDEST_NAME)


def _accesses(number: int) -> str:
    return plural(number, "access", "accesses")
