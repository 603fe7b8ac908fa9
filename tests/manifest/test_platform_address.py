"""Addresses as people copy them, and that the address which we tell them to write is a right one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.manifest.load import load
from tests.planning.worlds import TODAY

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.model.problem import Problem

READ = "https://mis.example.org/Nucleus/WebServices/ThirdParty/TPReadOnlyDataService.asmx"
WRITE = READ.replace("ReadOnly", "Write")
COPIED = [
    "/",
    "//",
    "/findEntitiesBySchoolID",
    "?op=findEntitiesBySchoolID",
    "?WSDL",
    "?wsdl",
    "/?WSDL",
    "#top",
    ";jsessionid=1",
    "%20",
    ".",
    ",",
]


def problems(folder: Path, read: str, write: str) -> list[Problem]:
    """What is said of a platform with these addresses."""
    text = f"""apiVersion: reconciler/v1
kind: Workspace
metadata: {{name: example}}
spec:
  platforms:
    ours:
      readUrl: {read!r}
      writeUrl: {write!r}
---
apiVersion: reconciler/v1
kind: School
metadata: {{name: greenfield}}
spec: {{schoolId: 1, platform: ours}}
---
apiVersion: reconciler/v1
kind: Supplier
metadata: {{name: groupcall}}
spec: {{title: G, purpose: P, entities: [Students], account: {{username: gc}}}}
"""
    (folder / "reconciler.yaml").write_text(text, encoding="utf-8")
    return [one for one in load(folder, TODAY).problems if one.rule == "platform-address"]


@pytest.mark.parametrize("copied", COPIED)
@pytest.mark.parametrize("host", ["mis.example.org", "mis.example.org:8443", "[2001:db8::1]", "[2001:db8::1]:8443"])
@pytest.mark.parametrize("other", [False, True], ids=["its own", "the other service's"])
def test_an_address_that_goes_on_is_told_with_the_right_one(
    copied: str, host: str, other: bool, tmp_path: Path
) -> None:
    """One problem for each of the two, on its line; what it says to write has none."""
    right = [address.replace("mis.example.org", host) for address in (READ, WRITE)]
    read, write = (f"{address}{copied}" for address in (reversed(right) if other else right))
    found = problems(tmp_path, read, write)
    assert [problem.origin.line for problem in found] == [7, 8]
    assert [problem.hint.split()[-1] for problem in found] == right
    assert problems(tmp_path, *right) == []


def test_an_address_with_a_login_is_not_repeated(tmp_path: Path) -> None:
    """Not even in the hint."""
    found = problems(tmp_path, READ.replace("//", "//me:pw@") + "?WSDL", WRITE.replace("//", "//me:pw@"))
    assert [problem.message for problem in found] == [
        "This address contains a login.",
        "This address continues after .asmx.",
        "This address contains a login.",
    ]
    assert not [problem for problem in found if "pw" in f"{problem.message} {problem.hint} {problem.line}"]
