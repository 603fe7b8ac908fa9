"""The kind of manifest that a document is, and the passwords in it that should not be there."""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.schema.check import API_VERSION, KINDS
from reconciler.manifest.text.document import Data, Document
from reconciler.model.problem import Origin, Problem, Severity
from reconciler.spelling import did_you_mean
from reconciler.startup import pattern

_PLACEHOLDER = r"\{[^{}]*\}"
VARIABLE: Final = rf"^(?:[A-Za-z_]|{_PLACEHOLDER})(?:[A-Za-z0-9_]|{_PLACEHOLDER})*$(?!\n)"  # as in the schemas
_VARIABLE = pattern(VARIABLE)
_FILLED_IN = pattern(_PLACEHOLDER)
_SEPARATOR = pattern(r"[/\\]")
_UNUSUAL = pattern(r"""[!"#$%&'*;<=>?@^`|]""")  # people put them in passwords, and not in names of files


def suspects(reference: dict[str, Data]) -> Iterator[tuple[dict[str, Data] | list[Data], str | int]]:
    """(mapping or list, key or index) of every text in a reference that is most likely the password itself.

    A keyring's entry may have any name, so nothing can be told of it.
    """
    if isinstance(variable := reference.get("env"), str) and not _VARIABLE.search(variable):
        yield reference, "env"
    if isinstance(path := reference.get("file"), str) and _is_unusual_name(path):
        yield reference, "file"
    command = reference.get("command")
    if isinstance(command, list) and command and isinstance(command[0], str) and _is_unusual_name(command[0]):
        yield command, 0


def _is_unusual_name(path: str) -> bool:
    """Tell if a path has no folder, and has characters that hardly any file name has."""
    name = _FILLED_IN.sub("", path)
    return not _SEPARATOR.search(name) and bool(_UNUSUAL.search(name))


_EXCLUDE = "If this file is not a manifest, name it in spec.exclude of the Workspace."
_REFERENCES = {"env", "file", "keyring", "command"}
CANARY_KEYS: Final = ("withheld", "granted")
_SHORTEST_HIDDEN = 4  # hiding every `a` would hide the message; its own line is hidden in any case


def classify(document: Document) -> tuple[str | None, list[Problem]]:
    """The kind of a document that is not empty; or None, and why it is none."""
    data = document.data
    if not isinstance(data, dict):
        return None, [_problem(document.origin, "This is not a manifest: it has no keys.", _EXCLUDE)]
    if "apiVersion" not in data:
        return None, [_problem(document.origin, "This is not a manifest: it has no apiVersion.", _no_version(data))]
    if data["apiVersion"] != API_VERSION:
        hint = f"Write apiVersion: {API_VERSION}. {_EXCLUDE}"
        return None, [_problem(document.value(data, "apiVersion"), "This apiVersion is not supported.", hint)]
    if "kind" not in data:
        return None, [
            _problem(document.origin, "This manifest has no kind.", f"Add kind: with one of {', '.join(KINDS)}.")
        ]
    if not isinstance(data["kind"], str) or data["kind"] not in KINDS:
        hint = (
            did_you_mean(str(data["kind"]), KINDS)
            if isinstance(data["kind"], str)
            else f"Write one of: {', '.join(KINDS)}"
        )
        return None, [_problem(document.value(data, "kind"), "There is no such kind of manifest.", hint)]
    return data["kind"], []


def _no_version(data: dict[str, Data]) -> str:
    if "kind" in data or "spec" in data or any(key.casefold() == "apiversion" for key in data):
        return f"Add apiVersion: {API_VERSION}. {_EXCLUDE}"
    return f"{_EXCLUDE} A manifest begins with apiVersion: {API_VERSION}"


def _problem(origin: Origin, message: str, hint: str) -> Problem:
    return Problem("schema", Severity.ERROR, origin, message, hint)


def password_values(document: Document) -> Iterator[tuple[dict[str, Data], Data]]:
    """(mapping, what stands under its key `password`) everywhere in a document."""
    for container in document.containers:
        if isinstance(container, dict) and "password" in container:
            yield container, container["password"]


def plain_passwords(document: Document) -> Iterator[str]:
    """Every text under a key `password`, no reference's own, that is long enough to be hidden wherever it stands, and
    every id of a canary, which is never long."""
    for _, value in password_values(document):
        yield from (text for text in _texts(value) if len(text) >= _SHORTEST_HIDDEN)
    for container in document.containers:
        for key in CANARY_KEYS if isinstance(container, dict) and CANARY_KEYS[0] in container else ():
            yield from (text for text in _texts(container.get(key, "")) if text)


def _texts(value: Data) -> Iterator[str]:
    """The texts of a value, keys included; what stands under the keys of a reference is a name and no password, unless
    it does not look like one."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, dict):
        for key in value.keys() - _REFERENCES:
            yield key
            yield from _texts(value[key])
        for container, place in suspects(value):
            yield container[place]  # type: ignore[index]  # the place fits
