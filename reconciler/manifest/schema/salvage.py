"""What still holds of a manifest that its schema refuses.

One mistake says nothing against the rest of a manifest, so the rules look at that all the same. But a key that is
mistyped, or whose value is unreadable, is then missing, and no rule may take it for something that nobody wrote.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from reconciler.manifest.schema.messages import meant

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
    """What `jsonschema`'s errors leave of a manifest; None where rules cannot look at it.

    They can live without keys that nobody knows, with a password in plain text, which one of them is about, and with
    the rest of a `spec` in which a value is not as it should be.
    """
    lost: set[str] = set()
    refused: set[Path] = set()
    for error in errors:
        path = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            known = error.schema.get("properties", {})
            unknown = [key for key in error.instance if key not in known]
            lost.update(meant(key, known) or ANY for key in unknown)
            refused.update((*path, key) for key in unknown)
        elif not _is_plain_password(path, error):
            if len(path) < 2 or path[0] != "spec" or path[1] in _RELIED_ON:
                return None
            lost.add(str(path[1]))
            refused.add(path[:2])
    return Salvage(frozenset(lost), frozenset(refused))


def _is_plain_password(path: Sequence[str | int], error: Any) -> bool:
    return tuple(path[-2:]) == ("account", "password") and isinstance(error.instance, str)
