"""Syntax errors and typing slips in YAML, in words for people who do not know YAML.

The parser's own text never reaches the message: PyYAML's pure parser quotes the manifest in it, perhaps a password. The
parser often blames the place behind a slip, so slips are found in the text around it.
"""

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from reconciler.invisible import called
from reconciler.manifest.text.source import SourceText
from reconciler.model.problem import Problem, Severity
from reconciler.startup import pattern

_BACKSLASH = (
    "A backslash cannot be followed by this character.",
    "Write \\\\ for a backslash inside double quotes, or use single quotes.",
)
# (part of the parser's text, message, hint). The first that fits is taken.
_MEANINGS = (
    ("nesting depth", "This is nested too deep.", "A manifest needs eight levels."),  # the parser's own bound
    ("mapping values are not allowed", "A colon is not allowed here.",
     "Put a text with a colon and a space in quotes, or indent this line like those above."),
    ("block sequence entries are not allowed", "A list cannot begin here.", "Begin it on its own line."),
    ("escape", *_BACKSLASH),
    ("hexdecimal", *_BACKSLASH),  # libyaml's spelling
    ("quoted scalar", "A closing quote is missing.", "Add the closing quote."),
    ("could not find expected ':'", "A colon is missing.", "Write key: value, with a space after the colon."),
    ("cannot start any token", "This character is not allowed here.",
     "Put the text in quotes if it begins with @, ` or %. Use spaces, not Tab."),
    ("flow sequence", "A comma or the closing ] is missing.", "Check the list that begins here or above: [a, b]"),
    ("flow mapping", "A comma or the closing } is missing.", "Check the mapping that begins here or above: {a: b}"),
    ("block collection", "This line is not in line with those above.", "Begin each item with - in the same column."),
    ("block mapping", "This line is not in line with those above.", "Begin each key in the same column."),
    ("flow node", "Something is missing here.", "Check the brackets before this place."),
    ("anchor", "& and * need a name, and one & is enough.", "Write &name before a value, and *name to repeat it."),
    ("alias", "& and * need a name.", "Put the text in quotes if it begins with & or *."),
    ("tag", "This tag cannot be read.", "Remove it: manifests do not use tags."),
    ("document start", "This does not belong to the document above.", "Begin another document with a line that is ---"),
    ("directive", "Manifests do not use directives (lines that begin with %).", "Delete this line."),
)  # fmt: skip


def syntax_problem(source: SourceText, error: Any) -> Problem:
    """The problem that a `yaml.YAMLError` is."""
    parser_text = " ".join(str(part) for part in (getattr(error, "context", ""), getattr(error, "problem", "")) if part)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    origin = source.origin(line, column)
    begin = getattr(error, "context_mark", None)
    begun = begin.line + 1 if begin is not None else origin.line
    slip = slip_at(source.lines, origin.line, origin.column, parser_text, begun)
    if slip is not None:
        return Problem("yaml", Severity.ERROR, source.origin(slip.line, slip.column), slip.message, slip.hint)
    message, hint = _meaning(parser_text)
    if begun < origin.line:
        message += f" It began on line {begun}."
    return Problem("yaml", Severity.ERROR, origin, message, hint)


def _meaning(parser_text: str) -> tuple[str, str]:
    for sign, message, hint in _MEANINGS:
        if sign in parser_text:
            return message, hint
    return "This is not valid YAML.", "Check the indentation, colons and quotes of this line and the one above."


class TypingSlip(NamedTuple):
    """A typing mistake and its place: line and column counted from 1."""

    line: int
    column: int
    message: str
    hint: str


_JOINED = pattern(r"[ -]*[A-Za-z]\w{0,80}:(?=[^\s:/])")  # `key:value`, and no `https://`
_RULER = pattern(r"(?!---\s*$)\s*(?:--+|[\u2010-\u2015]+|={3,}|\*{3,}|_{3,})\s*")  # Word makes one dash of two
_VARIABLE_SIGN = pattern(r"""\benv\s*:\s*["']?(?:\$\{?|%)$""")
NO_SPACE: Final = "A space is missing after the colon."
# Long dashes and bullets, the - of a word processor; the last two are of its font for signs.
ITEM_SIGNS: Final = (
    "\u2010-\u2015\u2212\ufe58\ufe63\uff0d\u00b7\u2022\u2023\u2043\u25a0-\u25ff\u2794-\u27be\uf0a7\uf0b7"
)
_ITEM: Final = pattern(rf"\s*(?:- +)?([{ITEM_SIGNS}*+])\s+\S")
_TOUCHING: Final = pattern(r"\s*-(?=[A-Za-z{])")  # `-Staff`
_WIDE_COLON: Final = pattern("[ -]*[A-Za-z]\\w{0,80} ?([\ua789\uff1a\ufe55\u2236])")
_FENCE: Final = pattern(r"\s*(?:`{3}|~{3})")
_REFERENCE: Final = pattern(r"password\s*:\s*(env|file|keyring|command)\s*:$")
_MERGE: Final = pattern(r"^(?:<{7}(?: .*)?|\|{7}(?: .*)?|={7}|>{7}(?: .*)?)$", re.MULTILINE)
IN_QUOTES: Final = 'Put a text with { or [ in double quotes, like "{supplier}.{school}"'


def slip_at(lines: Sequence[str], line: int, column: int, parser_text: str, begun: int) -> TypingSlip | None:
    """The slip behind what the parser said of this place, if it is one that we know; `begun` is the line on which began
    what it could not read."""
    before, character = lines[line - 1][: column - 1], lines[line - 1][column - 1 : column]
    if (slip := _fence(lines, line) or _item_of_no_list(lines, line, parser_text)) is not None:
        return slip
    if (slip := _tab(line, before, character)) is not None:
        return slip
    if "could not find expected ':'" in parser_text:
        return _not_a_line_of_its_own(lines, begun)
    if "mapping values are not allowed" in parser_text:
        if (reference := _REFERENCE.search(before + character)) is not None:
            hint = f"Write it like {{{reference[1]}: NAME}}"
            return TypingSlip(line, reference.start(1) + 1, "A reference to a password needs braces.", hint)
        return None if ": " in before else _not_a_line_of_its_own(lines, _line_above(lines, line))
    if _RULER.fullmatch(lines[line - 1]):
        return _not_a_line_of_its_own(lines, line)
    if "block mapping" in parser_text and not before.strip():
        return _not_a_line_of_its_own(lines, _line_above(lines, line))
    for look in (_variable_sign, _brace_in_text):
        if (slip := look(line, before, character)) is not None:
            return slip
    if character.strip(" ,:]}") and "expected" in parser_text:
        return _text_after_closer(line, before, in_brackets="flow" in parser_text)
    return None


def _line_above(lines: Sequence[str], line: int) -> int:
    """The number of the line above that says something; 0 if there is none."""
    above = line - 1
    while above > 0 and (not (text := lines[above - 1].strip()) or text.startswith("#")):
        above -= 1
    return above


def _not_a_line_of_its_own(lines: Sequence[str], line: int) -> TypingSlip | None:
    """The slip that joins a line with the line below it, which the parser then reports."""
    if not 0 < line <= len(lines):
        return None
    text = lines[line - 1]
    if _RULER.fullmatch(text):
        column = len(text) - len(text.lstrip()) + 1
        hint = "Between two manifests, write a line that is only ---"
        return TypingSlip(line, column, "This line does not separate manifests.", hint)
    if (colon := _WIDE_COLON.match(text)) is not None:
        message = f"This is {called(colon[1])}, not a colon."
        return TypingSlip(line, colon.start(1) + 1, message, "Type : and a space.")
    joined = _JOINED.match(text)
    if joined is None:
        return None
    return TypingSlip(line, joined.end() + 1, NO_SPACE, "Write key: value")


def unfinished_merge(text: str) -> TypingSlip | None:
    """The two sides that git leaves in a text, one below the other, where it cannot tell which is right; or what is
    left of the lines around them. Between brackets and quotes YAML takes them for words."""
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return None
    text = text.replace("\r\n", "\n")
    marks = [(text.count("\n", 0, match.start()) + 1, match[0][0]) for match in _MERGE.finditer(text)]
    if not any(sign in "<>" for _, sign in marks):
        return None
    first = [marks[0]]
    for mark in marks[1:]:
        if mark[1] == "<" or first[-1][1] == ">":
            break
        first.append(mark)
    if len(first) == 1:
        return TypingSlip(
            first[0][0], 1, "This line is left over from a merge.", "Delete it, and check the lines around it."
        )
    *others, last = (str(line) for line, _ in first)
    sides = "of the two sides" if len(first) == 3 else "between them"
    hint = f"Keep what is right {sides}, and delete lines {', '.join(others)} and {last}."
    return TypingSlip(first[0][0], 1, f"A merge is unfinished here, up to line {last}.", hint)


def _fence(lines: Sequence[str], line: int) -> TypingSlip | None:
    """A line around an example in Markdown, which was copied with it."""
    if not _FENCE.match(lines[line - 1]):
        return None
    return TypingSlip(
        line, 1, "This line was copied from a page, and is not YAML.", "Delete it, and others like it below."
    )


def _item_of_no_list(lines: Sequence[str], line: int, parser_text: str) -> TypingSlip | None:
    """An item that begins with another sign than a hyphen, or in another column than those above it."""
    for number in (line, _line_above(lines, line)):
        match = _ITEM.match(lines[number - 1]) if number > 0 else None
        if match:
            message = f"A list item begins with -, but this is {called(match[1])}."
            return TypingSlip(number, match.start(1) + 1, message, "Type - and a space.")
        touching = _TOUCHING.match(lines[number - 1]) if number > 0 and "':'" in parser_text else None
        if touching:
            hint = "Write - and a space before each item."
            return TypingSlip(number, touching.end() + 1, "A space is missing after the -.", hint)
    text = lines[line - 1]
    if "block mapping" in parser_text and text.lstrip().startswith("- "):
        column = len(text) - len(text.lstrip()) + 1
        return TypingSlip(
            line, column, "This line is not in line with those above.", "Begin each item with - in the same column."
        )
    return None


def _tab(line: int, before: str, character: str) -> TypingSlip | None:
    text = before + character
    if "\t" not in text[: len(text) - len(text.lstrip(" \t-"))]:
        return None
    hint = "Use spaces, not Tab."
    return TypingSlip(line, len(before) + 1, "This line is indented with a tab.", hint)


def _variable_sign(line: int, before: str, character: str) -> TypingSlip | None:
    if not _VARIABLE_SIGN.search(before + character):
        return None
    hint = "Never write the password itself here. Write the name alone, without $ or %."
    return TypingSlip(line, len(before) + 1, "This is not the name of an environment variable.", hint)


def _brace_in_text(line: int, before: str, character: str) -> TypingSlip | None:
    """`{a: b.{school}}`: a text between braces that has braces of its own."""
    if character not in {"{", "["} or not before or before[-1] in " \t,[{:}]\"'":
        return None
    return TypingSlip(line, len(before) + 1, f"{character} is not allowed inside a text.", IN_QUOTES)


def _text_after_closer(line: int, before: str, *, in_brackets: bool) -> TypingSlip | None:
    """`{supplier}.{school}` and `'the school's'`: a text that ended before its writer thought so."""
    text = before if in_brackets else before.rstrip()  # between brackets a space says that a comma is missing
    match text[-1:]:
        case "'":
            message = "The text in quotes ended at the apostrophe."
            return TypingSlip(line, len(text), message, "Write the apostrophe twice, or put the text in double quotes.")
        case '"':
            message = "The text in quotes ended at this quote."
            return TypingSlip(line, len(text), message, "Put a text with double quotes in single quotes.")
        case "}" | "]" as closer:
            return TypingSlip(line, len(before) + 1, f"There is something after the closing {closer}.", IN_QUOTES)
    return None
