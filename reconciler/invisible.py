"""Invisible characters: two texts that differ in them alone look the same.

Each constant that is a text is the inside of a class of a regular expression.
"""

from typing import Final

from reconciler.startup import pattern

# They look like an ordinary space, and are none.
BLANKS: Final = {
    "\u00a0": "a no-break space",
    "\u1680": "an Ogham space",
    **dict.fromkeys("\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f", "a typographic space"),
    "\u2007": "a figure space",
    "\u202f": "a narrow no-break space",
    "\u2800": "an empty Braille cell",
    "\u3000": "a wide space",
}
# They take no room: Unicode's `Default_Ignorable_Code_Point`, and the marks of annotations.
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
# Quotes as word processors set them, and signs that pass for quotes: to a program they are letters.
CURLY: Final = "\u00ab\u00b4\u00bb\u2018-\u201f\u2032-\u2037\u2039\u203a\u301d-\u301f"
# Hyphens and dashes other than the one of the keyboard: word processors put them in its place.
DASHES: Final = "\u2010-\u2015\u2212\ufe58\ufe63"
# Letters of other alphabets, wide ones, and ligatures as PDFs have them, that look like those of a to z.
LOOKALIKES: Final = (
    "\u017f\u212a\u0391\u0392\u0395-\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u0405\u0406\u0408"
    "\u0410\u0412\u0415\u041a\u041c-\u041e\u0420-\u0423\u0425\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455"
    "\u0456\u0458\u04bb\u0501\u051b\u051d\u0131\u0261\u0585\u2160-\u217f\u24b6-\u24e9\ufb00-\ufb06\uff01-\uff5e"
    "\U0001d400-\U0001d7ff"
)
# They end a line for YAML 1.1, and not for git, editors and YAML 1.2.
BREAKS: Final = "\x85\u2028\u2029"
# They turn the direction of what follows on the line, so that it is read in another order than it is in.
TURNS: Final = "\u202a-\u202e\u2066-\u2069"
_CONTROLS: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_CONTROL_NAMES: Final = {
    "\t": "a tab",
    "\n": "a line break",
    "\r": "a carriage return",
    "\x85": "a next-line character",
}
_ALPHABET: Final = pattern("^(arabic|cyrillic|greek|hangul|khmer|latin|mongolian)")
# Any of them, tabs and the ends of lines left out.
HIDDEN: Final = pattern(f"[{BREAKS}{ZERO_WIDTH}{''.join(BLANKS)}{_CONTROLS}]")
# Pictures are drawn with some of them: a heart in colour, a family of three, a number in its box, the flag of Wales.
_PICTURE: Final = (
    "[\u2010-\u2027\u2030-\u205e\u2070-\u27ff\u2900-\u2fff\U0001f000-\U0001faff][\ufe0e\ufe0f\u200d]+"
    "|[#*0-9\u00a9\u00ae]\ufe0f\u20e3?|\U0001f3f4[\U000e0061-\U000e007a]{1,6}\U000e007f"
)
_BESIDE_PICTURES: Final = pattern(f"{_PICTURE}|({HIDDEN.pattern})")


def called(character: str) -> str:
    """One of these characters in words, with its number: `a no-break space (U+00A0)`."""
    name = BLANKS.get(character) or ZERO_WIDTH_NAMES.get(character) or _CONTROL_NAMES.get(character)
    if name is None:
        import unicodedata  # a table of 1 MB, for names that nobody gave

        default = {"Cc": "control character", "Co": "sign of a font"}.get(unicodedata.category(character), "")
        known = unicodedata.name(character, default).lower() if character < "\U000e0000" else ""
        known = _ALPHABET.sub(lambda found: found[0].capitalize(), known)
        article = "an" if known[:1] in "aAeio" else "a"
        name = f"{article} {known}" if known else "an invisible character"
    return f"{name} (U+{ord(character):04X})"


def hidden_in(text: str) -> list[int]:
    """The places of all such characters in a text, but for those that draw a picture."""
    if text.isascii() and text.isprintable():
        return []
    return [found.start() for found in _BESIDE_PICTURES.finditer(text) if found[1]]


def shows_nothing(text: str) -> bool:
    """Tell if a text looks empty."""
    return not HIDDEN.sub("", text).strip()


def is_seen(text: str) -> bool:
    """Tell if any of a text can be seen."""
    return bool(HIDDEN.sub("", text).strip())
