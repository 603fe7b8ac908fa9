"""A plan as text for people: what differs, line by line, and what was not seen.

greenfield  School 12345 on scomis
  groupcall  login works · 73 of 75 entities granted · 1 not declared
    + Students      suppliers/groupcall.yaml:14
    - PersonPhotos  granted, not declared · photographs of pupils
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import assert_never

from reconciler.model.aspect import Action, Aspect
from reconciler.model.attestation import ContradictedClaim
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Attested, Known, UnknownReason
from reconciler.model.live import Login
from reconciler.model.plan import AccessPlan, Plan, SchoolPlan, Via
from reconciler.report.escape import in_lines, printable
from reconciler.report.input import ReportInput
from reconciler.report.labels import ALL, KINDS, SIGNS, attested, plural, waived
from reconciler.report.story.earlier import recalled_lines
from reconciler.report.story.orphans import orphan_lines
from reconciler.report.story.unknown_lines import is_down, no_password_at_all, unknown_groups, what_of
from reconciler.report.style import Paint, Style, plain
from reconciler.report.text.review import CAUSES, review_lines
from reconciler.report.text.summary import summary_lines

_NARROWEST = 24  # columns in which words still read as lines
_WIDEST_NAME = 40  # a longer name pushes its own line aside, and no other


def render_text(material: ReportInput, *, paint: Paint = plain, columns: int | None = None) -> str:
    """The plan for people. Schools and accesses with nothing to say are counted, not listed.

    columns  how wide a terminal is: what is said of a name goes on below itself; None leaves lines as long as they are
    """
    plan = material.plan
    width = max((len(school.name) for school in plan.schools), default=0)
    no_password = no_password_at_all(plan)
    page = _Page(material, paint, columns, width, _name_width(plan), no_password)
    accesses = {school: list(group) for school, group in groupby(plan.accesses, key=lambda a: a.address.school)}
    lines: list[str] = []
    quiet = [0, 0]
    for school in plan.schools:
        its = accesses.get(school.name, [])
        told = list(page.school(school, its))
        if not told and all(access.in_sync for access in its):
            quiet = [quiet[0] + 1, quiet[1] + len(its)]
        lines += told
    if lines and quiet[0]:
        lines.append(paint(f"{plural(quiet[0], 'school')} with {_accesses(quiet[1])} in sync", Style.QUIET))
    if no_password:
        number = sum(any(item.why is UnknownReason.NO_SECRET for item in access.unknown) for access in plan.accesses)
        lines.append(paint(f"{_accesses(number)} not checked: {printable(no_password)}", Style.UNKNOWN))
    if lines:
        lines.append("")
    lines += _folded(recalled_lines(material, paint), columns)
    told = [
        *review_lines(material, paint, columns),
        *_folded(orphan_lines(material, paint), columns),
        *lines,
        *_folded(summary_lines(material, paint), columns),
    ]
    return "\n".join(told) + "\n"


def _folded(lines: Iterable[str], columns: int | None) -> Iterator[str]:
    """The lines, each going on below itself where it is too long for the terminal. A command stays on one line, so
    that it can be copied."""
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip(" ")) + 2)
        yield from in_lines(line, columns, indent) if columns and line else [line]


@dataclass(frozen=True, slots=True)
class _Page:
    """How lines are laid out: their colour, the page's width, and the widths of the columns with schools and names."""

    material: ReportInput
    paint: Paint
    columns: int | None
    school_width: int
    name_width: int
    no_password: str  # told once for all accesses

    def school(self, school: SchoolPlan, accesses: Sequence[AccessPlan]) -> Iterator[str]:
        """The school's line and those of its accesses; nothing where there is nothing to say."""
        down = is_down(school)
        lines = [line for access in accesses for line in self.access(access, school_down=down)]
        if not (lines or school.changes or school.unknown or down):
            return
        title = self.paint(f"{school.name:<{self.school_width}}", Style.SCHOOL)
        said = f"  School {school.school_id} on {school.platform}"
        yield from self.down(school, accesses, title, said) if down else [title + said]
        for change in school.changes:
            yield self.change(change, school.name, "", indent="  ")
        for item in school.unknown:
            yield self.unseen(what_of(item, school), item.reason, indent="  ")
        for vouch in school.vouched:
            yield self.row("  ", "=", _label(vouch.aspect, vouch.name), Style.QUIET, attested(vouch.evidence))
        yield from lines
        in_sync = sum(access.in_sync and not (access.reported or access.denied) for access in accesses)
        if in_sync and lines:
            yield self.paint(f"  {_accesses(in_sync)} in sync", Style.QUIET)

    def down(self, school: SchoolPlan, accesses: Sequence[AccessPlan], title: str, said: str) -> Iterator[str]:
        """The line of a school that does not answer, and why; on a terminal too narrow for one line, in lines below."""
        blind = sum(bool(access.unknown) for access in accesses)
        why = f"unreachable: {printable(school.reason)}; {_accesses(blind)} unknown"
        if self.columns is None or self.school_width + len(said) + 2 + len(why) <= self.columns:
            yield f"{title}{said}  {self.paint(why, Style.UNKNOWN)}"
            return
        yield title + said
        below = in_lines(why, self.columns - 2)
        yield from (f"  {self.paint(line, Style.UNKNOWN)}" for line in below)

    def access(self, access: AccessPlan, *, school_down: bool) -> Iterator[str]:
        """Nothing for an access in sync, nor for what is unknown because its school is down: that has been said."""
        unknown = [
            one for one in unknown_groups(access, school_down=school_down) if not self._is_told_for_all(one.item)
        ]
        if not (access.changes or unknown or access.reported or access.denied):
            return
        yield f"  {access.address.supplier}  {self.headline(access)}"
        for change in access.changes:
            yield self.change(change, *access.address, indent="    ")
        for denied in access.denied:
            yield self.denied(denied)
        for what, item in unknown:
            yield self.unseen(what, item.reason, indent="    ")
        for name in access.reported:
            yield self.reported(name)

    def reported(self, name: str) -> str:
        """List what is granted, not declared and only reported, with why it matters."""
        note = self.material.sensitivity.note(entity_key(name))
        told = " · ".join(filter(None, ("granted, not declared; reported only", note)))
        return self.row("    ", "·", name, Style.REVOKE if note else Style.QUIET, told)

    def _is_told_for_all(self, item: UnknownFacts) -> bool:
        return bool(self.no_password) and item.why is UnknownReason.NO_SECRET

    def headline(self, access: AccessPlan) -> str:
        """The state of the login, how many of its entities an access has, and what is known by a person's word."""
        parts = [self.login(access) if access.via is Via.ACCOUNT else "partner application"]
        if isinstance(access.granted, Known):
            entities = [change.action for change in access.changes if change.aspect is Aspect.READ]
            missing, extra = entities.count(Action.GRANT), entities.count(Action.REVOKE)
            parts.append(f"{access.declared - missing} of {plural(access.declared, 'entity', 'entities')} granted")
            parts += [f"{extra} not declared"] if extra else []
        if access.readable is not None:
            parts.append(f"{access.readable} read for a test")
        if access.vouched:
            parts.append(f"{plural(sum(vouch.facts for vouch in access.vouched), 'fact')} attested")
        return " · ".join(parts)

    def login(self, access: AccessPlan) -> str:
        """The login in two words."""
        if not isinstance(access.login, Known):
            return self.paint("login unknown", Style.UNKNOWN)
        match access.login.value:
            case Login.WORKS if isinstance(access.login.evidence, Attested):
                return "login works by attestation"
            case Login.WORKS:
                return "login works"
            case Login.REFUSED:
                return self.paint("login refused", Style.BROKEN)
            case _:
                assert_never(access.login.value)

    def change(self, change: Change, school: str, supplier: str, *, indent: str) -> str:
        """One difference: a sign, its name, and where it is declared, what it is now, where it comes from, or why it
        matters."""
        sign, tone = SIGNS[change.action]
        cause = self.material.cause(change, school, supplier)
        parts = (_about(change), CAUSES[cause] if cause else "", change.note)
        told = " · ".join(printable(part) for part in parts if part)
        if change.waived:
            sign, tone, told = "~", Style.QUIET, f"{change.action.value} {waived(change.waived)} · {told}"
        return self.row(indent, sign, _label(change.aspect, change.name), tone, told)

    def denied(self, denied: ContradictedClaim) -> str:
        """What somebody vouched for, and what it is not believed for."""
        what = _label(denied.subject.aspect, denied.subject.name)
        but = "but" if denied.subject.aspect is Aspect.CONSENT else "the probe says:"
        said = f"{attested(denied.evidence)}: {denied.said}; {but} {denied.seen}"
        return self.row("    ", "!", f"attested {what}", Style.BROKEN, printable(said))

    def unseen(self, what: str, reason: str, *, indent: str) -> str:
        """One thing that is not known, and why."""
        return self.row(indent, "?", what, Style.UNKNOWN, printable(reason))

    def row(self, indent: str, sign: str, name: str, tone: Style, told: str) -> str:
        """A sign and a name as wide as its column, and what is told of it, on a terminal in a column of its own."""
        named = f"{sign} {printable(name):<{self.name_width}}"
        left = len(indent) + len(named) + 2
        room = (self.columns or 0) - left
        lines = in_lines(told, room) if room >= _NARROWEST else [told]
        below = "\n" + " " * left
        return f"{indent}{self.paint(named, tone)}  {below.join(lines)}".rstrip()


def _about(change: Change) -> str:
    """Where a change is declared, or what it is that nobody declared; of a value, what it is now."""
    match change.action:
        case Action.GRANT:
            return f"{change.origin.file}:{change.origin.line}" if change.origin else ""
        case Action.REVOKE:
            return "granted, not declared"
        case Action.MEND_LOGIN:
            return ""
        case Action.SET:
            place = f" · {change.origin.file}:{change.origin.line}" if change.origin else ""
            return f"is {change.before}, should be {change.after}{place}"
        case _:
            assert_never(change.action)


def _label(aspect: Aspect, name: str) -> str:
    """What a change or a vouched fact is about; an entity is called by its name alone."""
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
