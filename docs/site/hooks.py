"""What mkdocs does beside its own work: fill in the generated parts, and carry the project's other pages into the site.

On GitHub the pages are read as they lie in the repository, so that their links are right there. The site has the README
as its first page, the pages of docs/, and everything else of the repository that a page links to under `project/`.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import File
from reference import PARTS

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

REPOSITORY = Path(__file__).resolve().parents[2]
CARRIED = (
    "*.md",
    ".github/CODE_OF_CONDUCT.md",
    "LICENSE",
    "examples/**/README.md",
    "examples/ci/github/CODEOWNERS",
    "examples/ci/*/*.yml",
)
LINK = re.compile(r"(\]\(|src=\")(?![a-z]+:|#)([^)#\"\s]+)")
GENERATED = re.compile(r"<!-- generated: (?P<part>[a-z-]+) -->\n.*?<!-- end -->", re.DOTALL)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the README as the first page, and the rest of the repository that pages link to."""
    for pattern in CARRIED:
        for path in sorted(REPOSITORY.glob(pattern)):
            name = path.relative_to(REPOSITORY).as_posix()
            files.append(File.generated(config, _in_site(name), abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Fill in the generated parts, and turn links within the repository into links within the site."""
    here = page.file.src_uri
    folder = posixpath.dirname(_in_repository(here))

    def within_site(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, link[2]))
        if (REPOSITORY / target).is_dir():
            target += "/README.md"
        return link[1] + posixpath.relpath(_in_site(target), posixpath.dirname(here) or ".")

    return GENERATED.sub(lambda part: PARTS[part["part"]](), LINK.sub(within_site, markdown))


def _in_site(path: str) -> str:
    """The site's name for a file of the repository."""
    if path == "README.md":
        return "index.md"
    return path.removeprefix("docs/") if path.startswith("docs/") else f"project/{path.removeprefix('.github/')}"


def _in_repository(uri: str) -> str:
    """The repository's name for a file of the site."""
    if uri == "index.md":
        return "README.md"
    return uri.removeprefix("project/") if uri.startswith("project/") else f"docs/{uri}"
