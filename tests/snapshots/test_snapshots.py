"""Snapshot files: what is written is read again, in every form, and what is none is refused."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import InputError
from reconciler.snapshots import read_snapshot, write_snapshot
from reconciler.snapshots.yaml_form import DEEPEST, dump, parse
from tests.planning.worlds import GROUPCALL, access, desired_of, granted, live_of

if TYPE_CHECKING:
    from pathlib import Path

LOADERS = [getattr(yaml, "CSafeLoader", yaml.SafeLoader), yaml.SafeLoader]
DESIRED = desired_of(access())
RECORDED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
# What a plain word might be taken for, and what YAML gives a meaning to.
AWKWARD = ["no", "12:30", "012", "1_000", "0x1F", "1e3", "+1", "~", "null", "true", "<<", "=", "- a", "a: b", "#", "&a"]
TEXTS = st.one_of(st.sampled_from(AWKWARD), st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
LEAVES = st.one_of(TEXTS, st.booleans(), st.none(), st.integers(-(10**17), 10**17))
DATA = st.recursive(LEAVES, lambda below: st.lists(below) | st.dictionaries(TEXTS, below), max_leaves=12)


@pytest.mark.parametrize("name", ["live.json", "live.yaml", "live.YML"])
def test_what_is_written_is_read_again(tmp_path: Path, name: str) -> None:
    """A snapshot file holds the live side, whatever its form."""
    live = live_of({GROUPCALL: granted("Students", "no", "12:30")})
    write_snapshot(tmp_path / name, live, DESIRED, recorded=RECORDED)
    assert read_snapshot(tmp_path / name).of(DESIRED) == replace(live, recorded=RECORDED)


@pytest.mark.parametrize(("name", "start"), [("live.json", "{"), ("live", "{"), ("live.yml", "f"), ("live.YAML", "f")])
def test_the_name_says_the_form(tmp_path: Path, name: str, start: str) -> None:
    """YAML where the name ends so, in any case, else JSON: a key a line in the order of the schema, letters as they
    are, and for its owner's eyes alone (mode 0600; Windows has the folder's rights instead)."""
    write_snapshot(tmp_path / name, live_of({GROUPCALL: granted("Übersicht")}), DESIRED, recorded=RECORDED)
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert text.startswith(start)
    keys = ["formatVersion", "kind", "workspace", "recorded", "interrupted", "schools", "accesses"]
    assert sorted(keys, key=text.index) == keys
    assert "Übersicht" in text
    assert sys.platform == "win32" or (tmp_path / name).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("loader", LOADERS)
@given(data=DATA)
def test_dumped_data_parses_to_itself(loader: Any, data: Any) -> None:
    """Every text, number and shape comes back as it was, with libyaml and without."""
    assert parse(dump(data), loader) == data


def test_json_is_yaml(tmp_path: Path) -> None:
    """A JSON snapshot that was renamed to .yaml is read all the same."""
    live = live_of({GROUPCALL: granted("Students", "Zahlungsübersicht")})
    write_snapshot(tmp_path / "live.json", live, DESIRED, recorded=RECORDED)
    renamed = (tmp_path / "live.json").rename(tmp_path / "live.yaml")
    assert read_snapshot(renamed).of(DESIRED) == replace(live, recorded=RECORDED)


@pytest.mark.parametrize("loader", LOADERS)
def test_what_a_person_may_write_is_read(loader: Any) -> None:
    """Aliases, comments, flow style and an end of the document are YAML as well."""
    text = "---\na: &names [x, y]  # the same\nb: *names\nc: {d: , e: '', f: ~}\n...\n"
    assert parse(text, loader) == {"a": ["x", "y"], "b": ["x", "y"], "c": {"d": None, "e": "", "f": None}}


@pytest.mark.parametrize("loader", LOADERS)
def test_only_a_plain_word_is_a_number_or_a_truth(loader: Any) -> None:
    """In quotes of either kind it is a text, and so is a number too long to be one of ours."""
    assert parse('[+1, -1, true, "1", \'1\', "true"]', loader) == [1, -1, True, "1", "1", "true"]
    assert parse(f"[{'1' * 18}, {'1' * 19}]", loader) == [int("1" * 18), "1" * 19]


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(("opened", "closed"), [("[", "]"), ("{a: ", "}")])
def test_the_deepest_level_is_read_and_none_below(loader: Any, opened: str, closed: str) -> None:
    """A word is a level too, in lists as in mappings."""
    parse(opened * (DEEPEST - 1) + "x" + closed * (DEEPEST - 1), loader)
    with pytest.raises(ValueError, match="nests more than 20 levels"):
        parse(opened * DEEPEST + "x" + closed * DEEPEST, loader)


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "is not YAML .line"),
        ("a: 1\n--- \nb: 2\n", "begins another document on line 2"),
        ("a: !!python/object:os.system x\n", "has a tag on line 1"),
        ("a: 1\n? [b]\n: 2\n", "has a key that is not a plain word on line 2"),
        ("a: &a\n  b: *a\n", "has an alias that names nothing before it on line 2"),
        ("[" * 100_000, f"nests more than {DEEPEST} levels on line 1"),
    ],
)
def test_what_is_no_snapshot_says_where(loader: Any, text: str, said: str) -> None:
    """A text that cannot be data is refused with its line, also one that would exhaust the stack."""
    with pytest.raises(ValueError, match=said):
        parse(text, loader)


@pytest.mark.parametrize("text", ["", "a: b\n", "a: [\n", "- x\n", "!!python/name:os.system\n"])
def test_a_file_that_is_no_snapshot_is_refused(tmp_path: Path, text: str) -> None:
    """The error names the file, and nothing is planned against it."""
    file = tmp_path / "live.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"Cannot read the snapshot .*live\.yaml: "):
        read_snapshot(file)


def test_a_bottomless_snapshot_is_refused(tmp_path: Path) -> None:
    """Nesting without end, as JSON and as YAML, is no snapshot and no crash."""
    for name in ("live.json", "live.yaml"):
        (tmp_path / name).write_text("[" * 100_000, encoding="utf-8")
        with pytest.raises(InputError, match=r"it (is nested too deep|nests more than)"):
            read_snapshot(tmp_path / name)


def test_a_bomb_of_aliases_is_refused(tmp_path: Path) -> None:
    """Ten aliases of ten aliases of ten ...: refused in no time, whatever it would have become."""
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 15))
    (tmp_path / "live.yaml").write_text(f"l0: &l0 [x]\n{levels}", encoding="utf-8")
    with pytest.raises(InputError):
        read_snapshot(tmp_path / "live.yaml")
