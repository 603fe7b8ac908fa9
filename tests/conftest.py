"""What every test may ask for: golden files, the reference material, a browser, and how hypothesis runs."""

from __future__ import annotations

import difflib
import os
import re
import signal
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.bounds import pytest_runtest_call as pytest_runtest_call  # hooks
from tests.bounds import pytest_runtest_setup as pytest_runtest_setup
from tests.bounds import pytest_runtest_teardown as pytest_runtest_teardown
from tests.browser import chromium as chromium  # fixtures
from tests.browser import page as page
from tests.examples import load_profile
from tests.pictures import Pictures

REPOSITORY = Path(__file__).resolve().parents[1]
STYLE_SHEET = re.compile(r"(?<=<style>).*?(?=</style>)", re.DOTALL)

load_profile()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--bless`."""
    parser.addoption("--bless", action="store_true", help="Write the golden files anew; then read their diff.")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Start one worker more than there are processors, since a fifth of the time is waits for servers.

    None for tests that are named one by one: workers would take longer to start than the tests.
    """
    return 0 if all("::" in argument for argument in config.args) else (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Make what needs a browser a rehearsal: one for each worker takes longer to start than all that it is asked."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("rehearsal")


def pytest_configure(config: pytest.Config) -> None:
    """Let the programs that tests start share their byte code, where the environment forbids it beside the sources.

    And let them hear what a run in the background (`nohup`) ignores, for those that are stopped by it.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        folder = TemporaryDirectory(prefix="reconciler-tests-")
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = folder.name
        sys.dont_write_bytecode = False
        config.add_cleanup(folder.cleanup)


@dataclass(frozen=True)
class Golden:
    """The expected texts in `golden/` beside the test, as UTF-8 with \\n.

    The style sheet of a page is there as its hash: a colour that changes is one line in each page.
    """

    folder: Path
    bless: bool

    def __call__(self, name: str, text: str) -> None:
        """Compare `text` with the golden file `name`; `--bless` writes it instead."""
        file = self.folder / name
        text = STYLE_SHEET.sub(_digest, text)
        if self.bless:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
            return
        if not file.is_file():
            pytest.fail(f"{file} does not exist. `pytest --bless` writes it.", pytrace=False)
        expected = file.read_bytes().decode("utf-8")
        if text != expected:
            lines = difflib.unified_diff(
                expected.splitlines(keepends=True),
                text.splitlines(keepends=True),
                f"{file.parent.name}/{name}",
                "this run",
            )
            diff = "".join(line if line.endswith("\n") else f"{line}\n\\ no newline at the end\n" for line in lines)
            pytest.fail(f"{diff}\nIf this run is right, `pytest --bless` writes {file} anew.", pytrace=False)


def _digest(style_sheet: re.Match[str]) -> str:
    return f"sha256 {sha256(style_sheet[0].encode()).hexdigest()[:16]}"


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """`golden(NAME, TEXT)` compares a text with the file `golden/NAME` beside the test."""
    return Golden(request.path.parent / "golden", bool(request.config.getoption("--bless")))


@pytest.fixture
def pictures(request: pytest.FixtureRequest, tmp_path: Path) -> Pictures:
    """`pictures(PAGE, NAME)` compares what a browser shows with the pictures of that name in `golden/`."""
    return Pictures(request.path.parent / "golden", tmp_path, bool(request.config.getoption("--bless")))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the service's reference material (its contract, a real answer). It is not ours to ship."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "reference").is_dir():
        pytest.skip("the service's reference material is not beside the checkout (../shared/reference)")
    return folder
