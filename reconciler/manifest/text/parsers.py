"""The parsers of YAML: libyaml's, and PyYAML's own where there is no libyaml, which reads tabs as libyaml does."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import yaml

from reconciler.manifest.text.source import SourceText

FAST_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is missing on some platforms
_BLANKS: Final = " \t"
_ENDS: Final = "\r\n\x85\u2028\u2029"


class _LikeLibyaml(yaml.SafeLoader):
    """PyYAML's own parser, with tabs where libyaml takes them for blanks. It calls these methods as it goes; each skips
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
        blanks = self.prefix(length)
        if "\t" not in blanks:
            return super().scan_plain_spaces(indent, start_mark)
        self.forward(length)
        if self.peek() in _ENDS:
            return super().scan_plain_spaces(indent, start_mark)
        return [blanks]

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
