"""Make the README's pictures: `python docs/site/pictures.py [FOLDER]`, by default into docs/pictures.

The demo's manifests are planned against the demo's own practice Bromcom, and pictured as a terminal shows the plan. The
trust of the examples is asked for pages, of which a browser shows the overview and a register. It takes the `test` and
`docs` extras, and the Chromium of the system.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.text import Text

from reconciler.sandbox.control.env_file import write_env_file
from reconciler.sandbox.server import serve
from reconciler.sandbox.state.seed import parse_seed

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DEMO: Final = files("reconciler.sandbox")
COLUMNS: Final = 110
DIFFERENCES: Final = 2  # the exit code
WIDTH: Final = 1000  # pixels
PAGE: Final = 1280  # of a page of the set
EXAMPLES: Final = Path(__file__).parents[2] / "examples"
MARGIN: Final = 16
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")


def main() -> None:
    """Write plan.png, overview.png and register.png."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1] / "pictures").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as workspace:
        plan = plan_the_demo(Path(workspace))
        pages = pages_of_the_trust(Path(workspace))
        with sync_playwright() as playwright:
            program = next(filter(None, map(shutil.which, BROWSERS)), None)
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            (Path(workspace) / "plan.html").write_text(terminal(plan), encoding="utf-8")
            picture(browser, Path(workspace) / "plan.html", "svg", folder / "plan.png")
            picture(browser, pages / "index.html", "#matrix", folder / "overview.png", PAGE)
            picture(browser, pages / "register.html", "table", folder / "register.png", PAGE)
            browser.close()


def plan_the_demo(workspace: Path) -> str:
    """The coloured text of the demo's plan."""
    seed = parse_seed((DEMO / "demo_seed.yaml").read_text(encoding="utf-8"), "demo_seed.yaml")
    with serve(seed) as sandbox:
        manifest = (DEMO / "demo_workspace.yaml").read_text(encoding="utf-8").replace("SANDBOX", sandbox.url)
        (workspace / "reconciler.yaml").write_text(manifest, encoding="utf-8")
        write_env_file(workspace / "practice.env", sandbox)
        return at_terminal(("plan", "--env-file", "practice.env", "--quiet"), workspace)


def pages_of_the_trust(workspace: Path) -> Path:
    """The folder of the example trust's pages."""
    trust, pages = workspace / "trust", workspace / "pages"
    shutil.copytree(EXAMPLES / "trust", trust)
    with serve() as sandbox:
        manifest = trust / "reconciler.yaml"
        text = manifest.read_text(encoding="utf-8").replace("127.0.0.1:8765", f"127.0.0.1:{sandbox.port}")
        manifest.write_text(text, encoding="utf-8")
        write_env_file(workspace / "trust.env", sandbox)
        words = ("site", "--env-file", "../trust.env", "--output", str(pages), "--compared-by", "the nightly check")
        command = (sys.executable, "-P", "-m", "reconciler", *words, "--quiet")
        subprocess.run(command, cwd=trust, check=True)
    return pages


def at_terminal(arguments: tuple[str, ...], folder: Path) -> str:
    """What `reconciler` prints at a terminal, in colour; on Linux alone."""
    ours, theirs = os.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)}
    command = (sys.executable, "-P", "-m", "reconciler", *arguments)
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=theirs, stderr=subprocess.DEVNULL)
    os.close(theirs)
    printed = b""
    with suppress(OSError):  # how Linux says that nobody is at the other end any more
        while part := os.read(ours, 65536):
            printed += part
    os.close(ours)
    if process.wait() != DIFFERENCES:
        raise SystemExit(f"the demo has other differences than it should:\n{printed.decode()}")
    return printed.decode().replace("\r\n", "\n")


def terminal(plan: str) -> str:
    """A page that looks like a terminal with the command and what it printed."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print("$ reconciler plan --env-file practice.env\n", style="bold", highlight=False)
    console.print(Text.from_ansi(plan))
    return console.export_svg(title="reconciler")


def picture(browser: Browser, page: Path, last: str, file: Path, width: int = WIDTH) -> None:
    """Photograph a page from its top to the end of the first element of a kind."""
    view = browser.new_page(viewport={"width": width, "height": width})
    view.goto(page.as_uri())
    box = view.locator(last).first.bounding_box()
    assert box
    height = box["y"] + box["height"] + MARGIN
    view.screenshot(path=file, clip={"x": 0, "y": 0, "width": width, "height": height})
    view.close()


if __name__ == "__main__":
    main()
