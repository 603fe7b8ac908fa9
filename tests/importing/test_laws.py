"""The law of importing: right after it, a plan has no difference, and importing again changes nothing."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from reconciler.cli.importing.workspace import TargetWorkspace
from reconciler.formatting import NormalForm, normal_form
from reconciler.importing.concerns import Concern
from reconciler.importing.plan import ImportPlan, Judgement, plan_import
from reconciler.importing.request import request_of_snapshot
from reconciler.manifest.load import load
from reconciler.model.desired import Desired
from reconciler.model.entity import entity_key
from reconciler.model.secret import EnvRef
from reconciler.workflow import plan_of, sensitivity
from tests.importing.fleets import Fleet, fleets
from tests.planning.worlds import TODAY


def planned(fleet: Fleet, folder: Path, *leave_out: Concern) -> tuple[TargetWorkspace, Desired, ImportPlan]:
    """What an import of a fleet's snapshot into a folder comes to."""
    target = TargetWorkspace.read(folder, "example", TODAY)
    request = request_of_snapshot(
        fleet.snapshot, target.known, lambda values: EnvRef(f"{values['SUPPLIER']}_{values['SCHOOL']}_PASSWORD")
    )
    live = fleet.snapshot.of(request)
    return (
        target,
        request,
        plan_import(request, live, target.known, target.desired, Judgement(sensitivity(), leave_out=leave_out)),
    )


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
        target, request, plan = planned(fleet, folder)
        target.write(target.files_of(plan, request))
        if not fleet.answered:
            assert not folder.exists()
            return
        desired = desired_in(folder)
        assert desired.accesses.keys() == fleet.answered
        assert plan_of(desired, fleet.snapshot.of(desired), TODAY).summary.changes == 0
        assert plan.left_out.keys() == fleet.snapshot.live.accesses.keys() - fleet.answered
        assert planned(fleet, folder)[2].added == {}


@given(fleets())
def test_what_is_written_is_in_normal_form(fleet: Fleet) -> None:
    """`fmt` has nothing to do after an import."""
    with TemporaryDirectory() as temporary:
        target, request, plan = planned(fleet, Path(temporary, "workspace"))
        for file, text in target.files_of(plan, request).items():
            normal = normal_form(file, text.encode())
            assert isinstance(normal, NormalForm)
            assert not normal.is_changed


@given(fleets(), st.sets(st.sampled_from([Concern.SENSITIVE, Concern.UNLIKE_PEERS])))
def test_what_is_left_out_is_too_much_in_the_next_plan(fleet: Fleet, leave_out: set[Concern]) -> None:
    """The plan revokes exactly what was left out, and grants nothing."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary, "workspace")
        target, request, plan = planned(fleet, folder, *leave_out)
        target.write(target.files_of(plan, request))
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
        assert planned(fleet, folder, *leave_out)[2].added == {}
