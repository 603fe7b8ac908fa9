"""The laws that every plan obeys, whatever the manifests and the service say."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from reconciler.cli.exit_codes import Exit, exit_of
from reconciler.codec import plan_file, snapshot
from reconciler.model.aspect import Action, Aspect
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.plan import Via
from reconciler.planning.canonical import CanonicalAccess
from reconciler.planning.diff import apply, diff
from reconciler.report.input import ReportKind
from reconciler.report.text.plan import render_text
from tests.planning.worlds import WAIVED, as_declared, desireds, fingerprint_of, material, planned, without, worlds

if TYPE_CHECKING:
    from reconciler.model.desired import Desired
    from reconciler.model.live import Live, LiveAccess
    from reconciler.model.plan import AccessPlan, Plan

# Many keys and few texts, so that a mapping may share one key in eight with another, and a leaf is often the same.
_keys = st.sampled_from(["account", "login", "role", "writeBack", "basis", "photos", "till", "exports", "a", "b"])
_texts = st.sampled_from(["granted", "set", ""])
_records = st.recursive(
    st.dictionaries(_keys, _texts),
    lambda inner: st.dictionaries(_keys, st.one_of(_texts, inner.filter(bool))),
    max_leaves=20,
)
_normals = st.builds(CanonicalAccess, st.frozensets(st.sampled_from("abcdef")), _records)


@given(_normals)
def test_nothing_differs_from_itself(side: CanonicalAccess) -> None:
    """diff(s, s) is empty."""
    assert not diff(side, side)


@given(_normals, _normals)
def test_a_difference_is_seen_from_both_sides(a: CanonicalAccess, b: CanonicalAccess) -> None:
    """diff(a, b) is empty exactly when diff(b, a) is."""
    assert bool(diff(a, b)) == bool(diff(b, a)) == (a.grants != b.grants or a.record != b.record)


@given(_normals, _normals)
def test_carrying_out_a_difference_gives_what_was_desired(desired: CanonicalAccess, live: CanonicalAccess) -> None:
    """apply(diff(desired, live), live) is desired; the leaves to set are in the order of their paths."""
    difference = diff(desired, live)
    paths = [value.path for value in difference.values]
    assert paths == sorted(paths)
    result = apply(difference, live)
    assert result.same(desired)


@given(_normals, _normals)
def test_a_difference_names_what_differs_and_nothing_else(desired: CanonicalAccess, live: CanonicalAccess) -> None:
    """No value is there before as after: a permission that is held is no permission to take away."""
    difference = diff(desired, live)
    wanted, there = leaves(desired.record), leaves(live.record)
    named = {value.path: (value.before, value.after) for value in difference.values}
    paths = wanted.keys() | there.keys()
    assert named == {p: (there.get(p), wanted.get(p)) for p in paths if there.get(p) != wanted.get(p)}
    assert difference.missing.isdisjoint(live.grants)
    assert difference.extra.isdisjoint(desired.grants)


def leaves(value: object, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], object]:
    """{path: text} of a record."""
    if not isinstance(value, dict):
        return {path: value}
    return {leaf: text for key, inner in value.items() for leaf, text in leaves(inner, (*path, key)).items()}


@given(worlds())
def test_what_is_as_declared_is_no_difference(world: tuple[Desired, Live]) -> None:
    """Nothing that is declared and known to be there is granted, and nothing that is declared is taken away."""
    desired, live = world
    for access in planned(desired, live).accesses:
        wanted, found = desired.accesses[access.address], live.accesses.get(access.address)
        for aspect, names, fact in (
            (Aspect.READ, wanted.entities.keys(), found and found.entities),
            (Aspect.WRITE, wanted.permissions.keys(), found and found.permissions),
        ):
            there = fact.value.keys() if isinstance(fact, Known) else set[str]()
            for change in access.changes:
                if change.aspect is aspect and change.action is Action.GRANT:
                    assert entity_key(change.name) not in there
                if change.aspect is aspect and change.action is Action.REVOKE:
                    assert entity_key(change.name) in there - names


@given(st.text())
def test_the_normal_form_of_a_name_is_its_own(name: str) -> None:
    """Bringing a name to its normal form twice changes nothing more."""
    assert entity_key(entity_key(name)) == entity_key(name)


@given(worlds())
def test_unknown_is_never_a_grant_a_revoke_or_in_sync(world: tuple[Desired, Live]) -> None:
    """Where the list of entities is unknown nothing is granted or revoked, and the access is not in sync."""
    desired, live = world
    for access in planned(desired, live).accesses:
        found = live.accesses.get(access.address)
        aspects = {change.aspect for change in access.changes}
        if found is None or isinstance(found.entities, Unknown):
            assert Aspect.READ not in aspects
            assert not access.in_sync or not access.declared
        if found is None or isinstance(found.login, Unknown):
            assert Aspect.LOGIN not in aspects
            assert not access.in_sync or access.via is Via.PARTNER_APPLICATION
        if found is None or isinstance(found.permissions, Unknown):
            assert Aspect.WRITE not in aspects
        if found is None or isinstance(found.roles, Unknown):
            assert Aspect.ROLE not in aspects


@given(worlds(), st.data())
def test_knowing_less_never_adds_a_change(world: tuple[Desired, Live], data: st.DataObject) -> None:
    """Taking away what is known of an access takes changes away, or none."""
    desired, live = world
    before = {(a.address, change) for a in planned(desired, live).accesses for change in a.changes}
    for address in data.draw(st.sets(st.sampled_from(sorted(desired.accesses)))) if desired.accesses else ():
        live = without(live, address)
    after = {(a.address, change) for a in planned(desired, live).accesses for change in a.changes}
    assert after <= before


@given(worlds())
def test_every_fact_is_known_or_unknown(world: tuple[Desired, Live]) -> None:
    """The counts add up; a plan is complete when nothing is unknown, no school is down, and nobody stopped it."""
    plan = planned(*world)
    unknown = sum(item.facts for school in plan.schools for item in school.unknown)
    unknown += sum(item.facts for access in plan.accesses for item in access.unknown)
    assert plan.summary.unknown == unknown
    assert plan.summary.known + unknown == plan.summary.facts
    assert plan.summary.known >= 0
    down = any(isinstance(s.reachable, Known) and not s.reachable.value for s in plan.schools)
    assert plan.complete == (unknown == 0 and not plan.interrupted and not down)


@given(worlds())
def test_in_sync_is_said_only_of_a_whole_view_without_a_difference(world: tuple[Desired, Live]) -> None:
    """Exit code 0, and the words "In sync", need every fact known, no change, and something that was compared."""
    plan = planned(*world)
    changes = [change for school in plan.schools for change in school.changes]
    changes += [change for access in plan.accesses for change in access.changes]
    clean = plan.complete and all(change.waived for change in changes) and bool(plan.accesses)
    told = render_text(material(plan))
    assert (exit_of(plan) is Exit.OK) == ("In sync" in told) == clean
    assert ("In sync:" in told) == (clean and not changes)


@given(desireds())
def test_a_live_side_as_declared_needs_no_change(desired: Desired) -> None:
    """Where live is what the manifests say, no change is left, waived or not, and nothing is unknown."""
    summary = planned(desired, as_declared(desired)).summary
    assert (summary.changes, summary.waived, summary.unknown) == (0, 0, 0)


@given(worlds())
def test_a_plan_survives_its_file(world: tuple[Desired, Live]) -> None:
    """parse(dump(plan)) is the plan, and its fingerprint is computed the same from it."""
    plan = planned(*world)
    read = plan_file.parse(plan_file.dump(plan, version="1")).plan
    assert read == plan
    assert fingerprint_of(read) == plan.fingerprint


@given(worlds())
def test_planning_twice_prints_the_same_bytes(world: tuple[Desired, Live]) -> None:
    """The same state gives the same text and the same JSON, and drift is the plan in other words."""
    desired, live = world
    backwards = replace(
        live,
        accesses={address: _backwards(found) for address, found in reversed(list(live.accesses.items()))},
        schools=dict(reversed(list(live.schools.items()))),
    )
    one, two = (planned(desired, side) for side in (live, backwards))
    assert render_text(material(one)) == render_text(material(two))
    assert plan_file.dump(one, version="1") == plan_file.dump(two, version="1")
    assert render_text(material(one, ReportKind.DRIFT)) == render_text(material(one))


def _backwards(found: LiveAccess) -> LiveAccess:
    if not isinstance(found.entities, Known):
        return found
    rows = dict(reversed(list(found.entities.value.items())))
    return replace(found, entities=Known(rows, found.entities.evidence))


@given(worlds(words=False))
def test_a_snapshot_gives_the_same_plan(world: tuple[Desired, Live]) -> None:
    """What was recorded is all that was probed, and plans like it; only what was never asked is unknown for another
    reason."""
    desired, live = world
    data = snapshot.to_data(live, desired, recorded=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    again = snapshot.from_data(json.loads(json.dumps(data))).of(desired)
    assert again == replace(live, recorded=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    one, two = planned(desired, live), planned(desired, again)
    assert [a.changes for a in one.accesses] == [a.changes for a in two.accesses]
    assert one.summary == two.summary


def _moved_down(plan: Plan) -> Plan:
    """The same plan from manifests with a line more at the top, and other words in every reason."""
    return replace(
        plan,
        accesses=tuple(
            replace(
                access,
                changes=tuple(
                    replace(change, note="else", origin=change.origin and change.origin._replace(line=99))
                    for change in access.changes
                ),
                unknown=tuple(
                    replace(item, reason="else", origin=item.origin and item.origin._replace(line=99))
                    for item in access.unknown
                ),
            )
            for access in plan.accesses
        ),
    )


@given(worlds())
def test_lines_and_wording_leave_the_fingerprint_alone(world: tuple[Desired, Live]) -> None:
    """Moving the lines of a manifest or rewording a reason is no change of substance."""
    plan = planned(*world)
    assert fingerprint_of(_moved_down(plan)) == plan.fingerprint


@given(worlds(), st.data())
def test_any_change_of_substance_moves_the_fingerprint(world: tuple[Desired, Live], data: st.DataObject) -> None:
    """Another name, action, risk, address, kind of unknown, or one item less: another fingerprint."""
    plan = planned(*world)
    touched = [access for access in plan.accesses if access.changes or access.unknown]
    if not touched:
        return
    access = data.draw(st.sampled_from(touched))
    others: list[Plan] = []
    for change in access.changes:
        rest = tuple(other for other in access.changes if other is not change)
        versions = [
            rest,
            (*rest, replace(change, name=change.name + "x")),
            (*rest, replace(change, before=change.after, after=change.before)),
            (*rest, replace(change, waived=None if change.waived else WAIVED)),
        ]
        others += [_with(plan, replace(access, changes=version)) for version in versions]
    for item in access.unknown:
        rest_unknown = tuple(other for other in access.unknown if other is not item)
        other_kind = (
            UnknownReason.NOT_RECORDED if item.why is not UnknownReason.NOT_RECORDED else UnknownReason.THROTTLED
        )
        others.append(_with(plan, replace(access, unknown=rest_unknown)))
        others.append(_with(plan, replace(access, unknown=(*rest_unknown, replace(item, why=other_kind)))))
    others.append(_with(plan, replace(access, name=access.name + "x")))
    others.append(replace(plan, workspace=plan.workspace + "x"))
    assert plan.fingerprint not in {fingerprint_of(other) for other in others}


def _with(plan: Plan, access: AccessPlan) -> Plan:
    return replace(plan, accesses=tuple(access if a.address == access.address else a for a in plan.accesses))
