"""A check-up as text: what is wrong and what to do, every step, and for a refused login its causes.

Wrong: Bromcom refused this login (401).

greenfield  School 12345 on scomis, account groupcall.greenfield
  address      fine         https://bromcom.scomis.org/...
  login        wrong        Bromcom refused this login (401)
                            Go through the causes below, in this order.
  list         not reached
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Final

from reconciler.model.check_up import Checkpoint, CheckResult, CheckState, CheckUp, CiCheckpoint, worst_of
from reconciler.planning.refused_login import CHECKS
from reconciler.report.escape import in_lines, printable
from reconciler.report.labels import plural
from reconciler.report.style import Paint, Style, plain

_STEP_WIDTH: Final = 13
_VERDICT_WIDTH: Final = 13
_STYLES: Final = {
    CheckState.FINE: Style.GOOD,
    CheckState.WRONG: Style.BROKEN,
    CheckState.UNKNOWN: Style.ATTENTION,
    CheckState.NOT_REACHED: Style.QUIET,
}
# The words about manifests, and those for an option that gives the same without them.
_TYPED: Final = {
    "readUrl of this address": "--platform",
    "set allowHttp: true there": "describe it in a Workspace as a platform with allowHttp: true",
    "readUrl": "--platform",
    "schoolId": "--school",
}
_NETWORK: Final = "Has this address changed, and should it answer our network?"
_ACCOUNT: Final = (
    "Please check the account under System Users: does it exist, may it log in ('The user can log into the system'), "
    "does it have the role Third Party, and is two-factor authentication off for it?",
    "If you use this account: does your own login still work? If not, since when? "
    "Please send no password, and do not reset it yet.",
)
_REQUESTS: Final[Mapping[Checkpoint | CiCheckpoint, tuple[str, ...]]] = {
    Checkpoint.SERVICE: ("Does the service answer at this address? Has the address changed, or is this maintenance?",),
    Checkpoint.DATABASE: ("Is this the right School ID? Is its database up, at this address?",),
    Checkpoint.LOGIN: _ACCOUNT,
    Checkpoint.SCHOOL: ("Which School ID does the school with this URN have?",),
}


def render_check_ups(
    check_ups: Sequence[CheckUp], today: date, *, paint: Paint = plain, columns: int | None = None
) -> str:
    """Render check-ups; schools of a platform that went alike are told together."""
    groups: dict[tuple[object, ...], list[CheckUp]] = {}
    for check_up in check_ups:
        groups.setdefault((check_up.platform, check_up.username, check_up.results), []).append(check_up)
    first, *others = sorted(groups.values(), key=lambda group: _order(group[0]))
    page = _CheckUpText(paint, columns)
    lines = list(page.verdict(first[0].worst, _in_terms_of(first[0])))
    for group in (first, *others):
        lines += ["", *page.heading(group), *page.steps(group[0].results, _in_terms_of(group[0]))]
    if (bad := first[0].worst) and bad.verdict is not CheckState.NOT_REACHED:
        if bad.step is Checkpoint.LOGIN and bad.verdict is CheckState.WRONG:
            lines += ["", *page.folded(_causes(first[0], today))]
        lines += ["", *page.folded(_message(first, bad))]
    return "\n".join(lines) + "\n"


def render_ci_check_up(results: Sequence[CheckResult], *, paint: Paint = plain, columns: int | None = None) -> str:
    """Render what a job needs."""
    page = _CheckUpText(paint, columns)
    return "\n".join((*page.verdict(worst_of(results), printable), "", *page.steps(results, printable))) + "\n"


@dataclass(frozen=True, slots=True)
class _CheckUpText:
    """The layout: colour, and the terminal's width."""

    paint: Paint
    columns: int | None

    def verdict(self, bad: CheckResult | None, shown: Callable[[str], str]) -> Iterator[str]:
        style = _STYLES[bad.verdict if bad else CheckState.FINE]
        text = "Fine: every step worked"
        if bad:
            text = f"{bad.verdict.capitalize()}: {bad.step}" + (f": {shown(bad.text)}" if bad.text else "")
        yield from (self.paint(line, style) for line in self.folded([f"{text.removesuffix('.')}."]))

    def heading(self, group: Sequence[CheckUp]) -> Iterator[str]:
        first = group[0]
        if len(group) > 1:
            names = ", ".join(check_up.school for check_up in group)
            yield from self.folded([printable(f"{plural(len(group), 'school')} on {first.platform}: {names}")])
            return
        account = f", account {first.username}" if first.username else ""
        name = self.paint(printable(first.school), Style.SCHOOL) + "  " if first.school else ""
        place = f"  {first.place}" if first.place else ""
        yield name + printable(f"School {first.school_id} on {first.platform}{account}{place}")

    def steps(self, results: Sequence[CheckResult], shown: Callable[[str], str]) -> Iterator[str]:
        below = " " * (2 + _STEP_WIDTH + _VERDICT_WIDTH)
        for result in results:
            verdict = self.paint(f"{result.verdict:<{_VERDICT_WIDTH}}", _STYLES[result.verdict])
            texts = [shown(text) for text in (result.text, result.advice) if text]
            first, *more = [line for text in texts for line in self.lines(text, len(below))] or [""]
            yield f"  {result.step:<{_STEP_WIDTH}}{verdict}{first}".rstrip()
            yield from (f"{below}{line}" for line in more)

    def lines(self, text: str, indent: int) -> list[str]:
        return in_lines(text, self.columns - indent) if self.columns else [text]

    def folded(self, lines: Iterable[str]) -> Iterator[str]:
        """Wrap lines that are too long for the terminal, at their own indent."""
        for line in lines:
            indent = len(line) - len(line.lstrip(" "))
            yield from (" " * indent + part for part in self.lines(line[indent:], indent)) if line else [""]


def _order(check_up: CheckUp) -> int:
    bad = check_up.worst
    return 2 if bad is None else 0 if bad.verdict is CheckState.WRONG else 1


def _in_terms_of(check_up: CheckUp) -> Callable[[str], str]:
    """Return what makes a text safe to show, and lets it name options if there are no manifests."""

    def shown(text: str) -> str:
        for key, option in () if check_up.place else _TYPED.items():
            text = text.replace(key, option)
        return printable(text)

    return shown


def _causes(check_up: CheckUp, today: date) -> Iterator[str]:
    """Walk the causes of a refused login, with what is known of the first two."""
    yield "Possible causes, in the order that does least harm:"
    known = (tuple(_own_files(check_up, today)), tuple(_address(check_up)))
    for number, (check, notes) in enumerate(zip_longest(CHECKS, known, fillvalue=()), start=1):
        yield f"  {number}. {check}"
        yield from (f"     {printable(note)}" for note in notes)


def _own_files(check_up: CheckUp, today: date) -> Iterator[str]:
    place = f" ({check_up.username_place})" if check_up.username_place else ""
    yield f"The username that was sent is {check_up.username}{place}."
    password = check_up.password
    if password is None:
        return
    changed = ""
    if password.changed:
        day = password.changed.date()
        age = f"{plural((today - day).days, 'day')} ago" if day < today else "today"
        changed = f", which was last changed on {day} ({age})"
    yield f"The password is that of {password.source}{changed}."
    for oddity in password.oddities:
        yield f"Look at this password first: {oddity}."
    if password.hidden:
        yield f"{password.hidden} has a different password, which was not used."


def _address(check_up: CheckUp) -> Iterator[str]:
    place = f" ({check_up.place})" if check_up.place else ""
    yield f"It was School ID {check_up.school_id}{place} on {check_up.platform}."
    for platform in check_up.other_platforms:
        command = f"reconciler doctor --platform {platform} --school {check_up.school_id}"
        yield f"To ask {platform} without a login: `{command}`."


def _message(group: Sequence[CheckUp], bad: CheckResult) -> Iterator[str]:
    """Write a text to send, which says what is known and quotes no secret and nothing that a service said."""
    first = group[0]
    whom = "the supplier or the help desk" if bad.step is Checkpoint.LOGIN else "the help desk"
    yield f"A text to send to {whom}. It contains no password:"
    yield ""
    ids = ", ".join(str(check_up.school_id) for check_up in group)
    fine = ", ".join(result.step for result in first.results if result.verdict is CheckState.FINE)
    lines = [
        "We check third-party access to Bromcom, and one step fails.",
        f"School ID: {ids}",
        *([f"Web service: {first.service}"] if first.service else []),
        *([f"Username: {first.username}"] if first.username else []),
        *([f"These steps work: {fine}"] if fine else []),
        f"This step fails: {bad.step}: {bad.redacted_text}",
        *_REQUESTS.get(bad.step, (_NETWORK,)),
    ]
    yield from (f"  {printable(line)}" for line in lines)
