"""Make the docs' pictures: `python docs/site/pictures.py`, into docs/pictures. With `--check`, see if they must be.

The demo's manifests are planned against the demo's own practice Bromcom, and pictured as a terminal shows the plan. The
trust of the examples is asked for pages, and the app is opened in it. It takes the `docs` and `test` extras, git, and
the Chromium of the system.

A picture is out of date if its page has other words. `words.json` has the words of each. Numbers and the fonts of a
machine do not count, and neither do a few words of many. Colours and sizes are not compared.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from difflib import SequenceMatcher
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
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

DEMO: Final = files("reconciler.sandbox")
COLUMNS: Final = 110
DIFFERENCES: Final = 2  # the exit code
WIDTH: Final = 1000  # pixels
PAGE: Final = 1160  # of a page of the set
HIGH: Final = 812
ROOT: Final = Path(__file__).parents[2]
KEPT: Final = ROOT / "docs" / "pictures"
MARGIN: Final = 12
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
ALIKE: Final = 0.95  # as a share of the words
RECONCILER: Final = (sys.executable, "-P", "-m", "reconciler")
SCHOOLS: Final = ("hilltop", "oakwood")
CHANGE: Final = ("library-loans.yaml", "[Students, ", "[SENStudents, Students, ")  # file, before, after
WORDS_UP_TO: Final = """last => {
  const range = document.createRange();
  range.setStart(document.body, 0);
  range.setEndAfter(last);
  return range.toString();
}"""


def main() -> None:
    """Make the pictures, or see if those that are kept are out of date."""
    check = sys.argv[1:] == ["--check"]
    with ExitStack() as stack:
        album = Album(Path(stack.enter_context(tempfile.TemporaryDirectory())) if check else KEPT)
        playwright = stack.enter_context(sync_playwright())
        program = next(filter(None, map(shutil.which, BROWSERS)), None)
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        workspace = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        picture_the_demo(album, browser, workspace)
        picture_the_trust(album, browser, workspace)
        browser.close()
    kept = KEPT / "words.json"
    if not check:
        kept.write_text(json.dumps(album.words, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    elif old := out_of_date(json.loads(kept.read_text(encoding="utf-8")), album.words):
        raise SystemExit(
            "\n".join((*old, "Make them again, look at them and commit them: python docs/site/pictures.py"))
        )


def out_of_date(kept: dict[str, str], now: dict[str, str]) -> list[str]:
    """Each picture whose page has other words now."""
    old = []
    for name in sorted(kept.keys() | now.keys()):
        alike = SequenceMatcher(None, kept.get(name, "").split(), now.get(name, "").split(), autojunk=False)
        if alike.ratio() < ALIKE:
            old.append(
                f"docs/pictures/{name}.png is out of date: {alike.ratio():.0%} of its words are as on the page now"
            )
    return old


@dataclass
class Album:
    """A folder of pictures, and the words that each shows."""

    folder: Path
    words: dict[str, str] = field(default_factory=dict)

    def take(self, name: str, view: Page, last: str) -> None:
        """Photograph a page from its top to the end of the first element of a kind, or of the screen."""
        element = view.locator(last).first
        box, size = element.bounding_box(), view.viewport_size
        assert box
        assert size
        height = min(box["y"] + box["height"] + MARGIN, size["height"])
        clip = {"x": 0.0, "y": 0.0, "width": float(size["width"]), "height": height}
        view.screenshot(path=self.folder / f"{name}.png", clip=clip)  # type: ignore[arg-type]
        self.words[name] = words_in(element.evaluate(WORDS_UP_TO))


def words_in(text: str) -> str:
    """The words of a text, without its numbers."""
    return " ".join(re.findall(r"[^\W\d_]+", text))


def picture_the_demo(album: Album, browser: Browser, folder: Path) -> None:
    """The plan of the demo, as a terminal shows it."""
    view = browser.new_page(viewport={"width": WIDTH, "height": WIDTH})
    plan = plan_the_demo(folder)
    view.set_content(terminal(plan))
    album.take("plan", view, "svg")
    album.words["plan"] = words_in(Text.from_ansi(plan).plain)
    view.close()


def picture_the_trust(album: Album, browser: Browser, folder: Path) -> None:
    """The pages of the example trust, a change of it, and the app with its first page of Bromcom to do."""
    trust = folder / "trust"
    shutil.copytree(ROOT / "examples" / "trust", trust)
    with serve() as sandbox:
        manifest = trust / "reconciler.yaml"
        text = manifest.read_text(encoding="utf-8").replace("127.0.0.1:8765", f"127.0.0.1:{sandbox.port}")
        manifest.write_text(text, encoding="utf-8")
        write_env_file(folder / "trust.env", sandbox)
        commit(trust)
        view = browser.new_page(viewport={"width": PAGE, "height": HIGH})
        with the_app(trust) as link:
            picture_the_app(album, view, link)
        asked = ("site", "--env-file", "../trust.env", "--quiet", "--compared-by", "the nightly check", "--output")
        subprocess.run((*RECONCILER, *asked, str(folder / "pages")), cwd=trust, check=True)
        view.goto((folder / "pages" / "register.html").as_uri())
        album.take("register", view, "table")
        view.set_viewport_size({"width": 1280, "height": 1280})
        view.goto((folder / "pages" / "index.html").as_uri())
        album.take("overview", view, "#matrix")
        view.set_viewport_size({"width": PAGE, "height": HIGH})
        changed, before, after = trust / "suppliers" / CHANGE[0], *CHANGE[1:]
        changed.write_text(changed.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
        subprocess.run((*RECONCILER, *asked, str(folder / "changed"), "--base", "HEAD"), cwd=trust, check=True)
        view.goto((folder / "changed" / "review.html").as_uri())
        album.take("review", view, "main")


def picture_the_app(album: Album, view: Page, link: str) -> None:
    """A check that is done, and the first page of Bromcom of a guided apply."""
    view.goto(link)
    view.get_by_role("button", name="Check now").first.click()
    view.get_by_role("button", name="Check again").first.wait_for()
    view.get_by_role("navigation").get_by_role("link", name="Guided apply").click()
    view.get_by_text("Only some schools or suppliers").click()
    for school in SCHOOLS:
        view.locator(f"input[value={school}]").check()
    view.get_by_role("button", name="Ask Bromcom and show the plan").click()
    asked = view.get_by_text("Type apply").first.inner_text()
    view.get_by_label("Type apply").fill(" ".join(asked.split()[1:3]))
    view.get_by_role("button", name="Begin with the first page").click()
    view.get_by_role("button", name="I have done this").first.wait_for()
    album.take("guided", view, "main")


@contextmanager
def the_app(workspace: Path) -> Iterator[str]:
    """The link of an app that runs in a workspace."""
    command = (*RECONCILER, "ui", "--no-browser", "--env-file", "../trust.env", "--as", "M. Lowe")
    with subprocess.Popen(command, cwd=workspace, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            assert process.stdout
            yield re.findall(r"http://\S+", process.stdout.readline())[0]
        finally:
            process.kill()


def commit(folder: Path) -> None:
    """Make a folder a repository in which all is committed."""
    git = ("git", "-c", "user.name=M. Lowe", "-c", "user.email=m.lowe@trust.example", "-c", "commit.gpgsign=false")
    for words in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "--message", "Our suppliers")):
        subprocess.run((*git, *words), cwd=folder, check=True)


def plan_the_demo(workspace: Path) -> str:
    """The coloured text of the demo's plan."""
    seed = parse_seed((DEMO / "demo_seed.yaml").read_text(encoding="utf-8"), "demo_seed.yaml")
    with serve(seed) as sandbox:
        manifest = (DEMO / "demo_workspace.yaml").read_text(encoding="utf-8").replace("SANDBOX", sandbox.url)
        (workspace / "reconciler.yaml").write_text(manifest, encoding="utf-8")
        write_env_file(workspace / "practice.env", sandbox)
        return at_terminal(("plan", "--env-file", "practice.env", "--quiet"), workspace)


def at_terminal(arguments: tuple[str, ...], folder: Path) -> str:
    """What `reconciler` prints at a terminal, in colour; on Linux alone."""
    ours, theirs = os.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)}
    process = subprocess.Popen(
        (*RECONCILER, *arguments), cwd=folder, env=environment, stdout=theirs, stderr=subprocess.DEVNULL
    )
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


if __name__ == "__main__":
    main()
