"""Texts from outside that would be more than text in one format or another, and a plan that is full of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from reconciler.model.accountability.coming_date import ComingDate, DateKind, Urgency
from reconciler.model.address import Address
from reconciler.model.aspect import Action, Aspect, FactRef
from reconciler.model.attestation import ContradictedClaim
from reconciler.model.change import Waived, Waiver
from reconciler.model.desired import ExtraEntities, Limit, Limits
from reconciler.model.evidence import Attested, Known, Unknown, UnknownReason
from reconciler.model.live import LiveAccess, LiveSchool, Login
from reconciler.model.problem import Origin, Problem, Severity
from tests.planning.worlds import PROBED, access, desired_of, granted, live_of, material, planned

if TYPE_CHECKING:
    from reconciler.report.input import ReportInput

HOSTILE = (
    "\x1b[2J\x07\x00\x9b31m",
    "</script><script>alert(1)</script>",
    "a|b",
    "`code` ```",
    "::set-output name=a::b",
    "::error file=x.yaml,line=1::x",
    "##[add-mask]Students",
    "##vso[task.setvariable variable=PATH]/tmp",
    "##teamcity[setParameter name='x' value='y']",
    "=cmd()",
    "\u202egnp.sotohP\u202c\u200f",
    "\ud800 \udfff",
    "a\r\n::add-mask::b\nc\u2028d",
    "]]>",
    "%0A::error::%25",
    "a,title=b:c=d",
    "[[ATTACHMENT|/etc/passwd]]",
    "[words](1) [x](http://evil.invalid) {0}",
    "&amp; &#x1b; <!-- -->",
    "\\x1b \\",
    "\ufffe\uffff",
    "x" * 5_000,
    "".join(f"{number}::error::" for number in range(90)),  # wherever it is broken, or nearly
    "Ünïcödé 名前 \U0001f600",
    "",
    "   ",
)
ANY = st.sampled_from(HOSTILE) | st.text() | st.text(alphabet=":#[]%|`<>&=, \n\r\x1b\ud800ab")


def saying(text: str) -> ReportInput:
    """A plan in which this text stands wherever text from outside can stand.

    Half a character can stand in the name of a file, and in what is said of one: what YAML and XML hold is whole.
    """
    whole = text.encode("utf-8", "replace").decode("utf-8")
    said = Attested(text, datetime(2026, 9, 1, tzinfo=UTC), date(2027, 9, 1), text, Origin(f"words{text}.yaml", 1, 1))
    extra, login, blind, kept = (Address("greenfield", name) for name in ("extra", "login", "blind", "kept"))
    desired = desired_of(
        access([], address=extra, role=f"Role {whole}"),
        access([f"Declared {whole}"], address=login),
        access(["Students"], address=blind),
        access(["Students"], address=kept, extra=ExtraEntities.REPORT),
        access(["Students"], address=Address("riverside", "far")),
        limits=Limits(revoke=Limit(count=0)),
    )
    terms = Waived("kept-for-now", text, text, date(2027, 4, 1), Origin("waivers.yaml", 1, 1))
    waiver = Waiver(frozenset({"greenfield"}), "extra", Action.REVOKE, Aspect.READ, f"Waived {whole}", terms)
    unknown = Unknown(UnknownReason.UNREADABLE, text)
    denied = ContradictedClaim(FactRef("greenfield", "blind", Aspect.ROLE, text), text, text, said)
    live = live_of(
        {
            extra: granted(f"Extra {whole}", f"Waived {whole}"),
            login: LiveAccess(Known(Login.REFUSED, PROBED), Unknown(UnknownReason.LOGIN_REFUSED, text), refusal=text),
            blind: LiveAccess(unknown, unknown, denied=(denied,)),
            kept: granted("Students", f"Reported {whole}"),
        }
    )
    down = {"riverside": LiveSchool(Known(False, PROBED), text)}
    live = replace(live, schools={**live.schools, **down})
    day, words = date(2026, 1, 31), f"1 fact that {whole} confirmed must be checked again"
    late = ComingDate(
        day, DateKind.ATTESTATION_ENDS, Urgency.OVERDUE, "extra", "extra", ("greenfield",), words, "Look.", said.origin
    )
    return replace(material(planned(replace(desired, waivers=(waiver,)), live)), coming=(late,))


def problems_saying(text: str) -> tuple[Problem, ...]:
    """Problems in which this text stands wherever text from outside can stand."""
    origin = Origin(f"{text}.yaml", 3, 5)
    return (
        Problem("unknown-entity", Severity.ERROR, origin, text or "empty", text, text),
        Problem("selects-no-school", Severity.WARNING, origin, f"a {text}", "", f"    {text}"),
        Problem("person-photos", Severity.ADVICE, origin, f"b {text}", f"c {text}"),
    )
