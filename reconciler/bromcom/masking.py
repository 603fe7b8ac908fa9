"""Taking a password out of a text that came from outside, in whatever way it was written there.

A text may write a character in several ways (`&`, `&amp;`, `&#38;`, `\\u0026`, `%26`), and one inside another.
So the text is read as a graph: from each place one step leads over the character that stands there, and one over each
longer writing that begins there. The password stands wherever some way through the graph spells it. The text itself is
never changed by looking, so that no escape that only seems to be one can hide what is there.
"""

import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from reconciler.bromcom.encodings import usual_writings, without_writings

MASK: Final = "(the password)"
# Ends a text that was cut before it came here: the password's beginning may stand before it.
CUT: Final = "\N{HORIZONTAL ELLIPSIS}"

# A password of a few letters is left: taking it out of ordinary words would show which letters it has.
_SHORTEST_TO_HIDE: Final = 4
# A longer one is no part of an ordinary word, so it is taken out of the middle of one as well.
_SHORTEST_IN_WORDS: Final = 8
_LAYERS: Final = 4  # escapes inside escapes
_NOTHING: Final = "\N{ZERO WIDTH SPACE}"  # that which a tag between two letters shows
_LOST: Final = "\N{REPLACEMENT CHARACTER}?"  # what is left of a letter that somebody's encoding does not have

# The ways of HTML and XML, of .NET's names, of mails, of JSON, JavaScript, C and Python, of addresses, and of SQL
# and Basic to double a quote.
_ESCAPE = re.compile(
    r"""&\#x0*(?P<hex>[0-9a-f]{1,6});? | &\#0*(?P<decimal>[0-9]{1,7});? | &(?P<entity>[a-z][a-z0-9]{1,31};?)
      | (?-i:\\U)(?P<long>[0-9a-f]{8}) | (?-i:[\\%]u)(?P<short>[0-9a-f]{4}) | (?:\\x|[%=])(?P<pair>[0-9a-f]{2})
      | _x(?P<dotnet>[0-9a-f]{4}|[0-9a-f]{8})_ | (?P<wide>[\uff01-\uff5e])
      | \\u\{0*(?P<braced>[0-9a-f]{1,6})\} | \\(?P<octal>[0-3][0-7]{2}) | \\(?P<letter>[abfnrtv])
      | \\(?P<itself>[^\w\s]) | (?P<blank>\+) | (?P<quote>['"])(?P=quote)""",
    re.IGNORECASE | re.VERBOSE,
)
_TAG = re.compile("</?[a-z!][^<>]{0,200}>", re.IGNORECASE)
_BASES: Final = {"hex": 16, "decimal": 10, "long": 16, "short": 16, "pair": 16, "braced": 16, "octal": 8, "dotnet": 16}
_WINDOWS: Final = {number: bytes([number]).decode("cp1252", "replace") for number in range(0x80, 0xA0)}
del _WINDOWS[0x85]  # which ends a line
_LETTERS: Final = dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True))


class _Step(NamedTuple):
    """A character, and from where to where in the text it is written."""

    character: str
    start: int
    end: int


def masked(text: str, password: str) -> str:
    """The text with every writing of the password replaced, in whatever case."""
    wanted = _folded(" ".join(password.split()))
    if len(password) < _SHORTEST_TO_HIDE or not (text and wanted):
        return text
    graph = _graph(text)
    glued = len(password) >= _SHORTEST_IN_WORDS
    parts: list[str] = []
    done = 0
    for start in graph.beginnings(wanted[0]):
        if start >= done and (end := _spelled(graph, start, wanted, glued)):
            parts += (text[done:start], MASK)
            done = end
    return without_writings("".join([*parts, text[done:]]), password, MASK)


def masked_names(names: Sequence[str], password: str) -> Sequence[str]:
    """Names with no password in them. One that is the password is hidden however short that is."""
    wanted = (password.strip().casefold(), *usual_writings(password.strip()))
    # Names are letters and digits: looking for every writing in each would take longer than reading the answer.
    if _without("".join(names), wanted):
        return names
    return [name if _without(name, wanted) else _masked_name(name, password, wanted) for name in names]


def _without(name: str, wanted: Sequence[str]) -> bool:
    folded = name.casefold()
    return name.isalnum() and not any(each in folded for each in wanted)


def _masked_name(name: str, password: str, wanted: Sequence[str]) -> str:
    return MASK if name.strip().casefold() in wanted else masked(name, password)


class _Graph(NamedTuple):
    """A text: its characters, each as `casefold` has it, the longer writings by where they begin, and where one that is
    no letter ends."""

    text: str
    folded: Sequence[str]
    writings: Mapping[int, Sequence[tuple[str, int]]]
    breaks: frozenset[int]

    def beginnings(self, character: str) -> list[int]:
        """Where a writing of this character, which is folded, may begin."""
        may = {character, *(_LOST if character > "\x7f" else "")}
        plain = [place for place, written in enumerate(self.folded) if written[:1] in may]
        return sorted({*plain, *self.writings})

    def steps(self, place: int) -> Iterator[tuple[str, int]]:
        """The characters that can be read from a place, and where each ends."""
        yield self.folded[place], place + 1
        yield from self.writings.get(place, ())

    def inside_a_word(self, start: int, end: int, wanted: str) -> bool:
        """Whether what stands there is glued to letters on either side."""
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
    for _ in range(_LAYERS):
        below = layer
        undone, inside = _unescaped(below)
        layer = _joined(undone)
        if layer == below:
            break
        for step in {*undone, *inside, *layer}.difference(below):
            writings[step.start].append((_folded(step.character), step.end))
            if not _is_word(step.character):
                breaks.add(step.end)
    return _Graph(text, folded, writings, frozenset(breaks))


def _unescaped(layer: Sequence[_Step]) -> tuple[list[_Step], list[_Step]]:
    """The layer with one escape undone wherever there is one; and those that begin inside another one: of `\\\\x41` the
    second backslash may be the first of an escape."""
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
    """The character that an escape means; empty where it means none, or several."""
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
        case "blank":
            return " "
        case "wide":
            return chr(ord(written) - 0xFEE0)
        case _:  # itself, or a quote that is doubled
            return written


def _joined(layer: Sequence[_Step]) -> list[_Step]:
    """The layer with the bytes of UTF-8, and the halves of surrogate pairs, made one character: however they were
    written, and also where they were misread as Windows' letters."""
    result: list[_Step] = []
    place = 0
    while place < len(layer):
        length, character = _first(layer, place)
        result.append(_Step(character, layer[place].start, layer[place + length - 1].end))
        place += length
    return result


def _first(layer: Sequence[_Step], place: int) -> tuple[int, str]:
    """How many steps make one character, and which."""
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
    """The byte that Windows, or failing that Latin-1, reads as this character; 256 for none, which no byte is."""
    for encoding in ("cp1252", "latin-1"):
        try:
            return character.encode(encoding)[0]
        except UnicodeEncodeError:
            continue
    return 256


def _spelled(graph: _Graph, start: int, wanted: str, glued: bool) -> int:
    """Where the longest writing of the password that begins here ends; 0 where none does."""
    longest = 0
    seen: set[tuple[int, int]] = set()
    ways = [(start, 0)]
    while ways:
        place, read = ways.pop()
        if read == len(wanted) and (glued or not graph.inside_a_word(start, place, wanted)):
            longest = max(longest, place)
        if place == len(graph.text) or (place, read) in seen:
            continue
        seen.add((place, read))
        for written, end in graph.steps(place):
            if written == CUT and read >= _SHORTEST_TO_HIDE:
                longest = max(longest, end)
            ways += ((end, further) for further in _read_on(wanted, read, written))
    return longest


def _read_on(wanted: str, read: int, written: str) -> Iterator[int]:
    """How much of the password is read once this is read too."""
    if 0 < read < len(wanted) and unicodedata.category(written[0]) == "Cf":
        yield read  # nobody sees it
    if written.isspace():
        if read and wanted[read - 1] == " ":
            yield read  # one blank may have become several
        written = " "
    if wanted.startswith(written, read):
        yield read + len(written)
    elif written in _LOST:
        if wanted[read : read + 1] > "\x7f":
            yield read + 1
        if read and wanted[read - 1] > "\x7f":
            yield read  # the further bytes of one letter


def _folded(text: str) -> str:
    """The text in one case. Browsers take a number that Latin-1 has no letter for as the number of Windows' letter."""
    return text.translate(_WINDOWS).casefold()


def _is_word(text: str) -> bool:
    return bool(re.match(r"\w", text))
