"""A request -> the new texts of manifests, and what these ask for beside the old ones. Nothing is written before a
person has seen them, and then only if the files are still those that they were shown.

    request --edits--> texts --load--> what the manifests would say --> refused if anything else would change
"""

from collections.abc import Collection, Iterable, Mapping
from copy import deepcopy
from datetime import date
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Final, assert_never

from reconciler.attestation.submission import Submission
from reconciler.attestation.write import attest, prepared
from reconciler.catalogue import profiles
from reconciler.editing.requests import EditRequest, NewSupplier, NewWaiver, OtherEntities, Retirement, Texts
from reconciler.editing.target import SCHEMA, TargetWorkspace, text_of, with_modelines
from reconciler.errors import InputError, ManifestError, SelectionError
from reconciler.formatting.edits import AddDocument, ManifestEdit, ManifestId, SetValue
from reconciler.importing.documents import document_of, new_supplier
from reconciler.importing.request import slug
from reconciler.importing.respecify import end_at, respecified
from reconciler.manifest.load import load
from reconciler.manifest.text.document import Data
from reconciler.manifest.text.writing import PlainText
from reconciler.manifest.workspace.manifests import Manifest
from reconciler.model.address import Address
from reconciler.model.aspect import Action, Aspect
from reconciler.model.desired import Desired
from reconciler.model.entity import entity_key
from reconciler.model.review import Edits
from reconciler.planning.review.edits import edits
from reconciler.spelling import did_you_mean
from reconciler.startup import dataclass
from reconciler.workflow import sensitivity

_LONGEST_NAME: Final = 63  # as in the schema


@dataclass(frozen=True, slots=True)
class EditProposal:
    """A change of manifests that is not written yet.

    edits   what it asks for, as an approver of the change would read it
    diff    the lines of a diff
    digest  of the files before it and after it: whoever agrees to it agrees to these
    """

    texts: Texts
    edits: Edits
    diff: tuple[str, ...]
    digest: str


def propose(request: EditRequest, workspace: Path, today: date) -> EditProposal:
    """Return what a request comes to. Raises ManifestError if the manifests are wrong already, SelectionError for a
    name that they do not have, and InputError if the change cannot be made, or changes nothing."""
    target = TargetWorkspace.read(workspace, "", today)
    desired = target.desired
    if desired is None:
        raise ManifestError(load(workspace, today).problems)
    if isinstance(request, Submission):
        texts: Texts = prepared(workspace, (request,)).texts
    else:
        texts = _texts(request, target, desired)
    after = target.desired_with(texts)
    changed = edits(desired, after, sensitivity())
    _refuse_other_changes(request, desired, after, changed)
    return EditProposal(texts, changed, tuple(target.diff(texts)), _digest(workspace, texts))


def carry_out(request: EditRequest, workspace: Path, today: date, digest: str) -> EditProposal:
    """Write what a person agreed to, and return it. Raises InputError if it is not the same any more, and as
    `propose`."""
    proposal = propose(request, workspace, today)
    if proposal.digest != digest:
        raise InputError("Nothing was written: the files have changed since this was shown. Look at it once more.")
    if isinstance(request, Submission):
        attest(workspace, request)
    else:
        TargetWorkspace.read(workspace, "", today).write(proposal.texts)
    return proposal


def _digest(workspace: Path, texts: Texts) -> str:
    together = sha256()
    for file, text in sorted(texts.items()):
        for part in (file, text_of(workspace / file), text):
            together.update(sha256(part.encode("utf-8", "surrogatepass")).digest())
    return together.hexdigest()


def _texts(
    request: NewSupplier | OtherEntities | NewWaiver | Retirement, target: TargetWorkspace, desired: Desired
) -> Texts:
    _refuse_unknown(request.schools, desired.schools, "school")
    match request:
        case NewSupplier():
            changes = _adding(request, target)
        case OtherEntities():
            changes = _entities(request, target, desired)
        case NewWaiver():
            changes = _waiver(request, desired)
        case Retirement():
            changes = _retirement(request, target, desired)
        case _:
            assert_never(request)
    has_schema = (target.folder / SCHEMA).exists()
    return {
        file: with_modelines(file, text) if has_schema and not (target.folder / file).exists() else text
        for file, text in target.texts_of(changes).items()
    }


def _adding(request: NewSupplier, target: TargetWorkspace) -> Mapping[str, list[ManifestEdit]]:
    title, name = request.title.strip(), slug(request.title)
    if not name:
        raise InputError("Nothing was written: the supplier needs a name with letters or digits in it.")
    if name in target.known.suppliers:
        raise InputError(f"Nothing was written: {name} is in this workspace already.")
    if request.profile:
        _refuse_unknown([request.profile], profiles(), "published list")
    document = new_supplier(name, title, request.profile, request.schools, request.kept_in)
    return {f"suppliers/{name}.yaml": [AddDocument(document)]}


def _entities(request: OtherEntities, target: TargetWorkspace, desired: Desired) -> Mapping[str, list[ManifestEdit]]:
    supplier = _supplier(request.supplier, target)
    removed = {entity_key(name) for name in request.remove}
    added = {entity_key(name): name for name in request.add}
    names = {
        school: {key: name for key, name in {**had, **added}.items() if key not in removed}
        for school, had in _declared(request, desired).items()
    }
    spec = respecified(supplier, target.manifests, desired, {}, names, {})
    return _of_spec(supplier, spec)


def _declared(request: OtherEntities | Retirement, desired: Desired) -> Mapping[str, Mapping[str, str]]:
    """{school: {entity key: its name}} of the accesses that a request is about; raises SelectionError without one."""
    own = {
        address.school: {key: declared.value for key, declared in access.entities.items()}
        for address, access in desired.accesses.items()
        if address.supplier == request.supplier
    }
    _refuse_unknown(request.schools, own, "access of this supplier at a school named")
    return {school: names for school, names in own.items() if not request.schools or school in request.schools}


def _waiver(request: NewWaiver, desired: Desired) -> Mapping[str, list[ManifestEdit]]:
    if not request.schools:
        raise InputError("Nothing was written: say at which schools the difference is accepted.")
    taken = {waiver.terms.waiver for waiver in desired.waivers}
    name = _free(slug(f"{request.supplier or request.schools[0]} {request.name or request.action}"), taken)
    change: dict[str, Data] = {"action": request.action.value}
    change |= {} if _is_usual(request.action, request.aspect) else {"aspect": request.aspect.value}
    change |= {"name": request.name} if request.action is not Action.MEND_LOGIN else {}
    change |= {"before": request.before} if request.action is Action.SET else {}
    spec: dict[str, Data] = {
        "schools": list(request.schools),
        **({"supplier": request.supplier} if request.supplier else {}),
        "changes": [change],
        "reason": request.reason.strip(),
        "by": request.by.strip(),
        "expires": PlainText(str(request.expires)),
    }
    return {f"waivers/{name}.yaml": [AddDocument(document_of("Waiver", name, spec))]}


def _is_usual(action: Action, aspect: Aspect) -> bool:
    return aspect is (Aspect.LOGIN if action is Action.MEND_LOGIN else Aspect.READ)


def _free(name: str, taken: Iterable[str]) -> str:
    """The name, with a number where it is taken."""
    for number in count(1):
        tail = f"-{number}" if number > 1 else ""
        if (free := name[: _LONGEST_NAME - len(tail)].rstrip("-") + tail) not in taken:
            return free
    raise AssertionError("numbers do not end")


def _retirement(request: Retirement, target: TargetWorkspace, desired: Desired) -> Mapping[str, list[ManifestEdit]]:
    supplier = _supplier(request.supplier, target)
    ending = _declared(request, desired)
    spec: dict[str, Data] = deepcopy(supplier.spec)
    last_day = str(request.last_day) if request.last_day else ""
    if not request.schools:
        spec |= {"state": "retired", **({"accessUntil": PlainText(last_day)} if last_day else {})}
    else:
        for school in sorted(ending):
            end_at(spec, school, last_day)
    return _of_spec(supplier, spec)


def _supplier(name: str, target: TargetWorkspace) -> Manifest:
    there = {supplier.name: supplier for supplier in target.manifests.suppliers}
    _refuse_unknown([name], there, "supplier")
    return there[name]


def _of_spec(supplier: Manifest, spec: dict[str, Data]) -> Mapping[str, list[ManifestEdit]]:
    return {supplier.document.source.file: [SetValue(ManifestId("Supplier", supplier.name), ("spec",), spec)]}


def _refuse_unknown(names: Iterable[str], known: Collection[str], what: str) -> None:
    for name in names:
        if name not in known:
            raise SelectionError(
                f"Nothing was written: there is no {what} {name!r}. {did_you_mean(name, known)}".rstrip()
            )


def _refuse_other_changes(request: EditRequest, before: Desired, after: Desired, changed: Edits) -> None:
    """Raise InputError if the manifests would say anything else than was asked for, or the same as before."""
    if not changed and before.waivers == after.waivers and before.words == after.words:
        raise InputError("Nothing was written: the manifests say so already.")
    supplier = slug(request.title) if isinstance(request, NewSupplier) else request.supplier
    elsewhere = [
        f"{edit.school}/{edit.supplier}".strip("/") or "the Workspace"
        for edit in changed
        if edit.supplier != supplier or (_schools(request) and edit.school not in _schools(request))
    ]
    wrong = elsewhere or [str(address) for address in _missed(request, before, after)]
    if wrong:
        raise InputError(
            f"Nothing was written: the manifests would say something else of {wrong[0]}, too, or not say what was "
            "asked for there. Make this change by hand."
        )


def _schools(request: EditRequest) -> tuple[str, ...]:
    return (request.school,) if isinstance(request, Submission) else request.schools


def _missed(request: EditRequest, before: Desired, after: Desired) -> Iterable[Address]:
    """Find each access of which the manifests would not say what was asked for."""
    if isinstance(request, OtherEntities):
        removed = set(map(entity_key, request.remove))
        for school, had in _declared(request, before).items():
            wanted = (had.keys() | set(map(entity_key, request.add))) - removed
            if after.accesses[Address(school, request.supplier)].entities.keys() != wanted:
                yield Address(school, request.supplier)
    elif isinstance(request, Retirement):
        for school in _declared(request, before):
            access = after.accesses[Address(school, request.supplier)]
            if access.ended is None and access.next_turn != request.last_day:
                yield Address(school, request.supplier)
