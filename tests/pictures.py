"""Pictures of pages, kept in `golden/` beside the test: what a page looks like while its style sheet does its work.

A picture shows how a page is laid out, and is the same on every machine: all text is set in `bars.ttf`, a font of ours
in which every character is the same bar. (fontTools made it: two glyphs, 520 of 1,000 wide. An empty one is the space,
one with a box of 440 x 560 is every other character, by a table of format 13.)

Compared are the mean colours of cells of 12 pixels, with those that are right there or a little higher or lower. So
another browser may draw an edge or a shadow in its own way, and make what is above taller or lower by some pixels.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    Colour = tuple[int, int, int]

FONT = Path(__file__).with_name("bars.ttf")
KEPT = {390: 3, 1280: 4}  # {how wide the screen is: how many of its pixels one of the picture stands for}
HIGH = 1200  # pixels: what is below is not pictured
CELL = 12  # pixels, a multiple of all of KEPT
REACH = 30  # pixels, up or down
SAME = 40  # of 255, for red, green and blue
SHARE = 0.01  # of the cells may differ

_SET_IN_BARS = """async font => {
  const face = new FontFace("Bars", Uint8Array.from(atob(font), each => each.charCodeAt(0)), {weight: "100 900"});
  document.fonts.add(await face.load());
  for (const name of ["--font", "--mono"]) document.documentElement.style.setProperty(name, "Bars");
}"""
_SHRUNK = """async ([png, wide, high]) => {
  const bytes = Uint8Array.from(atob(png), each => each.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes]));
  const canvas = new OffscreenCanvas(wide, high);
  const drawn = canvas.getContext("2d");
  drawn.imageSmoothingQuality = "high";
  drawn.drawImage(picture, 0, 0, wide, high);
  const image = drawn.getImageData(0, 0, wide, high);
  image.data.forEach((shade, at) => { image.data[at] = Math.round(shade / 17) * 17; }); // a smaller file
  drawn.putImageData(image, 0, 0);
  const written = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
  return [written, image.data].map(each => btoa(Array.from(each, n => String.fromCharCode(n)).join("")));
}"""


class Shrunk(NamedTuple):
    """A smaller picture: as a file, and its rows of colours."""

    png: bytes
    rows: list[list[Colour]]


@dataclass(frozen=True)
class Pictures:
    """The kept pictures beside a test. Each new one is left in `seen`, to be looked at."""

    folder: Path
    seen: Path
    bless: bool

    def __call__(self, page: Page, name: str, *schemes: str) -> None:
        """Compare what the browser shows with the kept pictures of this name; `--bless` writes them instead.

        The page is set in bars afterwards.
        """
        page.evaluate(_SET_IN_BARS, b64encode(FONT.read_bytes()).decode())
        wrong = []
        for scheme in schemes or ("light",):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            for width, pixel in KEPT.items():
                page.set_viewport_size({"width": width, "height": HIGH})
                taken = self.seen / f"{name}.{width}.{scheme}.png"
                page.screenshot(path=taken)
                new, file = _shrunk(page, taken.read_bytes(), width // pixel, HIGH // pixel), self.folder / taken.name
                if self.bless:
                    file.parent.mkdir(exist_ok=True)
                    file.write_bytes(new.png)
                elif not file.is_file():
                    wrong.append(f"{file} does not exist: {taken}")
                elif difference := _difference(page, file.read_bytes(), new.png, width // CELL, pixel):
                    wrong.append(f"{difference}: {taken} and {file}")
        if wrong:
            pytest.fail("\n".join((*wrong, "If the new ones are right, `pytest --bless` writes them anew.")), False)


def _difference(page: Page, kept: bytes, new: bytes, wide: int, pixel: int) -> str:
    """How far a new picture is from the kept one; empty for near enough."""
    before, now = (_cells(_shrunk(page, each, wide, HIGH // pixel).rows, CELL // pixel) for each in (kept, new))
    reach = REACH // pixel
    differing = []
    for down in range(0, len(now), CELL // pixel):
        near = before[max(0, down - reach) : down + reach + 1]
        differing += [(across, down * pixel) for across in min((_differing(now[down], each) for each in near), key=len)]
    share = len(differing) / (wide * HIGH // CELL)
    if share <= SHARE:
        return ""
    (left, right), (top, bottom) = ((min(each), max(each)) for each in zip(*differing, strict=True))
    return f"{share:.0%} differ, from {left * CELL},{top} to {(right + 1) * CELL},{bottom + CELL}"


def _cells(rows: list[list[Colour]], tall: int) -> list[list[Colour]]:
    """The mean colours of cells that begin at each row."""
    return [
        [(sum(r) // tall, sum(g) // tall, sum(b) // tall) for r, g, b in (zip(*cell, strict=True) for cell in columns)]
        for columns in (zip(*rows[down : down + tall], strict=True) for down in range(len(rows) - tall + 1))
    ]


def _differing(row: list[Colour], other: list[Colour]) -> list[int]:
    return [n for n, both in enumerate(zip(row, other, strict=True)) if _far(*both)]


def _far(one: Colour, other: Colour) -> bool:
    return any(abs(a - b) > SAME for a, b in zip(one, other, strict=True))


def _shrunk(page: Page, png: bytes, wide: int, high: int) -> Shrunk:
    """Let the browser make a picture smaller, so that each pixel is the mean of those that it stands for."""
    written, pixels = map(b64decode, page.evaluate(_SHRUNK, [b64encode(png).decode(), wide, high]))
    colours = list(zip(pixels[::4], pixels[1::4], pixels[2::4], strict=True))
    return Shrunk(written, [colours[at : at + wide] for at in range(0, len(colours), wide)])
