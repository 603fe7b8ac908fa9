"""`dataclass` and `pattern`, cheap to make: a start makes a hundred of each, and uses few.

To a type checker they are the standard library's.

`dataclass`  The standard library looks into each field and compiles eight functions for each frozen class, which took
             a third of `validate`; here the one that differs is compiled, once there is something to make, and the
             rest are shared. What is not plain is left to it.
`pattern`    A regular expression that is compiled when it is first used. Most are for what is wrong or odd in a text,
             and nearly always nothing is.
"""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, FrozenInstanceError
from dataclasses import dataclass as standard
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NoReturn

_PLAIN: Final = {"frozen": True, "slots": True}
_OWN: Final = frozenset({"__init__", "__post_init__", "__eq__", "__setattr__", "__delattr__"})
_NOT_COPIED: Final = frozenset({"__dict__", "__weakref__"})

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
    own = dict(vars(cls))
    is_plain = _OWN.isdisjoint(own) and all(map(_is_plain, own.values()))
    if not is_plain or cls.__bases__ != (object,) or not own.get("__doc__"):
        return standard(**_PLAIN)(cls)
    names = tuple(cls.__annotations__)
    defaults = {name: own.pop(name) for name in names if name in own}
    values: Callable[[object], object] = attrgetter(*names) if names else lambda _: ()

    def equal(self: object, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def first(self: Any, *given: Any, **named: Any) -> None:
        made.__init__ = _initialiser(made, defaults)
        made.__init__(self, *given, **named)

    # All at once: to set a special method of a class that is there costs more than all else here.
    space = {
        "__repr__": _shown,
        "__slots__": names,
        "__match_args__": names,
        "__qualname__": cls.__qualname__,
        **{name: _Described(name, cls) for name in ("__dataclass_fields__", "__dataclass_params__")},
        "__init__": first,
        "__eq__": equal,
        "__hash__": lambda self: hash(values(self)),
        "__setattr__": _no_change,
        "__delattr__": _no_change,
        "__getstate__": _state,
        "__setstate__": _restore,
        **{key: value for key, value in own.items() if key not in _NOT_COPIED},
    }
    made: Any = type(cls.__name__, (), space)
    return made


def _is_plain(value: object) -> bool:
    """A value of a class's own; of fields only one that says no more than how to make its default."""
    if not isinstance(value, Field):
        return True
    says_more = value.default_factory is MISSING or value.hash is not None or value.kw_only is True or value.metadata
    return bool(value.init and value.repr and value.compare and not says_more)


class _Described:
    """What the standard library keeps of a class that it made: made when something asks for it, which is seldom."""

    def __init__(self, name: str, cls: type) -> None:
        self._name, self._cls = name, cls

    def __get__(self, *_: object) -> Any:
        if self._name not in vars(self._cls):
            standard(init=False, repr=False, eq=False, frozen=True)(self._cls)
        return vars(self._cls)[self._name]


def _initialiser(cls: Any, defaults: Mapping[str, object]) -> Callable[..., None]:
    """The one function that differs from class to class."""
    own = cls.__slots__
    given = {f"default_{name}": value for name, value in defaults.items()}
    made_anew = {name: value.default_factory for name, value in defaults.items() if isinstance(value, Field)}
    given |= {f"make_{name}": factory for name, factory in made_anew.items()}
    heads = [f"{name}=default_{name}" if name in defaults else name for name in own]
    lines = [f"  if {name} is default_{name}: {name} = make_{name}()\n" for name in made_anew]
    lines += [f"  store(self, {name!r}, {name})\n" for name in own] or ["  pass\n"]
    head, names = ", ".join(["self", *heads]), ", ".join(["store", *given])
    text = f"def make({names}):\n def __init__({head}):\n{''.join(lines)} return __init__"
    space: dict[str, Any] = {}
    exec(text, vars(sys.modules[cls.__module__]), space)  # noqa: S102  # as the standard library does
    made: Callable[..., None] = space["make"](object.__setattr__, **given)
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    made.__annotations__ = {**cls.__annotations__, "return": None}
    return made


def _no_change(self: object, name: str, _value: object = None) -> NoReturn:  # noqa: ARG001
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _shown(self: Any) -> str:
    pairs = (f"{name}={getattr(self, name)!r}" for name in self.__slots__)
    return f"{self.__class__.__qualname__}({', '.join(pairs)})"


def _state(self: Any) -> list[object]:
    return [getattr(self, name) for name in self.__slots__]


def _restore(self: Any, state: list[object]) -> None:
    for name, value in zip(self.__slots__, state, strict=True):
        object.__setattr__(self, name, value)
