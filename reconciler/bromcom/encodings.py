"""Masking a password whose bytes are written as base64, or as hexadecimal or decimal numbers."""

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from typing import Final

from reconciler.startup import pattern

_ENCODINGS: Final = ("utf-8", "utf-16-le")
_SHORTEST_OF_BASE64: Final = 6  # letters of a password: a shorter one may give an ordinary word
_URL_SAFE: Final = str.maketrans("-_", "+/")
_BETWEEN: Final = r"[^0-9a-z]{0,3}(?:0?x)?"  # 70 61, 70:61, %70%61, \x70\x61, 0x70, 0x61
_COMMA: Final = "[,; ]{1,2}"
# Four bytes in a row, which few texts have: the pattern of a password among them takes longer to make than to use.
_NUMBERS: Final = pattern(
    rf"(?:[0-9a-f]{{2}}{_BETWEEN}){{3}}[0-9a-f]{{2}}|(?:[0-9]{{1,3}}{_COMMA}){{3}}[0-9]", re.IGNORECASE
)


def without_writings(text: str, password: str, mask: str) -> str:
    """Mask each of these writings of the password in a text."""
    if _NUMBERS.search(text):
        text = re.sub("|".join(_numbers(password)), mask, text)
    if len(password) >= _SHORTEST_OF_BASE64:
        for word in _words(password):
            done = 0
            while (start := text.translate(_URL_SAFE).find(word, done)) >= 0:
                # The letters on either side may contain a few bits of it.
                before, after = text[: max(0, start - 1)], text[start + len(word) + 1 :]
                text, done = f"{before}{mask}{after}", len(before) + len(mask)
    return text


def usual_writings(password: str) -> Sequence[str]:
    """Return the two writings that may be a whole name, in lower case."""
    written = password.encode("utf-8", "replace")
    return written.hex(), _word(written, 0).casefold()


def _numbers(password: str) -> Iterator[str]:
    for encoding in _ENCODINGS:
        written = password.encode(encoding, "replace")
        yield f"(?i:(?:0x)?{_BETWEEN.join(f'{byte:02x}' for byte in written)})"
        yield rf"(?<!\d){_COMMA.join(f'0{{0,2}}{byte}' for byte in written)}(?!\d)"


def _words(password: str) -> Iterator[str]:
    for encoding in _ENCODINGS:
        for before in range(3):
            yield _word(password.encode(encoding, "replace"), before)


def _word(written: bytes, before: int) -> str:
    """Return the letters of base64 that these bytes alone decide, from their place among three."""
    letters = b64encode(bytes(before) + written).decode()
    return letters[-(-before * 8 // 6) : (before + len(written)) * 8 // 6]
