"""What makes a night red whatever it found: a password that is missing, or no view at all.

Either would stay so night after night, and look like a quiet night to whoever reads exit codes.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from reconciler.model.drift_news import Verdict
from reconciler.model.evidence import UnknownReason
from reconciler.model.plan import AccessPlan, Plan
from reconciler.planning.drift_news import verdict_of
from reconciler.report.escape import printable
from reconciler.report.labels import plural

_MOST: Final = 10  # passwords that are named one by one


def night_faults(plan: Plan) -> Iterator[str]:
    """Each fault as a sentence that says what to do. A view that passwords alone are missing for is told once."""
    missing = _missing_passwords(plan)
    if missing:
        names = [f"{printable(name)} ({', '.join(places)})" for name, places in missing.items()]
        more = f", and {len(names) - _MOST} more" if len(names) > _MOST else ""
        accesses = sum(map(len, missing.values()))
        what = "1 password is" if len(names) == 1 else f"{len(names)} passwords are"
        yield (
            f"{what} missing, so {plural(accesses, 'access was', 'accesses were')} not checked: "
            f"{', '.join(names[:_MOST])}{more}. Set them where this job keeps its passwords (`--env-file`, or the CI "
            "system's secret of NAME='value' lines), or correct `password` in the manifests."
        )
    elif verdict_of(plan) is Verdict.BLIND:
        yield (
            "Nothing was seen: the service told of one access in ten at most. That is not drift, and not in sync "
            "either: the report says why. Find out what keeps this job from asking."
        )


def _missing_passwords(plan: Plan) -> Mapping[str, list[str]]:
    """{the reference to a password that gave none: the accesses that it is of}, in the plan's order."""
    found: dict[str, list[str]] = {}
    for access in plan.accesses:
        if _lacks_password(access):
            found.setdefault(access.particulars.password, []).append(str(access.address))
    return found


def _lacks_password(access: AccessPlan) -> bool:
    return any(item.why is UnknownReason.NO_SECRET for item in access.unknown)
