"""`--school` and `--supplier`: what is chosen is asked and told, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.world import ADDRESSES

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler

pytestmark = pytest.mark.usefixtures("workspace")


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        ((), ADDRESSES),
        (("--school", "greenfield"), {"greenfield/groupcall", "greenfield/till"}),
        (("--school", "*side"), {"riverside/groupcall", "riverside/till"}),
        (("--supplier", "t?ll"), {"greenfield/till", "riverside/till"}),
        (
            ("--school", "green*", "--school", "riverside", "--supplier", "groupcall"),
            ADDRESSES - {"greenfield/till", "riverside/till"},
        ),
    ],
)
def test_globs_choose_what_is_asked_and_told(
    sandbox: SandboxServer, reconciler: Reconciler, options: tuple[str, ...], chosen: set[str]
) -> None:
    """Logins that were not chosen stand in no access log."""
    done = reconciler("plan", "--format", "json", *options)
    assert {access["address"] for access in done.plan["accesses"]} == chosen
    asked = {call.username for call in sandbox.access_log() if call.username}
    assert asked == {f"{supplier}.{school}" for school, _, supplier in (a.partition("/") for a in chosen)}
    assert done.code == 0


def test_a_difference_outside_the_choice_does_not_count(sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """The exit code is about what was chosen."""
    sandbox.untick(12345, "groupcall.greenfield", "Staff")
    assert reconciler("plan").code == 2
    assert reconciler("plan", "--school", "riverside").code == 0


@pytest.mark.parametrize("verb", ["plan", "drift"])
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--school", "greenfeld"), "no school is called 'greenfeld'. Did you mean `greenfield`?"),
        (("--supplier", "til"), "no supplier is called 'til'. Did you mean `till`?"),
        (
            ("--school", "greenfield", "--school", "zzz*"),
            "no school is called 'zzz*'. Known: greenfield, riverside",
        ),
    ],
)
def test_a_name_that_does_not_exist_is_a_mistyped_command_line(
    sandbox: SandboxServer, reconciler: Reconciler, verb: str, options: tuple[str, ...], words: str
) -> None:
    """64 and the nearest name; nothing is asked, and nothing may read as "nothing differs"."""
    done = reconciler(verb, *options)
    assert (done.code, done.out) == (64, "")
    assert words in done.err
    assert sandbox.access_log() == []


def test_a_choice_without_any_access_is_refused(workspace: Path, reconciler: Reconciler) -> None:
    """Both names exist, and the supplier is not at that school."""
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8").replace(
        "entities: [Online", "schools: [riverside]\n  entities: [Online"
    )
    manifest.write_text(text, encoding="utf-8")
    done = reconciler("plan", "--school", "greenfield", "--supplier", "till")
    assert (done.code, done.out) == (64, "")
    assert "no school in greenfield has a supplier in till" in done.err
