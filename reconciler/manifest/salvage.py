"""What still holds of a manifest that its schema refuses.

One mistake says nothing against the rest of a manifest, so the rules look at that all the same. But a key that is
mistyped, or whose value is unreadable, is then missing, and no rule may take it for something that nobody wrote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from reconciler.manifest.wording import meant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ANY: Final = "*"  # what a key may be that looks like none
_RELIED_ON: Final = frozenset({"schoolId", "platform"})  # what no School is without, to every rule


class Salvage(NamedTuple):
    """The rest of a manifest.

    lost    the keys that it may have meant to say and does not: what mistyped ones were most likely to be, ANY among
            them where one looks like none, and the unreadable ones
    broken  the keys of its `spec` whose values are unreadable
    """

    lost: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()


def salvage(errors: Iterable[Any]) -> Salvage | None:
    """What `jsonschema`'s errors leave of a manifest; None where rules cannot look at it.

    They can live with keys that nobody knows, with a password in plain text, which one of them is about, and with the
    rest of a `spec` in which a value is not as it should be.
    """
    lost: set[str] = set()
    broken: set[str] = set()
    for error in errors:
        path = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            known = error.schema.get("properties", {})
            lost.update(meant(key, known) or ANY for key in error.instance if key not in known)
        elif not _is_plain_password(path, error):
            if len(path) < 2 or path[0] != "spec" or path[1] in _RELIED_ON:
                return None
            broken.add(path[1])
    return Salvage(frozenset(lost | broken), frozenset(broken))


def _is_plain_password(path: Sequence[str | int], error: Any) -> bool:
    return tuple(path[-2:]) == ("account", "password") and isinstance(error.instance, str)
