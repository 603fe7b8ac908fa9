"""The next step where a check could not see something: a password that is missing, a service that does not answer."""

from collections.abc import Callable, Collection, Iterator
from itertools import islice
from typing import Final, NamedTuple

from reconciler.model.evidence import UnknownReason
from reconciler.model.plan import Plan
from reconciler.report.labels import plural

_MOST: Final = 5  # places to name


class CheckAdvice(NamedTuple):
    """A step to take: what happened, where, and what to do; commands are in backticks."""

    title: str
    places: str
    text: str


def advice_on(plan: Plan, as_typed: Callable[[str], str]) -> Iterator[CheckAdvice]:
    """Yield the steps for what a plan could not see and a person at this computer can do something about."""
    if missing := _places(plan, UnknownReason.NO_SECRET):
        yield CheckAdvice(
            f"{plural(len(missing), 'password')} could not be read",
            _named(missing),
            "End the app with Ctrl-C in its terminal, and start it with the file that has them: "
            "`reconciler ui --env-file passwords.env`.",
        )
    silent = _places(plan, UnknownReason.UNREACHABLE, UnknownReason.DATABASE_DOWN, UnknownReason.THROTTLED)
    if silent:
        schools = sorted({place.partition("/")[0] for place in silent})
        yield CheckAdvice(
            f"Bromcom did not answer for {plural(len(schools), 'school')}",
            _named(schools),
            as_typed(f"Check again later. To find the cause: `reconciler doctor {schools[0]}`."),
        )
    if refused := _places(plan, UnknownReason.LOGIN_REFUSED):
        yield CheckAdvice(
            f"Bromcom refused {plural(len(refused), 'login')}",
            _named(refused),
            as_typed(f"To find the cause: `reconciler doctor {refused[0]}`."),
        )


def _places(plan: Plan, *reasons: UnknownReason) -> list[str]:
    """Return the schools and accesses of which something is unknown for one of these reasons."""
    places = [(school.name, school.unknown) for school in plan.schools]
    places += [(str(access.address), access.unknown) for access in plan.accesses]
    return [place for place, unknown in places if any(item.why in reasons for item in unknown)]


def _named(places: Collection[str]) -> str:
    rest = len(places) - _MOST
    return ", ".join(islice(places, _MOST)) + (f" and {rest} more" if rest > 0 else "")
