"""impossible-change: a waiver names changes that a plan can ask for.

Any other change accepts nothing, but its writer believes it does.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.resolving.waivers import ASPECTS
from reconciler.manifest.text.document import Data
from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.aspect import Action, Aspect
from reconciler.model.entity import entity_key
from reconciler.model.problem import Problem, Severity
from reconciler.planning.facts import ROWS

ID: Final = "impossible-change"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a change that lacks a key, has an aspect that its action never has, or has no supplier."""
    for waiver in manifests.waivers:
        if waiver.tells("supplier", "action", "aspect", "name", "before"):
            for change in waiver.spec.get("changes", []):
                yield from _in_change(waiver, change)


def _in_change(waiver: Manifest, change: dict[str, Data]) -> Iterator[Problem]:
    action = Action(change["action"])
    possible = ASPECTS[action]
    place = waiver.document.value(change, "action")
    if "name" not in change and action is not Action.MEND_LOGIN:
        yield _problem(waiver, change, f"`{action}` needs the key `name`.", "Add name:, as the plan shows it.")
    if "aspect" not in change and action is Action.SET:
        yield _problem(waiver, change, "`set` needs the key `aspect`.", f"Use one of: {', '.join(possible)}")
        return
    aspect = Aspect(change.get("aspect", possible[0]))
    if aspect not in possible:
        place = waiver.document.value(change, "aspect")
        message = f"No plan has `{action}` with the aspect `{aspect}`."
        yield Problem(ID, Severity.ERROR, place, message, f"With `{action}`, use {' or '.join(possible)}.")
    elif "supplier" in waiver.spec and not ROWS[aspect].by_supplier:
        hint = "Move it to a Waiver without supplier."
        yield Problem(ID, Severity.ERROR, place, "The lawful basis belongs to the school, not to a supplier.", hint)
    elif "supplier" not in waiver.spec and not ROWS[aspect].in_school:
        yield Problem(ID, Severity.ERROR, place, "This change needs a supplier.", "Add supplier: to the spec.")
    else:
        yield from _in_before(waiver, change, action, aspect)


def _in_before(waiver: Manifest, change: dict[str, Data], action: Action, aspect: Aspect) -> Iterator[Problem]:
    """Check `before`: a setting is accepted only as it is now; an entity or a permission has no value."""
    before = change.get("before")
    if action is not Action.SET:
        if before is not None:
            place = waiver.document.key(change, "before")
            yield Problem(ID, Severity.ERROR, place, f"`{action}` has no key `before`.", "Remove the key.")
        return
    row = ROWS[aspect]
    possible = tuple(choice for choice in row.choices if choice != row.wanted)
    if before is None:
        hint = f"Add what is accepted: before: {possible[0] if len(possible) == 1 else 'as the plan shows it'}"
        yield _problem(waiver, change, "`set` needs the key `before`.", hint)
    elif entity_key(str(before)) not in map(entity_key, possible):
        place = waiver.document.value(change, "before")
        yield Problem(
            ID, Severity.ERROR, place, f"`{aspect}` is never `{before}`.", f"Use one of: {', '.join(possible)}"
        )


def _problem(waiver: Manifest, change: dict[str, Data], message: str, hint: str) -> Problem:
    return Problem(ID, Severity.ERROR, waiver.document.value(change, "action"), message, hint)
