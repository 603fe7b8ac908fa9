"""Characters that look like a blank, or like nothing, where YAML wants blanks: they come with text from web pages and
word processors, and whatever the parser says of them blames something that can be seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reconciler.model.invisible import BLANKS, ZERO_WIDTH, ZERO_WIDTH_NAMES
from reconciler.model.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.manifest.source import Source

_NAMES: Final = {**BLANKS, **ZERO_WIDTH_NAMES}
_ONE = f"[{''.join(BLANKS)}{ZERO_WIDTH}]"
_ANY = re.compile(_ONE)
_KEY = r"[\w.-]{1,80}"  # bounded, so that no line takes more than linear time
# (where on a line, what that place is called); a place inside a text is the writer's own business.
_PLACES: Final = (
    (re.compile(rf"^[ \t-]*({_ONE})"), "in the indentation"),
    (re.compile(rf"(?:^[ \t-]*|[{{,] ?){_KEY}[ ]?:({_ONE})"), "after the colon"),
    (re.compile(rf"(?:^[ \t-]*|[{{,] ?)(?:{_KEY})?({_ONE})[\w.-]{{0,80}}[ ]?:"), "in a key"),
)


def invisible_problems(source: Source) -> Iterator[Problem]:
    """A problem for each line of a file with such a character outside its texts. Valid files may have them too, at the
    beginning of a line that goes on with a text: ask only about a file that is wrong."""
    if source.text.isascii() or not _ANY.search(source.text):
        return
    for number, line in enumerate(source.lines, 1):
        for pattern, place in _PLACES:
            found = pattern.search(line)
            if found is not None:
                character = found[1]
                yield Problem(
                    "yaml",
                    Severity.ERROR,
                    source.origin(number, found.start(1) + 1),
                    f"{_NAMES.get(character, 'an invisible character')} (U+{ord(character):04X}) stands {place}",
                    "delete it, and type an ordinary blank where one belongs",
                )
                break
