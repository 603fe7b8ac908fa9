"""Comments that somebody most likely meant as an allowance, and that are none.

`# Reconciler: allow`, `# reconciler allow`, `# allow person-photos`: each waives nothing, and its writer believes that
it does. Prose that happens to hold our words is let alone, so only what stands in the order of an allowance counts.
"""

import re
from collections.abc import Container, Iterable, Iterator
from itertools import islice
from typing import Final

from reconciler.spelling import edits

VERB: Final = "allow"
_NAMES: Final = ("reconciler", "lint")
_LIKE_IT: Final = frozenset({"accept", "allowed", "disable", "ignore", "noqa", "permit", "skip", "waive"})
_MOST_EDITS: Final = 1  # of the verb; of our name, which is longer, one more
_MOST_WORDS: Final = 60  # that are looked at in one comment
_WORD: Final = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def is_verb(word: str) -> bool:
    """Whether a word is `allow`, or one that somebody writes for it."""
    folded = word.casefold()
    return folded in _LIKE_IT or edits(folded, VERB, _MOST_EDITS) is not None


def may_hold_one(text: str, advice: Iterable[str]) -> bool:
    """Whether a file can hold such a comment: a quick look that spares most files a slow one."""
    if "#" not in text:
        return False
    folded = text.casefold()
    return "until" in folded or any(rule in folded for rule in advice)


def is_nearly_one(comment: str, advice: Container[str]) -> bool:
    """Whether a comment, which is no allowance, was most likely to be one of this advice."""
    words = list(islice(_words(comment), _MOST_WORDS))
    if len(words) > 1 and words[1] in advice and (_is_name(words[0]) or is_verb(words[0])):
        return True
    if len(words) > 1 and "until" in words and _is_name(words[0]) and is_verb(words[1]):
        return True
    return any(
        rule in advice and is_verb(verb) and _is_name(name)
        for name, verb, rule in zip(words, words[1:], words[2:], strict=False)
    )


def _words(text: str) -> Iterator[str]:
    """The words of a text in small letters; `reconciler-allow` is two."""
    for found in _WORD.finditer(text):
        word = found[0].casefold()
        name, _, rest = word.partition("-")
        yield from (name, rest) if rest and _is_name(name) else (word,)


def _is_name(word: str) -> bool:
    return word in _NAMES or edits(word, _NAMES[0], _MOST_EDITS + 1) is not None
