"""What is wrong with YAML that does not parse, in words for people who do not know YAML.

The parser's own text never reaches the message: PyYAML's pure parser quotes the manifest in it, perhaps a password.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.manifest.slips import slip_at
from reconciler.model.problem import Problem, Severity

if TYPE_CHECKING:
    from reconciler.manifest.source import Source

_BACKSLASH = (
    "a backslash stands before a character that cannot follow it",
    "write \\\\ for a backslash inside double quotes, or use single quotes",
)
# (what the parser says, in the middle of its text; what that means; how to mend it). The first that fits is taken.
_MEANINGS = (
    ("nesting depth", "this is nested far too deep", "a manifest needs eight levels"),  # the parser's own bound
    ("mapping values are not allowed", "a colon stands where it cannot",
     "put a text that holds a colon and a space in quotes, or check that this line is indented like those above"),
    ("block sequence entries are not allowed", "a list cannot begin here", "begin it on a line of its own"),
    ("escape", *_BACKSLASH),
    ("hexdecimal", *_BACKSLASH),  # libyaml's spelling
    ("quoted scalar", "this text in quotes does not end", "put the closing quote"),
    ("could not find expected ':'", "a colon is missing", "write key: value, with a space after the colon"),
    ("cannot start any token", "this character cannot stand here",
     "put the text in quotes if it begins with @, ` or %; indent with spaces, not tabs"),
    ("flow sequence", "a comma or the closing ] is missing", "check the list that begins here or before: [a, b]"),
    ("flow mapping", "a comma or the closing } is missing", "check the mapping that begins here or before: {a: b}"),
    ("block collection", "this line does not fit those above", "each item begins with - in the same column"),
    ("block mapping", "this line does not fit those above", "each key begins in the same column"),
    ("flow node", "something is missing here", "check the brackets before this place"),
    ("anchor", "& and * need a name, and one & is enough", "write &name before a value, and *name to repeat it"),
    ("alias", "& and * need a name", "put the text in quotes if it begins with & or *"),
    ("tag", "this tag cannot be read", "take it away: manifests use no tags"),
    ("document start", "this does not fit what stands above", "begin another document with a line that is ---"),
    ("directive", "lines that begin with % are directives, which manifests do not use", "take the line away"),
)  # fmt: skip


def syntax_problem(source: Source, error: Any) -> Problem:
    """The problem that a `yaml.YAMLError` is."""
    said = " ".join(str(part) for part in (getattr(error, "context", ""), getattr(error, "problem", "")) if part)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    origin = source.origin(line, column)
    begin = getattr(error, "context_mark", None)
    begun = begin.line + 1 if begin is not None else origin.line
    slip = slip_at(source.lines, origin.line, origin.column, said, begun)
    if slip is not None:
        return Problem("yaml", Severity.ERROR, source.origin(slip.line, slip.column), slip.message, slip.hint)
    message, hint = _meaning(said)
    if begun < origin.line:
        message += f"; it began on line {begun}"
    return Problem("yaml", Severity.ERROR, origin, message, hint)


def _meaning(said: str) -> tuple[str, str]:
    for sign, message, hint in _MEANINGS:
        if sign in said:
            return message, hint
    return "this is not valid YAML", "check the indentation, colons and quotes of this line and the one above"
