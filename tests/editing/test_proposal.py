"""Changes that a form asks for: the manifests say them then, and of everything else what they said before."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from shutil import rmtree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.attestation.submission import Submission
from reconciler.editing.proposal import EditProposal, carry_out, propose
from reconciler.editing.requests import EditRequest, NewSupplier, NewWaiver, OtherEntities, Retirement
from reconciler.errors import InputError, ManifestError, SelectionError
from reconciler.importing.passwords import StoreKind, stored_reference
from reconciler.manifest.load import load
from reconciler.manifest.resolving.placeholders import values
from reconciler.model.address import Address
from reconciler.model.aspect import Action, Aspect
from reconciler.model.desired import Account, Desired
from reconciler.model.entity import entity_key
from reconciler.model.plan import EndReason

TODAY, LATER = date(2026, 12, 1), date(2027, 3, 31)
SCHOOLS = ("greenfield", "hilltop", "meadow", "oakwood", "riverside", "sorrel", "thistle", "vinefield")
SUPPLIERS = ("groupcall", "till")
NAMES = (
    *("Attendances", "ClassTimeTables", "Exclusions", "PersonPhotos", "Rooms", "Staff", "StudentContacts", "Students"),
    *("Subjects", "YearGroups"),
)
HEAD = """\
apiVersion: reconciler/v1
kind: Workspace
metadata: {name: example}
spec: {account: {username: "{supplier}.{school}"}}
"""
SUPPLIER = """\
apiVersion: reconciler/v1
kind: Supplier
metadata: {{name: {name}}}
spec:
  bundles: {{b: [Rooms, Subjects]}}
  entities: [Students, Attendances, {{bundle: b}}] # all of them
  consent: {{needs: [students]}}
  overrides:
    - schools: [greenfield, hilltop]
      entities: {{remove: [Attendances]}}
    - schools: [meadow]
      entities: {{add: [YearGroups]}}
"""
some_schools = st.lists(st.sampled_from(SCHOOLS), unique=True, max_size=4).map(tuple)
some_names = st.lists(st.sampled_from(NAMES), unique=True, max_size=5).map(tuple)
last_days = st.sampled_from((None, TODAY, LATER))
requests = st.one_of(
    st.builds(
        NewSupplier,
        title=st.sampled_from(("Library Loans", "St Mary's till", "Groupcall", "--", "yes")),
        profile=st.sampled_from(("", "timetable-view")),
        schools=some_schools,
    ),
    st.builds(
        OtherEntities, supplier=st.sampled_from(SUPPLIERS), schools=some_schools, add=some_names, remove=some_names
    ),
    st.builds(Retirement, supplier=st.sampled_from(SUPPLIERS), schools=some_schools, last_day=last_days),
)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return fresh(tmp_path / "workspace")


def fresh(folder: Path) -> Path:
    """A workspace with eight schools and two suppliers at each."""
    if folder.exists():
        rmtree(folder)
    (folder / "suppliers").mkdir(parents=True)
    schools = (
        f"apiVersion: reconciler/v1\nkind: School\nmetadata: {{name: {name}}}\n"
        f"spec: {{schoolId: {12345 + number}, platform: scomis}}\n"
        for number, name in enumerate(SCHOOLS)
    )
    (folder / "reconciler.yaml").write_text(HEAD, encoding="utf-8")
    (folder / "schools.yaml").write_text("---\n".join(schools), encoding="utf-8")
    for name in SUPPLIERS:
        (folder / "suppliers" / f"{name}.yaml").write_text(SUPPLIER.format(name=name), encoding="utf-8")
    return folder


def desired_of(folder: Path) -> Desired:
    found = load(folder, TODAY)
    assert found.desired, found.problems
    return found.desired


def texts_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.yaml")}


def done(request: EditRequest, folder: Path) -> EditProposal:
    return carry_out(request, folder, TODAY, propose(request, folder, TODAY).digest)


@settings(max_examples=30)  # each reads the workspace six times
@given(request_=requests)
def test_whatever_is_asked_for_is_said_then_and_nothing_else(request_: EditRequest, tmp_path_factory: object) -> None:
    """Or it is refused, and not a byte is written."""
    folder = fresh(Path(str(tmp_path_factory.getbasetemp())) / "law")  # type: ignore[attr-defined]
    before, texts = desired_of(folder), texts_of(folder)
    try:
        proposal = propose(request_, folder, TODAY)
    except (InputError, SelectionError):
        assert texts_of(folder) == texts
        return
    assert texts_of(folder) == texts  # a look writes nothing
    carry_out(request_, folder, TODAY, proposal.digest)
    after = desired_of(folder)
    for address, access in before.accesses.items():
        now = after.accesses[address]
        match request_:
            case OtherEntities(supplier=supplier, schools=schools, add=add, remove=remove) if (
                address.supplier == supplier and (not schools or address.school in schools)
            ):
                wanted = (access.entities.keys() | {*map(entity_key, add)}) - {*map(entity_key, remove)}
                assert now.entities.keys() == wanted
            case Retirement(supplier=supplier, schools=schools, last_day=last_day) if address.supplier == supplier and (
                not schools or address.school in schools
            ):
                assert (now.next_turn == last_day) if last_day else (now.ended is not None)
            case _:
                assert now.entities.keys() == access.entities.keys()
                assert now.ended == access.ended
    new = after.accesses.keys() - before.accesses.keys()
    if isinstance(request_, NewSupplier):
        assert {address.school for address in new} == set(request_.schools or SCHOOLS)
    else:
        assert not new


def test_a_retired_supplier_has_ended_at_each_of_its_schools(workspace: Path) -> None:
    """Without a school it is the whole supplier, said once."""
    proposal = done(Retirement("till", (), None), workspace)
    after = desired_of(workspace)
    reasons = {access.ended and access.ended.reason for at, access in after.accesses.items() if at.supplier == "till"}
    assert reasons == {EndReason.RETIRED}
    assert [line for line in proposal.diff if "state" in line] == ["+  state: retired"]


def test_a_comment_stays(workspace: Path) -> None:
    """The file is edited in place."""
    done(OtherEntities("till", (), ("Staff",), ()), workspace)
    assert "# all of them" in (workspace / "suppliers/till.yaml").read_text(encoding="utf-8")


def test_a_waiver_is_written_and_holds(workspace: Path) -> None:
    """In a file of its own, with the words that a plan uses."""
    request = NewWaiver(
        ("riverside",),
        "till",
        Action.REVOKE,
        Aspect.READ,
        "PersonPhotos",
        "",
        "the card printer",
        "J. Smith",
        LATER,
    )
    done(request, workspace)
    done(request, workspace)  # the name is taken by then
    waivers = desired_of(workspace).waivers
    assert {waiver.terms.waiver for waiver in waivers} == {"till-personphotos", "till-personphotos-2"}
    assert {(waiver.supplier, waiver.action, waiver.name) for waiver in waivers} == {
        ("till", Action.REVOKE, "PersonPhotos")
    }


def test_an_attestation_is_shown_before_it_is_written(workspace: Path) -> None:
    """Its text is in the diff, and the file is not there yet."""
    submission = Submission(
        "oakwood",
        "",
        "",
        {"consent.students": ("set",)},
        "J. Smith",
        datetime(2026, 12, 1, 9, tzinfo=UTC),
        LATER,
        "Ticket 4711",
    )
    proposal = propose(submission, workspace, TODAY)
    assert any("Ticket 4711" in line for line in proposal.diff)
    assert not (workspace / "attestations").exists()
    carry_out(submission, workspace, TODAY, proposal.digest)
    assert len(desired_of(workspace).words) == 1


def test_files_that_changed_since_are_not_written_over(workspace: Path) -> None:
    """A colleague may have saved the same file meanwhile."""
    request = OtherEntities("till", (), ("Staff",), ())
    seen = propose(request, workspace, TODAY)
    file = workspace / "suppliers/till.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "# a colleague's remark\n", encoding="utf-8")
    before = texts_of(workspace)
    with pytest.raises(InputError, match="changed since this was shown"):
        carry_out(request, workspace, TODAY, seen.digest)
    assert texts_of(workspace) == before


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (OtherEntities("tyll", (), ("Staff",), ()), "no supplier 'tyll'. Did you mean `till`"),
        (OtherEntities("till", ("meadows",), ("Staff",), ()), "no school 'meadows'. Did you mean `meadow`"),
        (OtherEntities("till", (), ("Students",), ()), "say so already"),
        (OtherEntities("till", (), ("Studnets",), ()), "the manifests would be wrong"),
        (NewSupplier("Till", "", ()), "till is in this workspace already"),
        (NewSupplier("New", "timetable-vew", ()), "no published list 'timetable-vew'"),
        (NewSupplier("?!", "", ()), "needs a name"),
        (NewWaiver((), "till", Action.REVOKE, Aspect.READ, "Staff", "", "r", "b", LATER), "at which schools"),
        (NewWaiver(("meadow",), "till", Action.REVOKE, Aspect.READ, "Staff", "", " ", "b", LATER), "would be wrong"),
    ],
)
def test_what_cannot_be_done_says_why(workspace: Path, request_: EditRequest, message: str) -> None:
    """And writes nothing."""
    before = texts_of(workspace)
    with pytest.raises((InputError, SelectionError), match=message.replace("?", r"\?").replace(".", r"\.")):
        propose(request_, workspace, TODAY)
    assert texts_of(workspace) == before


def test_wrong_manifests_are_named(workspace: Path) -> None:
    """They are corrected first."""
    (workspace / "schools.yaml").write_text("kind: [\n", encoding="utf-8")
    with pytest.raises(ManifestError):
        propose(Retirement("till", (), None), workspace, TODAY)


def test_addresses_are_those_of_the_supplier_alone(workspace: Path) -> None:
    """An access that is not there cannot be ended."""
    done(NewSupplier("Library Loans", "", ("meadow",)), workspace)
    assert Address("meadow", "library-loans") in desired_of(workspace).accesses
    with pytest.raises(SelectionError, match="no access of this supplier"):
        propose(Retirement("library-loans", ("oakwood",), None), workspace, TODAY)


@pytest.mark.parametrize("kind", StoreKind)
def test_a_new_supplier_has_its_password_where_a_connected_one_would(workspace: Path, kind: StoreKind) -> None:
    """So that the two never look for it in two places."""
    done(NewSupplier("Library Loans", "", ("meadow",), kind), workspace)
    desired = desired_of(workspace)
    via = desired.accesses[Address("meadow", "library-loans")].via
    names = values("meadow", desired.schools["meadow"].school_id, "library-loans")
    assert isinstance(via, Account)
    assert via.password is not None
    assert via.password.ref == stored_reference(kind, names)
