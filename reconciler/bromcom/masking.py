"""Masking a password in a text from outside, however it is written there.

A text may write a character in several ways (`&`, `&amp;`, `&#38;`, `\\u0026`, `%26`), one inside another. So the text
is read as a graph: from each place one step leads over its character, and one over each longer writing that begins
there. The password is wherever a way through the graph spells it. The search never changes the text, so an apparent
escape cannot hide anything.
"""

import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from reconciler.bromcom.encodings import usual_writings, without_writings
from reconciler.startup import pattern

MASK: Final = "(the password)"
# Ends a text that was cut before it came here: it may end in the password's beginning.
CUT: Final = "\N{HORIZONTAL ELLIPSIS}"

# A password of a few letters is left: masking it in ordinary words would show its letters.
_SHORTEST_TO_HIDE: Final = 4
# A longer one is not part of an ordinary word, so it is masked in the middle of one as well.
_SHORTEST_IN_WORDS: Final = 8
_LAYERS: Final = 4  # escapes inside escapes
_NOTHING: Final = "\N{ZERO WIDTH SPACE}"  # a tag between two letters shows nothing
_LOST: Final = "\N{REPLACEMENT CHARACTER}?"  # left of a letter that an encoding does not have

# The escapes of HTML and XML, .NET's names, mails, JSON, JavaScript, C, Python and addresses, and the doubled quotes of
# SQL and Basic.
_ESCAPE = pattern(
    r"""&\#x0*(?P<hex>[0-9a-f]{1,6});? | &\#0*(?P<decimal>[0-9]{1,7});? | &(?P<entity>[a-z][a-z0-9]{1,31};?)
      | (?-i:\\U)(?P<long>[0-9a-f]{8}) | (?-i:[\\%]u)(?P<short>[0-9a-f]{4}) | (?:\\x|[%=])(?P<pair>[0-9a-f]{2})
      | _x(?P<dotnet>[0-9a-f]{4}|[0-9a-f]{8})_ | (?P<wide>[\uff01-\uff5e])
      | \\u\{0*(?P<braced>[0-9a-f]{1,6})\} | \\(?P<octal>[0-3][0-7]{2}) | \\(?P<letter>[abfnrtv])
      | \\(?P<itself>[^\w\s]) | (?P<space>\+) | (?P<quote>['"])(?P=quote)""",
    re.IGNORECASE | re.VERBOSE,
)
_TAG = pattern("</?[a-z!][^<>]{0,200}>", re.IGNORECASE)
_BASES: Final = {"hex": 16, "decimal": 10, "long": 16, "short": 16, "pair": 16, "braced": 16, "octal": 8, "dotnet": 16}
_WINDOWS: Final = {number: bytes([number]).decode("cp1252", "replace") for number in range(0x80, 0xA0)}
del _WINDOWS[0x85]  # which ends a line
_LETTERS: Final = dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True))


class _Step(NamedTuple):
    """A character, and the part of the text that it is written in."""

    character: str
    start: int
    end: int


def masked(text: str, password: str) -> str:
    """Replace every writing of the password in a text, in either case."""
    wanted = _folded(" ".join(password.split()))
    if len(password) < _SHORTEST_TO_HIDE or not (text and wanted):
        return text
    graph = _graph(text)
    in_words = len(password) >= _SHORTEST_IN_WORDS
    parts: list[str] = []
    done = 0
    for start in graph.beginnings(wanted[0]):
        if start >= done and (end := _spelled(graph, start, wanted, in_words=in_words)):
            parts += (text[done:start], MASK)
            done = end
    return without_writings("".join([*parts, text[done:]]), password, MASK)


def masked_names(names: Sequence[str], password: str) -> Sequence[str]:
    """Mask the password in names. A name that is the whole password is masked however short it is."""
    wanted = (password.strip().casefold(), *usual_writings(password.strip()))
    # Names are letters and digits: looking for every writing in each would take longer than reading the answer.
    if _without("".join(names), wanted):
        return names
    return [name if _without(name, wanted) else _masked_name(name, password, wanted) for name in names]


def _without(name: str, wanted: Sequence[str]) -> bool:
    folded = name.casefold()
    plain = name.encode("ascii").isalnum() if name.isascii() else name.isalnum()  # as bytes in a tenth of the time
    return plain and not any(writing in folded for writing in wanted)


def _masked_name(name: str, password: str, wanted: Sequence[str]) -> str:
    return MASK if name.strip().casefold() in wanted else masked(name, password)


class _Graph(NamedTuple):
    """A text: its case-folded characters, the longer writings by start, and the ends of those that are no letter."""

    text: str
    folded: Sequence[str]
    writings: Mapping[int, Sequence[tuple[str, int]]]
    breaks: frozenset[int]

    def beginnings(self, character: str) -> list[int]:
        """Return the places at which a writing of this case-folded character may begin."""
        first = {character, *(_LOST if character > "\x7f" else "")}
        plain = [place for place, written in enumerate(self.folded) if written[:1] in first]
        return sorted({*plain, *self.writings})

    def steps(self, place: int) -> Iterator[tuple[str, int]]:
        """Yield the characters that can be read from a place, each with its end."""
        yield self.folded[place], place + 1
        yield from self.writings.get(place, ())

    def inside_a_word(self, start: int, end: int, wanted: str) -> bool:
        """Tell if this part of the text touches letters on either side."""
        before, after = self.text[start - 1 : start], self.text[end : end + 1]
        return bool(
            (_is_word(wanted[0]) and _is_word(before) and start not in self.breaks)
            or (_is_word(wanted[-1]) and _is_word(after))
        )


def _graph(text: str) -> _Graph:
    writings: dict[int, list[tuple[str, int]]] = defaultdict(list)
    breaks: set[int] = set()
    folded = [_folded(character) for character in text]
    for tag in _TAG.finditer(text):
        writings[tag.start()].append((_NOTHING, tag.end()))
    if text.isascii() and not _ESCAPE.search(text):
        return _Graph(text, folded, writings, frozenset(breaks))
    layer = [_Step(character, place, place + 1) for place, character in enumerate(text)]
    for _ in range(_LAYERS):  # each pass undoes the escapes that the one before has laid bare
        below = layer
        undone, inside = _unescaped(below)
        layer = _joined(undone)
        if layer == below:
            break
        for step in {*undone, *inside, *layer}.difference(below):
            writings[step.start].append((_folded(step.character), step.end))
            if not _is_word(step.character):  # a word may begin after `%20`, although `0` is a word's character
                breaks.add(step.end)
    return _Graph(text, folded, writings, frozenset(breaks))


def _unescaped(layer: Sequence[_Step]) -> tuple[list[_Step], list[_Step]]:
    """Undo each escape in a layer once. Return also those that begin inside another: in `\\\\x41` the second backslash
    may begin one."""
    text = "".join(step.character for step in layer)
    result: list[_Step] = []
    inside: list[_Step] = []
    place = done = 0
    while match := _ESCAPE.search(text, place):
        place = match.start() + 1
        if not (character := _meant(match)):
            continue
        step = _Step(character, layer[match.start()].start, layer[match.end() - 1].end)
        if match.start() < done:
            inside.append(step)
            continue
        result += [*layer[done : match.start()], step]
        done = match.end()
    return [*result, *layer[done:]], inside


def _meant(match: re.Match[str]) -> str:
    """Return the character that an escape means; empty if none or several."""
    kind, written = match.lastgroup or "", match[match.lastgroup or 0]
    if base := _BASES.get(kind):
        number = int(written, base)
        return chr(number) if number <= 0x10FFFF else ""
    match kind:
        case "entity":
            character = html.unescape(match[0])
            return character if len(character) == 1 else ""
        case "letter":
            return _LETTERS[written.lower()]
        case "space":
            return " "
        case "wide":
            return chr(ord(written) - 0xFEE0)
        case _:  # itself, or a quote that is doubled
            return written


def _joined(layer: Sequence[_Step]) -> list[_Step]:
    """Join bytes of UTF-8 and halves of surrogate pairs into characters, also if misread as Windows' letters."""
    result: list[_Step] = []
    place = 0
    while place < len(layer):
        length, character = _first(layer, place)
        result.append(_Step(character, layer[place].start, layer[place + length - 1].end))
        place += length
    return result


def _first(layer: Sequence[_Step], place: int) -> tuple[int, str]:
    """Return the number of steps that make the next character, and the character."""
    character = layer[place].character
    if character < "\x80":
        return 1, character
    if "\ud800" <= character < "\udc00":
        pair = character + "".join(step.character for step in layer[place + 1 : place + 2])
        joined = pair.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return (2, joined) if len(joined) == 1 and len(pair) == 2 else (1, character)
    lead = _byte(character)
    length = 2 if 0xC2 <= lead < 0xE0 else 3 if 0xE0 <= lead < 0xF0 else 4 if 0xF0 <= lead < 0xF5 else 1
    try:
        return length, bytes(_byte(step.character) for step in layer[place : place + length]).decode()
    except ValueError:
        return 1, character


def _byte(character: str) -> int:
    """Return the byte that Windows, or else Latin-1, reads as this character; 256 if there is none."""
    for encoding in ("cp1252", "latin-1"):
        try:
            return character.encode(encoding)[0]
        except UnicodeEncodeError:
            continue
    return 256


def _spelled(graph: _Graph, start: int, wanted: str, *, in_words: bool) -> int:
    """Return the end of the longest writing of the password that begins here; 0 if there is none."""
    longest = 0
    seen: set[tuple[int, int]] = set()
    ways = [(start, 0)]
    while ways:
        place, read = ways.pop()
        if read == len(wanted) and (in_words or not graph.inside_a_word(start, place, wanted)):
            longest = max(longest, place)
        if place == len(graph.text) or (place, read) in seen:  # ways meet: without this the search would be exponential
            continue
        seen.add((place, read))
        for written, end in graph.steps(place):
            if written == CUT and read >= _SHORTEST_TO_HIDE:  # the rest may have been cut off
                longest = max(longest, end)
            ways += ((end, further) for further in _read_on(wanted, read, written))
    return longest


def _read_on(wanted: str, read: int, written: str) -> Iterator[int]:
    """Yield the length of the password that is read after this step too."""
    if 0 < read < len(wanted) and unicodedata.category(written[0]) == "Cf":
        yield read  # an invisible character
    if written.isspace():
        if read and wanted[read - 1] == " ":
            yield read  # one space may have become several
        written = " "
    if wanted.startswith(written, read):
        yield read + len(written)
    elif written in _LOST:
        if wanted[read : read + 1] > "\x7f":
            yield read + 1
        if read and wanted[read - 1] > "\x7f":
            yield read  # the further bytes of one letter


def _folded(text: str) -> str:
    """Fold case. Like browsers, take a number without a letter in Latin-1 for that of Windows' letter."""
    return text.translate(_WINDOWS).casefold()


def _is_word(text: str) -> bool:
    return bool(re.match(r"\w", text))
