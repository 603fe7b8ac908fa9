"""Characters that nobody sees: two texts that differ in them alone look the same."""

from __future__ import annotations

from typing import Final

# They look like an ordinary blank, and are none.
BLANKS: Final = {
    "\u00a0": "a no-break space",
    "\u2007": "a figure space",
    "\u202f": "a narrow no-break space",
}
# They take no room; a class of a regular expression. From Unicode's `Default_Ignorable_Code_Point`, with the marks of
# annotations, which take none either.
ZERO_WIDTH: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
ZERO_WIDTH_NAMES: Final = {
    "\u00ad": "a soft hyphen",
    "\u200b": "a zero-width space",
    "\u200c": "a zero-width non-joiner",
    "\u200d": "a zero-width joiner",
    "\u2060": "a word joiner",
    "\ufeff": "a byte order mark",
}
