"""What still holds of a manifest that its schema refuses.

One mistyped key says nothing against the rest of a manifest, so the rules look at that all the same. But what the key
was meant to be is then missing, and no rule may take it for something that nobody wrote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reconciler.manifest.wording import meant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ANY: Final = "*"  # what a key may be that looks like none
_NO_RULE_READS: Final = (
    ("spec", "title"),
    ("spec", "purpose"),
    ("spec", "consent"),
    ("spec", "extraEntities"),
    ("spec", "limits"),
    ("spec", "exclude"),
    ("spec", "account", "firstName"),
    ("spec", "account", "lastName"),
)


def mistyped_keys(errors: Iterable[Any]) -> frozenset[str] | None:
    """The keys that mistyped ones were most likely meant to be, ANY among them where one looks like none.

    None where `jsonschema` found an error that rules cannot live with. They can with a key that nobody knows, with what
    none of them reads, and with a password in plain text, which one of them is about.
    """
    mistyped: set[str] = set()
    for error in errors:
        path = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            known = error.schema.get("properties", {})
            mistyped.update(meant(key, known) or ANY for key in error.instance if key not in known)
        elif not (_is_unread(path) or _is_plain_password(path, error)):
            return None
    return frozenset(mistyped)


def _is_unread(path: Sequence[str | int]) -> bool:
    return any(path[: len(way)] == way for way in _NO_RULE_READS)


def _is_plain_password(path: Sequence[str | int], error: Any) -> bool:
    return bool(path) and path[-1] == "password" and isinstance(error.instance, str)
