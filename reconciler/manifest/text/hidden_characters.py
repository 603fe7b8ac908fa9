"""Invisible characters that could change what a file means.

A reviewer sees a file as git and an editor show it, so it must mean what is seen there. In quotes, invisible characters
are allowed, except those that reverse the rest of the line. In a comment, those that end a line for some programs are
refused too. Elsewhere they are refused, unless they are part of an emoji. `stray_characters.py` checks odd spaces; here
they count only if they make a file wrong, since the parser then blames something visible.
"""

from bisect import bisect_right
from collections.abc import Iterator
from enum import Enum
from typing import Any, Final, NamedTuple

import yaml

from reconciler.invisible import BLANKS, BREAKS, HIDDEN, TURNS, ZERO_WIDTH, called, hidden_in
from reconciler.manifest.text.parsers import FAST_LOADER, tokens
from reconciler.manifest.text.secret_masking import LINE_BREAK
from reconciler.manifest.text.source import SourceText
from reconciler.model.problem import Problem, Severity
from reconciler.startup import pattern

STRAY: Final = "stray-character"
IN_COMMENT: Final = "hidden-in-comment"
DELETE_IT: Final = "Delete it, and type an ordinary space if you need one."
_ONE = f"[{''.join(BLANKS)}{ZERO_WIDTH}]"
_KEY = r"[\w.-]{1,80}"  # bounded, so that no line takes more than linear time
# (a place on a line, its name); places inside a text are not checked.
_PLACES: Final = (
    (pattern(rf"^[ \t-]*({_ONE})"), "in the indentation"),
    (pattern(rf"(?:^[ \t-]*|[{{,] ?){_KEY}[ ]?:({_ONE})"), "after the colon"),
    (pattern(rf"(?:^[ \t-]*|[{{,] ?)(?:{_KEY})?({_ONE})[\w.-]{{0,80}}[ ]?:"), "in a key"),
)
_TURN: Final = pattern(f"[{TURNS}]")


class _Within(Enum):
    QUOTES = "in a text in quotes"
    COMMENT = "in a comment"
    BARE = "outside quotes"


class HiddenCharacter(NamedTuple):
    """An invisible character: its place, and what it is in."""

    line: int
    column: int
    character: str
    within: _Within

    @property
    def is_refused(self) -> bool:
        """Tell if it could change what the file means, or what a reviewer understands."""
        if _TURN.match(self.character):
            return True
        if self.within is _Within.COMMENT:
            return self.character in BREAKS
        return self.within is _Within.BARE and self.character not in BLANKS

    def problem(self, source: SourceText, severity: Severity, rule: str) -> Problem:
        """The problem that it is."""
        hint = DELETE_IT
        if self.within is not _Within.COMMENT and self.is_refused:
            hint += ' If you need it, write its number in double quotes, such as "\\u200d"'
        message = f"There is {called(self.character)} {self.within.value}."
        return Problem(rule, severity, source.origin(self.line, self.column), message, hint)


def hidden(source: SourceText, loader: Any = FAST_LOADER) -> list[HiddenCharacter]:
    """The invisible characters of a file, up to the line of the first place that is not YAML."""
    places = hidden_in(source.text) if HIDDEN.search(source.unusual) else []
    if not places:
        return []
    starts = [0, *(characters.end() for characters in LINE_BREAK.finditer(source.text))]
    spans, last = _texts(source, loader)
    begins = [start for start, _, _ in spans]
    characters = []
    comments: dict[int, int] = {}
    for place in places:
        line = bisect_right(starts, place)
        if line > last:
            break
        number = bisect_right(begins, place) - 1
        _, end, is_quoted = spans[number] if number >= 0 else (0, 0, False)
        if place < end:
            within = _Within.QUOTES if is_quoted else _Within.BARE
        else:
            gap = max(end, starts[line - 1])
            if gap not in comments:  # looked for once, since a line may be long
                comments[gap] = source.text.find("#", gap, starts[line] if line < len(starts) else None)
            within = _Within.COMMENT if 0 <= comments[gap] < place else _Within.BARE
        characters.append(HiddenCharacter(line, place - starts[line - 1] + 1, source.text[place], within))
    return characters


def with_hidden(source: SourceText, problems: list[Problem]) -> list[Problem]:
    """The problems of a file, and the characters in it that could change what it means; where such characters are the
    cause of the problems, they alone."""
    causes = (list(culprits(source)) if problems else []) or problems
    reported = {problem.origin for problem in causes}
    return causes + [problem for problem in _refused(source) if problem.origin not in reported]


def in_comments(source: SourceText) -> Iterator[Problem]:
    """Advice on such characters in the comments of a file, where they change nothing."""
    for one in hidden(source):
        if one.within is _Within.COMMENT and not one.is_refused:
            yield one.problem(source, Severity.ADVICE, IN_COMMENT)


def _refused(source: SourceText) -> Iterator[Problem]:
    """A problem for each line with one that could change what is meant."""
    lines: set[int] = set()
    for one in hidden(source):
        if one.is_refused and one.line not in lines:
            lines.add(one.line)
            yield one.problem(source, Severity.ERROR, "yaml")


def culprits(source: SourceText) -> Iterator[Problem]:
    """A problem for each line of a file with one at a place where it makes the file wrong. Valid files may have them
    too, at the beginning of a line that goes on with a text: ask only about a file that is wrong."""
    if not HIDDEN.search(source.unusual):
        return
    for number, line in enumerate(source.lines, 1):
        for form, place in _PLACES:
            match = form.search(line)
            if match is not None:
                message = f"There is {called(match[1])} {place}."
                yield Problem("yaml", Severity.ERROR, source.origin(number, match.start(1) + 1), message, DELETE_IT)
                break


def _texts(source: SourceText, loader: Any) -> tuple[list[tuple[int, int, bool]], float]:
    """(where it begins, where it ends, it is in quotes) of all that is no comment and no space; and the last line that
    the scanner has read."""
    spans: list[tuple[int, int, bool]] = []
    try:
        for token in tokens(source.parsed, loader):
            start, end = token.start_mark.index, token.end_mark.index
            if end > start:
                is_quoted = isinstance(token, yaml.ScalarToken) and token.style in {"'", '"'}
                spans.append((start, end, is_quoted))
    except yaml.MarkedYAMLError as error:
        mark = error.context_mark or error.problem_mark
        return spans, mark.line + 1 if mark else 0
    except yaml.YAMLError:
        return spans, 0
    return spans, float("inf")
