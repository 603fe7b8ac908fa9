"""What a start costs: frozen classes as the standard library makes them, patterns that wait, and nothing eager."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import re
import subprocess
import sys
from dataclasses import FrozenInstanceError, field, replace
from typing import TYPE_CHECKING, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.sandbox.control.env_file import write_env_file
from reconciler.sandbox.server import serve
from reconciler.startup import dataclass, pattern
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ours:
    """A plain one."""

    name: str
    number: int | None = None
    names: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Theirs:
    """The same, by the standard library."""

    name: str
    number: int | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Nothing:
    """One without fields."""


@dataclass(frozen=True, slots=True)
class Lists:
    """One that makes a default anew."""

    names: list[str] = field(default_factory=list)
    name: str = ""


@dataclass(frozen=True, slots=True)
class Hidden:
    """One that is not plain: a field that is not shown."""

    name: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class More(Ours):
    """One with another's fields."""

    more: int = 0


@dataclass(frozen=True, slots=True)
class Hashed:
    """One with a hash of its own."""

    name: str

    def __hash__(self) -> int:
        return 7


VALUES = st.tuples(
    st.text(max_size=3), st.none() | st.integers(0, 3), st.lists(st.text(max_size=2), max_size=2).map(tuple)
)


@given(VALUES, VALUES)
def test_a_frozen_class_is_what_the_standard_library_makes(
    one: tuple[str, int | None, tuple[str, ...]], other: tuple[str, int | None, tuple[str, ...]]
) -> None:
    """It compares, hashes, shows itself, is replaced, copied and pickled alike."""
    ours, theirs = Ours(*one), Theirs(*one)
    assert (ours == Ours(*other)) is (theirs == Theirs(*other))
    assert ours != theirs  # type: ignore[comparison-overlap]
    assert hash(ours) == hash(theirs) == hash(Ours(*one))
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert dataclasses.astuple(replace(ours, number=7)) == dataclasses.astuple(replace(theirs, number=7))
    assert copy.deepcopy(ours) == copy.copy(ours) == pickle.loads(pickle.dumps(ours)) == ours
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    match ours:
        case Ours(name, number):
            assert (name, number) == one[:2]


def test_a_frozen_class_stays_as_it_is() -> None:
    """No attribute is set, removed or added; what a call lacks, has twice or does not know is an error."""
    ours = Ours("a")
    with pytest.raises(FrozenInstanceError, match="name"):
        ours.name = "b"  # type: ignore[misc]  # that is what is tried
    with pytest.raises(FrozenInstanceError, match="name"):
        del ours.name
    with pytest.raises(FrozenInstanceError, match="other"):
        ours.other = 1  # type: ignore[attr-defined]
    assert ours == Ours("a")
    with pytest.raises(TypeError):
        Ours()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Ours("a", other=1)  # type: ignore[call-arg]  # that is what is tried


def test_the_rest_of_a_frozen_class_is_there_too() -> None:
    """Slots, the type hints that libraries read, a class without fields, and what is left to the standard library."""
    assert not hasattr(Ours("a"), "__dict__")
    assert get_type_hints(Ours.__init__) == {**get_type_hints(Ours), "return": type(None)}
    assert Nothing() == Nothing()
    assert hash(Nothing()) == hash(Nothing())
    assert Lists().names is not Lists().names
    assert Lists(["a"]) == replace(Lists(), names=["a"]) == copy.deepcopy(Lists(["a"]))
    assert dataclasses.asdict(Lists(name="b")) == {"names": [], "name": "b"}
    assert repr(Hidden("a", "b")) == "Hidden(name='a')"
    assert hash(Hashed("a")) == 7
    assert dataclasses.astuple(replace(More("a", 1), more=2)) == ("a", 1, (), 2)
    assert len({Ours("a"), Ours("a"), Ours("b")}) == 2


def test_a_pattern_is_compiled_when_it_is_used() -> None:
    """It does what a compiled one does; a wrong one is found then."""
    word = pattern(r"(?P<first>a)b", re.IGNORECASE)
    assert "search" not in vars(word)
    found = word.search("xAB")
    assert found
    assert found["first"] == "A"
    assert word.sub("", "ab") == ""
    assert vars(word)["search"] == re.compile(r"(?P<first>a)b", re.IGNORECASE).search
    with pytest.raises(re.error):
        pattern("(").search("")


# What stands in no way of an ordinary run: zeep is for `--wsdl live`, the rest for what is wrong or differs in depth.
UNNEEDED = {"zeep", "requests", "deepdiff", "jsonschema", "keyring", "jinja2", "tomllib"}


@pytest.mark.parametrize("verb", ["validate", "plan"])
def test_an_ordinary_run_loads_no_library_that_it_does_not_need(verb: str, tmp_path: Path) -> None:
    """Of one school, against a service."""
    with serve(None, port=0) as sandbox:
        manifest = (REPOSITORY / "examples" / "one-school" / "reconciler.yaml").read_text(encoding="utf-8")
        manifest = manifest.replace("http://127.0.0.1:8765", sandbox.url)
        (tmp_path / "reconciler.yaml").write_text(manifest, encoding="utf-8")
        write_env_file(tmp_path / "practice.env", sandbox)
        program = (
            "import sys\nfrom reconciler.cli.main import main\ncode = main(sys.argv[1:])\n"
            "print(code, *sorted({name.partition('.')[0] for name in sys.modules}))"
        )
        more: list[str | Path] = ["--env-file", tmp_path / "practice.env"] if verb == "plan" else []
        told = subprocess.run(
            [sys.executable, "-X", "utf8", "-c", program, verb, "-C", tmp_path, *more],
            capture_output=True,
            check=True,
            encoding="utf-8",
        ).stdout
    code, *modules = told.splitlines()[-1].split()
    assert code == {"validate": "0", "plan": "2"}[verb]
    assert UNNEEDED & set(modules) == set()
