"""The YAML parsers: libyaml's, and PyYAML's own if there is no libyaml; and the texts that they read differently.

libyaml, PyYAML without it, and readers of YAML 1.2 such as editors disagree about little that people type: tabs,
directives, and a few marks with no space behind them. A manifest must not be valid for one of them only, so all of it
is refused. Most texts have none of these characters, and cost one look for each.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

import yaml
from yaml.tokens import (
    AliasToken,
    AnchorToken,
    DirectiveToken,
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
    KeyToken,
    ScalarToken,
    TagToken,
    ValueToken,
)

from reconciler.manifest.text.source import SourceText
from reconciler.startup import pattern

FAST_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is missing on some platforms
_BLANKS: Final = " \t"
_ENDS: Final = "\r\n\x85\u2028\u2029"


class _LikeLibyaml(yaml.SafeLoader):
    """PyYAML's own parser, with tabs where libyaml takes them for spaces. It calls these methods as it goes; each skips
    the tabs and leaves the rest to it."""

    def scan_to_next_token(self) -> None:
        super().scan_to_next_token()
        while self.peek() == "\t" and (self.flow_level or not self.allow_simple_key):
            self.forward()
            super().scan_to_next_token()

    def scan_plain_spaces(self, indent: int, start_mark: Any) -> Any:
        length = 0
        while self.peek(length) in _BLANKS:
            length += 1
        spaces = self.prefix(length)
        if "\t" not in spaces:
            return super().scan_plain_spaces(indent, start_mark)
        self.forward(length)
        if self.peek() in _ENDS:
            return super().scan_plain_spaces(indent, start_mark)
        return [spaces]

    def scan_block_scalar_ignored_line(self, start_mark: Any) -> None:
        while self.peek() in _BLANKS:
            self.forward()
        super().scan_block_scalar_ignored_line(start_mark)


def parser(loader: Any, text: str) -> Any:
    """One of PyYAML's loaders over a text, so that it says the same whichever it is."""
    return (_LikeLibyaml if loader is yaml.SafeLoader else loader)(text)


def tokens(text: str, loader: Any) -> Iterator[Any]:
    """The tokens of a text, up to the end of it. Raises what PyYAML raises."""
    scanner = parser(loader, text)
    while scanner.check_token():
        yield scanner.get_token()


def events(source: SourceText, loader: Any) -> Callable[[], Any]:
    """The function that gives the next event of a file, with the characters that `source.parsed` has others for."""
    next_event: Callable[[], Any] = parser(loader, source.parsed).get_event
    if not source.substituted:
        return next_event

    def restored() -> Any:
        event = next_event()
        if type(event) is yaml.ScalarEvent:
            event.value = event.value.translate(source.substituted)
        return event

    return restored


_SIGNS: Final = ("\t", "?", "%", ":,", ":[", ":]", ":{", ":}", "|", ">", "!", "&", "*")
# With them something disputed may be there; a quick look for each sign comes first.
_SUSPECT: Final = pattern(r"\t|\?|^%|:[,\[\]{}]|[|>][-+0-9]*#|!!?[^\s!,\]}]*[,\]}]|[&*][\w-]+[:?%@`]", re.MULTILINE)
_OPENERS: Final = (FlowSequenceStartToken, FlowMappingStartToken)
_CLOSERS: Final = (FlowSequenceEndToken, FlowMappingEndToken)
_VERSION: Final = pattern(r"%YAML 1\.[12](?: +#.*| *)")
_NOTHING_BEFORE: Final = pattern(r"(?:\s|#[^\n]*\n)*")
_HEAD_AT_ONCE: Final = pattern(r"[|>][-+0-9]*[#\t]")
_BLOCKS: Final = frozenset({"|", ">"})


class DisputedReading(NamedTuple):
    """A place in a text about which YAML readers disagree, with the message and the hint."""

    at: int
    message: str
    hint: str


_INDENT: Final = ("This line is indented with a tab.", "Use spaces, not Tab.")
_DIRECTIVE: Final = ("Manifests do not use directives (lines that begin with %).", "Delete this line.")
_QUESTION: Final = ("YAML readers disagree about a ? between brackets.", "Put the text in quotes.")
_COLON: Final = ("YAML readers disagree about a colon without a space after it.", "Write key: value")
_HEADER: Final = ("YAML readers disagree about what follows | or > directly.", "Type a space before it.")
_MARK: Final = (
    "YAML readers disagree about where this mark ends.",
    "Type a space after it, or put the text in quotes.",
)


def disputed(source: SourceText, loader: Any) -> DisputedReading | None:
    """The first place of a text about which readers disagree; None for one without, or that is wrong before."""
    text = source.parsed
    if not any(map(text.__contains__, _SIGNS)) or not _SUSPECT.search(text):
        return None
    try:
        return next(_places(text, loader), None)
    except (yaml.YAMLError, ValueError, OverflowError):  # reading it says what is wrong
        return None


def _places(text: str, loader: Any) -> Iterator[DisputedReading]:
    """Every such place, token by token, and between two tokens."""
    end = depth = 0
    last: Any = None
    for token in tokens(text, loader):
        start, stop = token.start_mark.index, token.end_mark.index
        if start >= end:
            yield from (DisputedReading(at, *_INDENT) for at, _ in _tabs(text, end, start))
        depth += isinstance(token, _OPENERS) - isinstance(token, _CLOSERS)
        if (words := _of_token(text, token, last, in_brackets=depth > 0)) is not None:
            yield DisputedReading(start, *words)
        if isinstance(token, ScalarToken) and token.style in _BLOCKS:
            yield from (DisputedReading(at, *_INDENT) for at in _tabs_in_block(text, start, stop))
        elif isinstance(token, ScalarToken) and token.plain:
            yield from (DisputedReading(at, *_INDENT) for at, _ in _tabs(text, start, stop))
        if stop > start:
            end, last = stop, token


def _of_token(text: str, token: Any, last: Any, *, in_brackets: bool) -> tuple[str, str] | None:
    start, stop = token.start_mark.index, token.end_mark.index
    behind = text[stop : stop + 1]
    match token:
        case DirectiveToken():
            line = text[start:].partition("\n")[0].rstrip("\r")
            is_first = _NOTHING_BEFORE.fullmatch(text, 0, start) is not None
            return None if is_first and _VERSION.fullmatch(line) else _DIRECTIVE
        case KeyToken() if in_brackets and stop > start and behind.strip():
            return _QUESTION
        case ScalarToken(style=style) if style in _BLOCKS:
            return _HEADER if _HEAD_AT_ONCE.match(text, start) else None
        case ScalarToken(plain=True) if in_brackets and "?" in text[start:stop]:
            return _QUESTION
        case ValueToken() if in_brackets and behind and behind in ",[]{}?" and _touches_plain(last, start):
            return _COLON
        case AnchorToken() | AliasToken() if behind and behind in ":?%@`":
            return _MARK
        case TagToken() if behind not in {"", " ", "\r", "\n"}:
            return _MARK
    return None


def _touches_plain(last: Any, start: int) -> bool:
    return isinstance(last, ScalarToken) and bool(last.plain) and last.end_mark.index == start


def _tabs(text: str, start: int, stop: int) -> Iterator[tuple[int, str]]:
    """(its place, what stands before it) of the first tab in the indentation of each line, in a part of a text."""
    at = text.find("\t", start, stop)
    while at >= 0:
        line = text.rfind("\n", 0, at) + 1
        if not text[line:at].strip(" "):
            yield at, text[line:at]
        end = text.find("\n", at, stop)
        at = text.find("\t", end, stop) if end >= 0 else -1


def _tabs_in_block(text: str, start: int, stop: int) -> Iterator[int]:
    """Tabs in the indentation of a text below `|` or `>`, which is as deep as its first line that is not empty."""
    lines = (line for line in text[start:stop].split("\n")[1:] if line.strip(" "))
    first = next(lines, "")
    depth = len(first) - len(first.lstrip(" "))
    is_wrong = first.startswith("\t", depth)
    for at, before in _tabs(text, start, stop):
        if is_wrong or len(before) < depth:
            yield at
