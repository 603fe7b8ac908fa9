"""One apply at a time, in real processes."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from socket import gethostname
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.clock import system_clock
from reconciler.errors import InputError, PlanRefused
from reconciler.state_folder.lock import _age, alone, waiting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOLDER = """
import sys
from pathlib import Path
from reconciler.cli.clock import system_clock
from reconciler.state_folder.lock import alone
with alone(Path(sys.argv[1]), sys.argv[2], system_clock()):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """Where the lock will be; its folder does not exist yet."""
    return tmp_path / ".reconciler" / "apply.lock"


@contextmanager
def holder(lock: Path, who: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until a line comes, or it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(lock), who],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_a_second_one_is_refused_and_told_who_is_at_work(lock: Path) -> None:
    """The refusal names the person, the computer and the age."""
    with holder(lock, "J. Smith"), pytest.raises(PlanRefused) as refused, alone(lock, "A. Other", system_clock()):
        pytest.fail("two at work at once")
    assert str(refused.value) == (
        f"J. Smith on {gethostname()} has been applying for less than a minute. "
        "Nothing was started: wait until they have finished, or ask them to stop."
    )


def test_it_is_free_when_the_work_has_ended(lock: Path) -> None:
    """The next one gets it, and no word on the last one is left."""
    with holder(lock, "J. Smith") as process:
        process.communicate("\n", timeout=30)
        with alone(lock, "A. Other", system_clock()):
            pass
    assert not list(lock.parent.glob("*.json"))


def test_a_killed_owner_holds_it_no_longer(lock: Path) -> None:
    """The lock goes with its process; the name that it left behind keeps nobody out."""
    with holder(lock, "J. Smith") as process:
        process.kill()
        process.wait(timeout=30)
        assert list(lock.parent.glob("*.json"))
        with (
            alone(lock, "A. Other", system_clock()),
            pytest.raises(PlanRefused, match=r"^A\. Other on "),
            alone(lock, "C. Third", system_clock()),
        ):
            pytest.fail("two at work at once")


def test_a_writer_who_waits_too_long_is_told_for_how_long(lock: Path) -> None:
    """Every file that several processes write is waited for in the same words."""
    with holder(lock, "J. Smith"), pytest.raises(InputError) as refused:  # noqa: SIM117
        with waiting(lock, seconds=0.1, failure="Cannot write the journal"):
            pytest.fail("two at work at once")
    assert str(refused.value) == (
        "Cannot write the journal: another reconciler has been writing here for 0.1 seconds. Try again."
    )


NO_OWNERS = [
    *("", "{", "[]", '{"who": "J. Smith"}', '{"who": "a", "host": "b", "since": "soon"}', "[" * 100_000),
    '{"who": "a", "host": "b", "since": "0001-01-01T00:00:00+14:00"}',
]


@pytest.mark.parametrize("text", NO_OWNERS)
def test_an_owner_that_cannot_be_read_is_somebody(lock: Path, text: str) -> None:
    """A refusal does not depend on the words beside the lock."""
    with holder(lock, "J. Smith"):
        lock.with_suffix(".owner.json").write_text(text, encoding="utf-8")
        with pytest.raises(PlanRefused, match=r"^Another person is applying"), alone(lock, "A. Other", system_clock()):
            pytest.fail("two at work at once")


def test_a_name_that_cannot_be_taken_away_keeps_nobody_out(lock: Path) -> None:
    """As on Windows, while somebody reads it: the lock itself is free."""
    owner = lock.with_suffix(".owner.json")
    with alone(lock, "J. Smith", system_clock()):
        owner.unlink()
        (owner / "in the way").mkdir(parents=True)
    assert owner.exists()
    (owner / "in the way").rmdir()
    owner.rmdir()
    with alone(lock, "A. Other", system_clock()):
        pass


def test_an_error_in_the_work_lets_go_of_it(lock: Path) -> None:
    """Whatever ends the work, the lock is free."""
    with pytest.raises(ZeroDivisionError), alone(lock, "J. Smith", system_clock()):
        raise ZeroDivisionError
    with alone(lock, "J. Smith", system_clock()):
        pass


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-60, "less than a minute"),
        (59, "less than a minute"),
        (60, "1 minute"),
        (3 * 60 + 59, "3 minutes"),
        (3600, "1 hour"),
        (50 * 3600, "2 days"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(seconds: int, told: str) -> None:
    """Whole units, rounded down; a clock that was set back makes no age."""
    assert _age(timedelta(seconds=seconds)) == told
