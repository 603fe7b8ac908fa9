"""The next step where a check could not see something: a password that is missing, a service that does not answer."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from reconciler.model.address import school_label
from reconciler.model.evidence import UnknownReason
from reconciler.model.plan import AccessPlan, Plan
from reconciler.report.labels import plural
from reconciler.report.pages.guided.page import BEGIN
from reconciler.report.pages.links import Links
from reconciler.webapp.framing import CHECK_PAGE
from reconciler.webapp.passwords import PASSWORDS_PAGE

_MOST: Final = 5  # places to name
_LINKS: Final = Links(CHECK_PAGE)


class AdvicePlace(NamedTuple):
    """A school or an access as people know it, its page, and the address by which commands know it."""

    name: str
    page: str
    address: str


class CheckAdvice(NamedTuple):
    """A step to take: what happened, where, and what to do; commands are in backticks.

    more          the number of places that are not named
    can_practise  the app can start the practice Bromcom that is missing
    leads         what can be done on other pages of the app, and their addresses
    """

    title: str
    places: Sequence[AdvicePlace]
    more: int
    text: str
    can_practise: bool = False
    leads: Sequence[tuple[str, str]] = ()


def advice_on(plan: Plan, as_typed: Callable[[str], str], *, is_for_practice: bool) -> Iterator[CheckAdvice]:
    """Yield the steps for what a plan could not see and a person at this computer can do something about."""
    if missing := _accesses(plan, UnknownReason.NO_SECRET):
        yield _advice(
            f"{plural(len(missing), 'password')} could not be read",
            missing,
            "Type them here; or end the app with Ctrl-C in its terminal, and start it with the file that has them: "
            "`reconciler ui --env-file ../passwords.env`.",
        )._replace(leads=[_typing(missing)])
    if silent := _silent_schools(plan):
        title = f"Bromcom did not answer for {plural(len(silent), 'school')}"
        if is_for_practice and _accesses(plan, UnknownReason.UNREACHABLE):
            text = "The manifests are for the practice Bromcom of this computer, and it is not running."
            yield _advice(title, silent, text)._replace(can_practise=True)
        else:
            look = f"Check again later. To find the cause, in a terminal: `reconciler doctor {silent[0].address}`."
            yield _advice(title, silent, as_typed(look))
    if refused := _accesses(plan, UnknownReason.LOGIN_REFUSED):
        yield _advice(
            f"Bromcom refused {plural(len(refused), 'login')}",
            refused,
            as_typed(
                "Guided apply leads through the causes, the most likely first. To look for the cause in a terminal: "
                f"`reconciler doctor {refused[0].address}`."
            ),
        )._replace(leads=[("Guided apply", BEGIN), _typing(refused)])


def _advice(title: str, places: Sequence[AdvicePlace], text: str) -> CheckAdvice:
    return CheckAdvice(title, places[:_MOST], max(0, len(places) - _MOST), text)


def _typing(places: Sequence[AdvicePlace]) -> tuple[str, str]:
    return "Give a password", f"{PASSWORDS_PAGE}?of={places[0].address}"


def _accesses(plan: Plan, reason: UnknownReason) -> list[AdvicePlace]:
    """Return the accesses of which something is unknown for this reason."""
    titles = {school.name: school_label(school.title, school.name) for school in plan.schools}
    return [_place(access, titles) for access in plan.accesses if any(item.why is reason for item in access.unknown)]


def _place(access: AccessPlan, titles: dict[str, str]) -> AdvicePlace:
    school, supplier = access.address
    name = f"{access.particulars.title or supplier} at {titles.get(school, school)}"
    return AdvicePlace(name, _LINKS.school(school, supplier), str(access.address))


def _silent_schools(plan: Plan) -> list[AdvicePlace]:
    """Return the schools of which something is unknown because the service did not answer."""
    reasons = {UnknownReason.UNREACHABLE, UnknownReason.DATABASE_DOWN, UnknownReason.THROTTLED}
    silent = {school.name for school in plan.schools if any(item.why in reasons for item in school.unknown)}
    silent |= {access.address.school for access in plan.accesses if any(item.why in reasons for item in access.unknown)}
    titles = {school.name: school_label(school.title, school.name) for school in plan.schools}
    return [AdvicePlace(titles.get(name, name), _LINKS.school(name), name) for name in sorted(silent)]
