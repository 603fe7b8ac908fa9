"""Tellings <-> data: what each receiver was told of drift last, as it is kept from one run to the next.

    {formatVersion, kind: DriftTold, workspace, salt,
     receivers: [{receiver, differences: [{school, supplier, action, aspect, name, before, after}],
                  gaps: [{school, supplier, gap}]}]}

It holds no more than a snapshot may: names of schools, suppliers, accounts, entities and permissions. A `receiver` is a
hash of its address.
"""

from __future__ import annotations

from typing import Any, Final

from reconciler.errors import InputError
from reconciler.model.change import Action, Aspect
from reconciler.model.entity import entity_key
from reconciler.model.news import Gap, Place, State, Told
from reconciler.model.review import Difference
from reconciler.planning.strict import text
from reconciler.planning.tellings import Tellings

FORMAT_VERSION: Final = 1
KIND: Final = "DriftTold"


def to_data(tellings: Tellings, workspace: str) -> dict[str, Any]:
    """What the receivers of a workspace were told; the same bytes for the same."""
    return {
        "formatVersion": FORMAT_VERSION,
        "kind": KIND,
        "workspace": workspace,
        "salt": tellings.salt,
        "receivers": [{"receiver": key, **_told_data(told)} for key, told in tellings.receivers.items()],
    }


def from_data(data: Any, workspace: str) -> Tellings:
    """What the receivers of this workspace were told. Raises InputError, whose message goes on after a file's name, for
    anything else."""
    try:
        if data["kind"] != KIND:
            raise InputError("it is another kind of document")
        if data["formatVersion"] != FORMAT_VERSION:
            raise InputError(f"its format is version {data['formatVersion']!r}, and this program reads version 1")
        if data["workspace"] != workspace:
            raise InputError(f"it is of the workspace {text(data['workspace'])}, and this one is {workspace}")
        return Tellings(text(data["salt"]), {text(each["receiver"]): _told(each) for each in data["receivers"]})
    except (AttributeError, KeyError, TypeError, ValueError):
        raise InputError("it is not what `drift --notify` writes") from None


def _told_data(told: Told) -> dict[str, Any]:
    return {
        "differences": [_difference_data(key, state) for key, state in sorted(told.differences.items())],
        "gaps": [
            {"school": place.school, "supplier": place.supplier, "gap": gap.value} for place, gap in sorted(told.gaps)
        ],
    }


def _told(data: Any) -> Told:
    return Told(dict(map(_difference, data["differences"])), frozenset(map(_gap, data["gaps"])))


def _difference_data(key: Difference, state: State) -> dict[str, str]:
    return {
        "school": key.school,
        "supplier": key.supplier,
        "action": key.action.value,
        "aspect": key.aspect.value,
        "name": state.name,
        "before": state.before,
        "after": state.after,
    }


def _difference(data: Any) -> tuple[Difference, State]:
    state = State(text(data["name"]), text(data["before"]), text(data["after"]))
    key = Difference(
        text(data["school"]),
        text(data["supplier"]),
        Action(data["action"]),
        Aspect(data["aspect"]),
        entity_key(state.name),
    )
    return key, state


def _gap(data: Any) -> tuple[Place, Gap]:
    return Place(text(data["school"]), text(data["supplier"])), Gap(data["gap"])
