"""`{school}` and its like in usernames, password references and roles."""

from collections.abc import Iterator, Mapping
from functools import cache

from reconciler.spelling import did_you_mean
from reconciler.startup import pattern

NAMES = ("school", "SCHOOL", "supplier", "SUPPLIER", "schoolId")
_DOUBLED = pattern(r"(?<!\{)\{\{\s*(\w+)\s*\}\}(?!\})")
_TOKEN = pattern(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_NOT_IN_CAPITALS = pattern("[^A-Z0-9]")


def values(school: str, school_id: int, supplier: str) -> dict[str, str]:
    """The values of the placeholders in one access."""
    return {
        "school": school,
        "SCHOOL": _in_capitals(school),
        "supplier": supplier,
        "SUPPLIER": _in_capitals(supplier),
        "schoolId": str(school_id),
    }


@cache
def _in_capitals(name: str) -> str:
    """A name as environment variables are written."""
    return _NOT_IN_CAPITALS.sub("_", name.upper())


def fill(text: str, placeholder_values: Mapping[str, str]) -> str:
    """The text with every placeholder filled in; `{{` and `}}` become single braces.

    Raises KeyError for a placeholder that is not known, and for a single brace: the rule `placeholder` finds both.
    """
    if "{" not in text and "}" not in text:
        return text
    return _TOKEN.sub(lambda found: found[0][0] if found[0] in {"{{", "}}"} else placeholder_values[found[1]], text)


def faults(text: str) -> Iterator[tuple[str, str]]:
    """(what is wrong, how to mend it) for everything in a text that does not resolve."""
    for found in _DOUBLED.finditer(text):
        if found[1] in NAMES:
            yield f"`{found[0]}` is not filled in: doubled braces stay braces.", f"Write {{{found[1]}}}"
    for found in _TOKEN.finditer(text):
        if found[1] is not None:
            if found[1] not in NAMES:
                yield f"`{found[0]}` is not a placeholder.", did_you_mean(found[1], NAMES)
        elif len(found[0]) == 1:
            yield f"There is a single `{found[0]}` here.", f"Write {found[0] * 2} for the character itself."
