"""`dataclass` and `pattern`, cheap to make: a start makes a hundred of each, and uses few.

To a type checker they are the standard library's.

`dataclass`  The standard library compiles eight functions for each frozen class, which took a third of `validate`; here
             the one that differs is compiled, once there is something to make, and the rest are shared. What is not
             plain is left to it.
`pattern`    A regular expression that is compiled when it is first used. Most are for what is wrong or odd in a text,
             and nearly always nothing is.
"""

import re
import sys
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from dataclasses import dataclass as standard
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NoReturn

_PLAIN: Final = {"frozen": True, "slots": True}
_OWN: Final = frozenset({"__init__", "__post_init__", "__eq__", "__hash__", "__setattr__", "__delattr__"})

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass

    pattern = re.compile
else:

    def dataclass(cls: type | None = None, /, **options: Any) -> Any:
        """As `dataclasses.dataclass`."""
        if cls is not None or options != _PLAIN:
            return standard(cls, **options)
        return _frozen

    class pattern:  # noqa: N801  # a function to whoever calls it
        """As `re.compile`, later."""

        def __init__(self, text: str | bytes, flags: int = 0) -> None:
            self.pattern, self.flags = text, flags

        def __getattr__(self, name: str) -> Any:
            """Compile it; from then on its methods are found at once."""
            found = getattr(re.compile(self.pattern, self.flags), name)
            setattr(self, name, found)
            return found


def _frozen(cls: type) -> Any:
    own = vars(cls)
    if not _OWN.isdisjoint(own) or any(isinstance(value, Field) for value in own.values()) or not own.get("__doc__"):
        return standard(**_PLAIN)(cls)
    made: Any = standard(init=False, repr=False, eq=False, slots=True)(cls)
    names = [field.name for field in fields(made)]
    values: Callable[[object], object] = attrgetter(*names) if names else lambda _: ()

    def equal(self: object, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def first(self: Any, *given: Any, **named: Any) -> None:
        made.__init__ = _initialiser(made)
        made.__init__(self, *given, **named)

    made.__init__, made.__eq__, made.__hash__ = first, equal, lambda self: hash(values(self))
    made.__setattr__, made.__delattr__ = _no_change, _no_change
    made.__getstate__, made.__setstate__ = _state, _restore
    if "__repr__" not in own:
        made.__repr__ = _shown
    return made


def _initialiser(cls: Any) -> Callable[..., None]:
    """The one function that differs from class to class."""
    own = fields(cls)
    given = {f"default_{field.name}": field.default for field in own if field.default is not MISSING}
    heads = [f"{field.name}=default_{field.name}" if field.default is not MISSING else field.name for field in own]
    lines = [f"  store(self, {field.name!r}, {field.name})\n" for field in own] or ["  pass\n"]
    head, names = ", ".join(["self", *heads]), ", ".join(["store", *given])
    text = f"def make({names}):\n def __init__({head}):\n{''.join(lines)} return __init__"
    space: dict[str, Any] = {}
    exec(text, vars(sys.modules[cls.__module__]), space)  # noqa: S102  # as the standard library does
    made: Callable[..., None] = space["make"](object.__setattr__, **given)
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    made.__annotations__ = {**{field.name: field.type for field in own}, "return": None}
    return made


def _no_change(self: object, name: str, _value: object = None) -> NoReturn:  # noqa: ARG001
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _shown(self: Any) -> str:
    pairs = (f"{field.name}={getattr(self, field.name)!r}" for field in fields(self))
    return f"{self.__class__.__qualname__}({', '.join(pairs)})"


def _state(self: Any) -> list[object]:
    return [getattr(self, field.name) for field in fields(self)]


def _restore(self: Any, state: list[object]) -> None:
    for field, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
