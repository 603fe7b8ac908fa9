"""Ansible for the same work: one assertion an access, by `--check`, against facts in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.benchmarks.measure import run
from tests.benchmarks.workspace import differing, granted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

REQUIREMENT: Final = "ansible-core>=2.18,<2.20"

# One task with a loop: a task for each access takes longer.
_PLAYBOOK: Final = """\
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.include_vars: {file: sides.yaml}
    - ansible.builtin.assert: {that: "declared[item] | sort == granted[item] | sort", quiet: true}
      loop: "{{ declared | list }}"
      ignore_errors: true
"""


def check(program: Path, folder: Path, declared: Mapping[str, tuple[str, ...]]) -> Callable[[], float]:
    """Write both sides. The work is a run of Ansible, which must find as many differences as ours."""
    folder.mkdir()
    live = {name: granted(number, owns) for number, (name, owns) in enumerate(declared.items())}
    sides = (
        f"{side}:\n" + "".join(f"  {name}: [{', '.join(owns)}]\n" for name, owns in lists.items())
        for side, lists in (("declared", declared), ("granted", live))
    )
    (folder / "sides.yaml").write_text("".join(sides), encoding="utf-8")
    (folder / "playbook.yaml").write_text(_PLAYBOOK, encoding="utf-8")
    own = {"ANSIBLE_HOME": str(folder / "home"), "ANSIBLE_NOCOLOR": "1", "PYTHONIOENCODING": "utf-8"}

    def work() -> float:
        ran = run([program, "--check", "-i", "localhost,", "playbook.yaml"], cwd=folder, environment=own)
        assert ran.stdout.count("\nfailed: [") == differing(declared), ran.stdout[:2000]
        return ran.cost.cpu

    return work
