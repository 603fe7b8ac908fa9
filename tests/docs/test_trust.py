"""The pages on trust claim what is so: each test and file that they name exists, what they say holds."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from inspect import getmembers, isfunction
from pathlib import Path

import pytest
import yaml

import reconciler
from reconciler.state_folder import paths
from tests.conftest import REPOSITORY
from tests.docs.test_tables import table

EXPLANATION = REPOSITORY / "docs" / "explanation"
NAMED = re.compile(r"`((?:tests|reconciler|\.github|\.ci)/[^`\s]+|[A-Z]+\.md|LICENSE)`")
WORKFLOWS = REPOSITORY / ".github" / "workflows"
# docs/checks.md of ossf/scorecard, version 5, August 2026
CHECKS = [
    "Binary-Artifacts",
    "Branch-Protection",
    "CI-Tests",
    "CII-Best-Practices",
    "Code-Review",
    "Contributors",
    "Dangerous-Workflow",
    "Dependency-Update-Tool",
    "Fuzzing",
    "License",
    "Maintained",
    "Packaging",
    "Pinned-Dependencies",
    "SAST",
    "SBOM",
    "Security-Policy",
    "Signed-Releases",
    "Token-Permissions",
    "Vulnerabilities",
    "Webhooks",
]
# As `Secret` says, which knows no other way to its text.
REVEALING = {
    "bromcom/contract.py": "puts it into a message",
    "cli/options/receivers.py": "judges its letters",
    "notifications/mail.py": "logs in at a mail server",
    "secrets/inspection.py": "looks for what is seldom meant",
    "secrets/storing.py": "keeps it where a person asked",
    "starting/passwords.py": "hands it to what keeps it",
}


def test_an_approver_reads_where_it_writes_and_whom_it_asks() -> None:
    """Every file and folder of a workspace's own folder, and the host of every platform that it knows."""
    page = (EXPLANATION / "approving.md").read_text(encoding="utf-8")
    kept = [place(Path()).name for name, place in getmembers(paths, isfunction) if name.endswith("_of")]
    platforms = json.loads((REPOSITORY / "reconciler/catalogue/platforms.json").read_text(encoding="utf-8"))
    hosts = set(re.findall(r"https://([^/\"]+)/", json.dumps(platforms)))
    assert len(kept) > 6
    assert len(hosts) > 2
    assert not [name for name in [*kept, *hosts] if f"{name}`" not in page and f"{name}/`" not in page]


@pytest.mark.parametrize("page", ["threats.md", "scorecard.md", "tried.md"])
def test_what_a_page_on_trust_names_is_there(page: str) -> None:
    """Files, folders, and tests by their names."""
    named = NAMED.findall((EXPLANATION / page).read_text(encoding="utf-8"))
    assert len(named) > 4
    for path, _, test in (name.partition("::") for name in named):
        file = REPOSITORY / path
        assert file.exists(), path
        assert not test or f"def {test}(" in file.read_text(encoding="utf-8"), test


def test_every_row_of_a_threat_says_what_holds_it() -> None:
    """Each has its who, could, what prevents it and, but for the table of passwords in CI, a test or file."""
    text = (EXPLANATION / "threats.md").read_text(encoding="utf-8")
    for section in re.split(r"^##+ ", text, flags=re.MULTILINE)[1:]:
        rows = [line[1:-1].split(" | ") for line in section.splitlines() if line.startswith("|")]
        assert all(len(row) == len(rows[0]) for row in rows if "---" not in row[0]), section[:40]
        if not rows or len(rows[0]) < 4:
            continue
        assert "**Not held" in section, section[:40]
        assert all("`" in row[-1] for row in rows[2:]), section[:40]


def test_every_check_of_scorecard_has_an_answer() -> None:
    """Once each, in their order."""
    assert [row[0] for row in table("explanation/scorecard.md", "check")] == CHECKS


def test_a_release_is_checked_as_it_is_made() -> None:
    """The names in the commands of three pages are those of the workflow, its tags, its files and the distribution."""
    told = (REPOSITORY / "SECURITY.md").read_text(encoding="utf-8")
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    repository, version = project["urls"]["Repository"].partition("github.com/")[2], reconciler.__version__
    wheel = f"{project['name'].replace('-', '_')}-{version}-py3-none-any.whl"
    assert f"gh attestation verify {wheel} --repo {repository} " in told
    container = (REPOSITORY / "docs" / "how-to" / "container.md").read_text(encoding="utf-8")
    assert f"image=ghcr.io/{repository}@sha256:digest\n".lower() in container.lower()  # images have no capital letters
    assert f'gh attestation verify "oci://$image" --repo {repository} ' in container
    signer = f"--signer-workflow {repository}/.github/workflows/release.yml --source-ref refs/tags/v{version}\n"
    windows = (REPOSITORY / "docs" / "how-to" / "install.md").read_text(encoding="utf-8")
    assert f"gh attestation verify reconciler.exe --repo {repository} --signer" in windows
    assert all(signer in page for page in (told, container, windows))
    assert f"gh release download v{version} --repo {repository}\nsha256sum --check SHA256SUMS\n" in told
    assert f'echo "{project["name"]}=={version} --hash=sha256:HASH"' in told
    assert f"pip install --no-deps ./{wheel}\n" in told
    assert set(re.findall(r"reconciler-(\d+\.\d+\.\d+)-", told)) == {version}
    lists = re.findall(rf"`{project['name']}-{version}-(\w+)\.cdx\.json`", told)
    script = (REPOSITORY / ".ci" / "release.py").read_text(encoding="utf-8")
    assert lists == re.findall(r'\("(\w+)", (?:\(\)|PINNED)\)', script) != []
    release = yaml.load((WORKFLOWS / "release.yml").read_text(encoding="utf-8"), yaml.BaseLoader)
    assert release["on"]["push"]["tags"] == ["v*"]
    ours = str(release["jobs"])
    for part in ("release.py build dist", "release.py sums", "attest-build-provenance@", "provenance.sigstore.json"):
        assert part in ours
    assert "pinned-requirements.txt" in ours
    assert "pip install --require-hashes --only-binary :all: -r pinned-requirements.txt\n" in told
    gates = [job["environment"] for job in release["jobs"].values() if "environment" in job]
    names = [gate if isinstance(gate, str) else gate["name"] for gate in gates]
    owner = (EXPLANATION / "scorecard.md").read_text(encoding="utf-8")
    assert f"*Environments*, {', '.join(f'`{name}`' for name in names)}: tags `v*` alone" in owner


def test_no_built_program_is_kept() -> None:
    """What is not text is a picture or a font."""
    listed = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=60)
    files = (REPOSITORY / name for name in listed.stdout.splitlines())
    binary = {file.suffix for file in files if file.is_file() and b"\0" in file.read_bytes()[:8192]}
    assert binary <= {".png", ".ico", ".ttf"}


@pytest.mark.parametrize("name", sorted(file.name for file in WORKFLOWS.iterdir()))
def test_a_workflow_has_no_rights_but_those_of_its_jobs(name: str) -> None:
    """None at the top, some named in every job, and no trigger that runs a stranger's change with our rights."""
    text = (WORKFLOWS / name).read_text(encoding="utf-8")
    content = yaml.load(text, yaml.BaseLoader)
    assert content["permissions"] == {}
    assert all("permissions" in job for job in content["jobs"].values())
    assert not {"pull_request_target", "workflow_run"} & set(content["on"])
    for uses in re.findall(r"uses: (\S+)", text):
        assert uses.startswith(("$/", "./")) or re.search(r"@[0-9a-f]{40}$", uses), uses


def test_few_modules_read_a_password() -> None:
    """No other calls `reveal`, or names it."""
    package = REPOSITORY / "reconciler"
    texts = {file.relative_to(package).as_posix(): file.read_text(encoding="utf-8") for file in package.rglob("*.py")}
    assert {name for name, text in texts.items() if ".reveal" in text} == set(REVEALING)
