"""A newcomer finds what CONTRIBUTING.md names, sets up in one way everywhere, and is asked for nothing secret."""

from __future__ import annotations

import json
import re
import tomllib

import pytest
import yaml

from tests.conftest import REPOSITORY

TEXT = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
FORMS = sorted((REPOSITORY / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
INSTALL = "pip install -e '.[test]'"


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(?:pytest )?([\w.-]+/[\w./-]+)`", TEXT))))
def test_a_path_that_it_names_is_there(path: str) -> None:
    """From the top of the checkout, but for the folder of the rule that a newcomer makes."""
    assert (REPOSITORY / path.replace("/ID/", "/placeholder/")).exists()


def test_every_test_that_it_tells_to_run_is_there() -> None:
    """The command lines between backticks name folders and files."""
    named = re.findall(r"\btests/[\w/]+(?:\.py)?", " ".join(re.findall(r"`pytest ([^`]+)`", TEXT)))
    assert len(named) > 4
    assert not [name for name in named if not (REPOSITORY / name).exists()]


def test_what_it_quotes_of_a_test_is_said_there() -> None:
    """A newcomer who searches for the message finds the place that tells it."""
    (message,) = re.findall(r'\("(a format [^"]+)"\)', " ".join(TEXT.split()))
    assert message in (REPOSITORY / "tests" / "report" / "test_numbers.py").read_text(encoding="utf-8")


def test_there_is_one_way_to_set_up() -> None:
    """The command of the README is a part of the one here, and of the container's."""
    container = json.loads((REPOSITORY / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert f"{INSTALL} && pytest" in (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert f"    python3 -m venv .venv && . .venv/bin/activate && {INSTALL} && pytest\n" in TEXT
    assert container["postCreateCommand"] == f"python3 -m venv .venv && .venv/bin/{INSTALL}"
    assert container["onCreateCommand"] == "sudo bash .ci/run packages"
    assert "packages) install_packages ;;" in (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [file.name for file in FORMS if file.name != "config.yml"])
def test_a_form_asks_for_nothing_secret(name: str) -> None:
    """It says so before its first question."""
    form = yaml.safe_load((FORMS[0].parent / name).read_text(encoding="utf-8"))
    first = form["body"][0]
    assert first["type"] == "markdown"
    assert "**Never paste a password" in first["attributes"]["value"]
    assert "pupil, parent or member of" in first["attributes"]["value"]
    assert "**Everybody can read this page.**" in first["attributes"]["value"]


def test_what_is_private_has_a_way_of_its_own() -> None:
    """Beside the forms, and at the address of this repository."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    chooser = yaml.safe_load((FORMS[0].parent / "config.yml").read_text(encoding="utf-8"))
    (private,) = chooser["contact_links"]
    assert private["url"] == f"{project['urls']['Repository']}/security/advisories/new"


def test_a_label_of_a_form_is_one_that_the_owner_makes() -> None:
    """GitHub makes `bug` itself, and leaves out one that the repository lacks."""
    given = {label for form in FORMS for label in yaml.safe_load(form.read_text(encoding="utf-8")).get("labels", [])}
    owner = (REPOSITORY / "docs" / "explanation" / "scorecard.md").read_text(encoding="utf-8")
    assert not [label for label in given - {"bug"} if f"`{label}`" not in owner]
