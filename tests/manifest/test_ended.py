"""When a supplier is to have no access: `state`, `accessFrom` and `accessUntil`, of a Supplier or of an override."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import Address
from reconciler.model.desired import Access
from reconciler.model.plan import EndReason
from tests.manifest.workspaces import SCHOOL, SUPPLIER, TODAY, WORKSPACE, load_text
from tests.planning.worlds import granted, live_of, planned

HERE = Address("greenfield", "groupcall")
DAYS = [TODAY + timedelta(days) for days in (-400, -1, 0, 1, 2, 7, 30, 400)]
_days = st.none() | st.sampled_from(DAYS)


def resolved(keys: str) -> Access:
    """The access of a supplier with these keys."""
    loaded = load_text("---\n".join((WORKSPACE, SCHOOL, SUPPLIER + keys)))
    assert loaded.desired, loaded.problems
    return loaded.desired.accesses[HERE]


def written(state: str, begins: date | None, ends: date | None, indent: str = "  ") -> str:
    """These keys, those that are given."""
    texts = {"state": state, "accessFrom": begins, "accessUntil": ends}
    return "".join(f"{indent}{key}: {text}\n" for key, text in texts.items() if text)


@given(st.sampled_from(["", "active", "retired"]), _days, _days, st.booleans())
def test_a_day_decides(state: str, begins: date | None, ends: date | None, in_override: bool) -> None:
    """The first and the last day are days with access; retired is from now on, or after its last day."""
    keys = written(state, begins, ends, "      " if in_override else "  ")
    if in_override and keys:
        keys = f"  overrides:\n    - schools: [greenfield]\n{keys}"
    if begins and ends and begins > ends:
        return
    access = resolved(keys)
    begun = begins is None or begins <= TODAY
    over = ends < TODAY if ends else state == "retired"
    expected = EndReason.NOT_YET if not begun else (EndReason.RETIRED if state == "retired" else EndReason.OVER)
    if begun and not over:
        assert access.ended is None
        assert access.entities.keys() == {"students"}
    else:
        assert access.ended
        assert (access.ended.reason, access.ended.day) == (expected, begins if not begun else ends)
        assert (access.entities, access.role, access.permissions, access.declared) == ({}, None, {}, {})


@given(st.sampled_from(DAYS))
def test_to_take_it_back_gives_the_same_plan(day: date) -> None:
    """Declared retired and then not: nothing of it stays."""
    before = load_text("---\n".join((WORKSPACE, SCHOOL, SUPPLIER))).desired
    active = load_text("---\n".join((WORKSPACE, SCHOOL, f"{SUPPLIER}  state: active\n"))).desired
    retired = load_text("---\n".join((WORKSPACE, SCHOOL, f"{SUPPLIER}{written('retired', None, min(day, TODAY))}")))
    assert before
    assert active
    assert retired.desired
    live = live_of({HERE: granted("Students")})
    assert planned(before, live) == planned(active, live)
    assert (planned(retired.desired, live) == planned(before, live)) is (day >= TODAY)


def test_an_override_that_retires_means_at_once() -> None:
    """Whatever last day the supplier has; one with a last day of its own means that."""
    later = TODAY + timedelta(30)
    override = "  overrides:\n    - schools: [greenfield]\n      state: retired\n"
    assert resolved(f"  accessUntil: {later}\n{override}").ended
    assert resolved(f"{override}      accessUntil: {later}\n").ended is None
    assert resolved(f"  state: retired\n  overrides: [{{schools: [greenfield], accessUntil: {later}}}]\n").ended is None
    assert resolved("  state: retired\n  overrides: [{schools: [greenfield], state: active}]\n").ended is None


def test_the_role_to_take_away_is_kept() -> None:
    """With its placeholders filled in, so that a runbook can name it."""
    access = resolved("  state: retired\n  writeBack: {role: 'Till {school}', permissions: [Attendance]}\n")
    assert access.ended
    assert access.ended.role == "Till greenfield"
    assert not access.declares_writing
