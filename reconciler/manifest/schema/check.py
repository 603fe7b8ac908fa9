"""The schemas: their text for `reconciler schema`, and the check of a document against its kind's.

`jsonschema_rs` says *valid* eighty times faster than `jsonschema`, which finds the errors where it says no, and does
the whole work where there is no wheel of it. Both read the very files that editors read.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias

from reconciler.catalogue import entities
from reconciler.files import package_data
from reconciler.manifest.schema.messages import meant, parts_of, problem_of
from reconciler.manifest.text.document import Data, Document
from reconciler.manifest.text.typed_scalars import Types, apply_types, types_of
from reconciler.model.problem import Problem

Path: TypeAlias = tuple[str | int, ...]  # keys and numbers from the top of a document down

ANY: Final = "*"  # what a key may be that looks like none
_RELIED_ON: Final = frozenset({"schoolId", "platform"})  # what no School is without, to every rule


class Salvage(NamedTuple):
    """The rest of a manifest.

    lost     the keys that it may have meant to say and does not: what mistyped ones were most likely to be, ANY among
             them where one looks like none, and the unreadable ones
    refused  where in it something stands that no rule may see: keys that its schema does not know, at any depth, and
             keys of its `spec` whose values are unreadable
    """

    lost: frozenset[str] = frozenset()
    refused: frozenset[Path] = frozenset()


def salvage(errors: Iterable[Any]) -> Salvage | None:
    """Salvage a manifest with these `jsonschema` errors; None if rules cannot look at it.

    They can live without keys that nobody knows, with a password in plain text, which one of them is about, and with
    the rest of a `spec` in which a value is not as it should be.
    """
    lost: set[str] = set()
    refused: set[Path] = set()
    for error in errors:
        path = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            keys = error.schema.get("properties", {})
            unknown = [key for key in error.instance if key not in keys]
            lost.update(meant(key, keys) or ANY for key in unknown)
            refused.update((*path, key) for key in unknown)
        elif not _is_plain_password(path, error):
            if len(path) < 2 or path[0] != "spec" or path[1] in _RELIED_ON:
                return None
            lost.add(str(path[1]))
            refused.add(path[:2])
    return Salvage(frozenset(lost), frozenset(refused))


def _is_plain_password(path: Sequence[str | int], error: Any) -> bool:
    return tuple(path[-2:]) == ("account", "password") and isinstance(error.instance, str)


_LATER: Final = {"plan": 2}  # versions of formats that are not 1
_ENTITY: Final = "entity"  # the definition of an entity's name, in each schema that has such names
API_VERSION: Final = "reconciler/v1"
KINDS: Final = ("Workspace", "School", "Supplier", "Attestation", "Waiver", "Profile", "Round")
SCHEMAS: Final = (
    *(kind.lower() for kind in KINDS),
    *("manifest", "plan", "snapshot", "journal", "outcomes", "outcome", "heartbeat", "notification"),
    *("explanations", "check-ups", "register", "access-report", "usage-report"),
    *("history-access", "history-day", "history-trend"),
)


def schema_file(name: str) -> str:
    """The file of one of SCHEMAS in `reconciler.schemas`, and below `schemas/` of the repository: in the folder of its
    format's version, which goes into the address that its `$id` is."""
    return f"v{_LATER.get(name, 1)}/{name}.schema.json"


def schema_text(kind: str) -> str:
    """The JSON Schema of one of SCHEMAS as JSON, complete in itself. Raises KeyError for any other kind."""
    if kind not in SCHEMAS:
        raise KeyError(kind)
    schema = _with_names(_load(kind))
    references = [name for name in SCHEMAS if f'"{name}.schema.json"' in json.dumps(schema) and name != kind]
    if references:
        parts = {name: _with_names(_load(name)) for name in references}
        schema = {**schema, "$defs": {**schema.get("$defs", {}), **parts}}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _with_names(schema: dict[str, Any]) -> dict[str, Any]:
    """Offer every entity of the catalogue, with its sentence, where a schema takes the name of one. Other names stay
    right: Bromcom adds some."""
    definitions = schema.get("$defs", {})
    if _ENTITY not in definitions:
        return schema
    known = sorted(entities().values(), key=lambda entity: entity.name)
    offered = {"enum": [entity.name for entity in known], "enumDescriptions": [entity.holds for entity in known]}
    entity = dict(definitions[_ENTITY])
    text = {keyword: entity.pop(keyword) for keyword in ("type", "minLength")}
    return {**schema, "$defs": {**definitions, _ENTITY: {**entity, "anyOf": [offered, text]}}}


class Checked(NamedTuple):
    """The result of checking a document against its schema.

    usable    rules can look at it: it is allowed, or something is left of it
    salvage   what is left
    problems  everything that is wrong, and nothing where it is allowed
    """

    usable: bool
    salvage: Salvage = Salvage()
    problems: tuple[Problem, ...] = ()


_ALLOWED: Final = Checked(usable=True)


def check_schema(kind: str, document: Document) -> Checked:
    """Read a document's texts as its kind's schema wants them, and find everything that is wrong. A password in plain
    text is not allowed either, but the rule for it has more to say."""
    name = kind.lower()
    apply_types(_types(name), document)
    is_valid = _fast_check(name)
    if is_valid is not None and is_valid(document.data):
        return _ALLOWED
    errors = [part for error in _validator(name).iter_errors(document.data) for part in parts_of(error)]
    left = salvage(errors)
    problems = dict.fromkeys(problem for error in errors for problem in problem_of(document, error))
    return Checked(left is not None, left or Salvage(), tuple(problems))


@cache
def _load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(package_data("reconciler.schemas", schema_file(name)))
    return loaded


@cache
def _types(name: str) -> Types:
    return types_of(_load(name))


@cache
def _fast_check(name: str) -> Callable[[Data], bool] | None:
    try:
        import jsonschema_rs
    except ImportError:  # there is no wheel for this machine
        return None
    check: Callable[[Data], bool] = jsonschema_rs.validator_for(_load(name)).is_valid
    return check


@cache
def _validator(name: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(_load(name))
