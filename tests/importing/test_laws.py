"""The law of importing: right after it, a plan has no difference, and importing again changes nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from reconciler.editing.target import TargetWorkspace
from reconciler.formatting import NormalForm, normal_form
from reconciler.importing.concerns import Concern
from reconciler.importing.plan import ImportPlan, Judgement, plan_import
from reconciler.importing.request import request_of_snapshot
from reconciler.manifest.load import load
from reconciler.model.address import Address
from reconciler.model.desired import Account, Desired
from reconciler.model.entity import entity_key
from reconciler.model.secret import EnvRef
from reconciler.workflow import plan_of, sensitivity
from tests.importing.fleets import Fleet, fleets, listing
from tests.planning.worlds import TODAY


def planned(fleet: Fleet, folder: Path, *leave_out: Concern) -> tuple[TargetWorkspace, Desired, ImportPlan]:
    """What an import of a fleet's snapshot into a folder comes to."""
    target = TargetWorkspace.read(folder, "example", TODAY)
    request = request_of_snapshot(
        fleet.snapshot, target.known, lambda values: EnvRef(f"{values['SUPPLIER']}_{values['SCHOOL']}_PASSWORD")
    )
    live, judgement = fleet.snapshot.of(request), Judgement(sensitivity(), leave_out=leave_out)
    return target, request, plan_import(request, live, target.known, target.desired, target.manifests, judgement)


def taken_over(fleet: Fleet, folder: Path, *leave_out: Concern) -> ImportPlan:
    """Import a fleet's snapshot into a folder."""
    target, request, plan = planned(fleet, folder, *leave_out)
    target.write(target.files_of(plan, request))
    return plan


def desired_in(folder: Path) -> Desired:
    """What the manifests of a folder say."""
    loaded = load(folder, TODAY)
    assert loaded.desired is not None, loaded.problems
    return loaded.desired


@given(fleets())
def test_a_plan_after_an_import_is_empty(fleet: Fleet) -> None:
    """Every account that answered is declared as it is, no other is declared, and a second import writes nothing."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary, "workspace")
        plan = taken_over(fleet, folder)
        if not fleet.answered:
            assert not folder.exists()
            return
        desired = desired_in(folder)
        assert desired.accesses.keys() == fleet.answered
        assert plan_of(desired, fleet.snapshot.of(desired), TODAY).summary.changes == 0
        assert plan.left_out.keys() == fleet.snapshot.live.accesses.keys() - fleet.answered
        assert planned(fleet, folder)[2].edits == {}


@given(fleets())
def test_what_is_written_is_in_normal_form(fleet: Fleet) -> None:
    """`fmt` has nothing to do after an import."""
    with TemporaryDirectory() as temporary:
        target, request, plan = planned(fleet, Path(temporary, "workspace"))
        for file, text in target.files_of(plan, request).items():
            normal = normal_form(file, text.encode())
            assert isinstance(normal, NormalForm)
            assert not normal.is_changed


@st.composite
def earlier(draw: st.DrawFn, fleet: Fleet) -> Fleet:
    """A part of a fleet as it was some time ago: fewer accounts, and other ticks."""
    snapshot, names = fleet.snapshot, draw(st.sampled_from([("Students",), ("Staff", "no"), ("PersonPhotos",)]))
    kept = draw(st.sets(st.sampled_from(sorted(snapshot.usernames)), min_size=1))
    accesses = {address: snapshot.live.accesses[address] for address in sorted(kept)}
    for address in draw(st.sets(st.sampled_from(sorted(kept)))):
        accesses[address] = listing(*names)
    schools = {address.school for address in kept}
    return Fleet(
        replace(
            snapshot,
            live=replace(
                snapshot.live,
                schools={name: school for name, school in snapshot.live.schools.items() if name in schools},
                accesses=accesses,
            ),
            databases={name: database for name, database in snapshot.databases.items() if name in schools},
            usernames={address: snapshot.usernames[address] for address in accesses},
        )
    )


@given(st.data())
def test_an_import_changes_what_is_there_and_nothing_else(data: st.DataObject) -> None:
    """Into manifests of an earlier day, with comments: what answered is then declared as it is, what did not is as it
    was, every comment stays, and a second import writes nothing."""
    fleet = data.draw(fleets())
    before = data.draw(earlier(fleet))
    with TemporaryDirectory() as temporary:
        folder = Path(temporary, "workspace")
        taken_over(before, folder)
        for file in folder.rglob("*.yaml"):
            file.write_text(f"# Ours: {file.name}\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
        declared = desired_in(folder) if before.answered else None
        taken_over(fleet, folder)
        if not fleet.answered:
            return
        desired = desired_in(folder)
        plan = plan_of(desired, fleet.snapshot.of(desired), TODAY)
        assert fleet.answered <= desired.accesses.keys()
        assert not [access.address for access in plan.accesses if access.changes and access.address in fleet.answered]
        if declared:
            others = declared.accesses.keys() - fleet.answered
            assert [says(desired, address) for address in others] == [says(declared, address) for address in others]
        assert all(file.read_text(encoding="utf-8").count("# Ours") <= 1 for file in folder.rglob("*.yaml"))
        assert planned(fleet, folder)[2].edits == {}


def says(desired: Desired, address: Address) -> tuple[object, object, object]:
    """The entities and the account that manifests declare; places differ, and do not count."""
    access = desired.accesses[address]
    assert isinstance(access.via, Account)
    return set(access.entities), access.via.username.value, access.via.password and access.via.password.ref


@given(fleets(), st.sets(st.sampled_from([Concern.SENSITIVE, Concern.UNLIKE_PEERS])))
def test_what_is_left_out_is_too_much_in_the_next_plan(fleet: Fleet, leave_out: set[Concern]) -> None:
    """The plan revokes exactly what was left out, and grants nothing."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary, "workspace")
        plan = taken_over(fleet, folder, *leave_out)
        if not fleet.answered:
            return
        desired = desired_in(folder)
        changes = plan_of(desired, fleet.snapshot.of(desired), TODAY).accesses
        revoked = {(access.address, entity_key(change.name)) for access in changes for change in access.changes}
        assert revoked == {
            (address, key)
            for concern in leave_out
            for address, keys in plan.concerns.get(concern, {}).items()
            for key in keys
        }
        assert planned(fleet, folder, *leave_out)[2].edits == {}
