"""Texts that follow a pattern -> one text with placeholders: `groupcall.greenfield` -> `groupcall.{school}`."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final, NamedTuple, TypeAlias

from reconciler.manifest.resolving.placeholders import fill

Texts: TypeAlias = tuple[str, ...]  # a username, or the words of a password reference
_BY_SCHOOL: Final = ("school", "SCHOOL", "schoolId")  # the supplier's own name is the same everywhere: it needs none
_SHORT: Final = 4  # letters; a shorter value is replaced only if nothing but punctuation is around it
_TRIED: Final = 8  # templates that are tried at every school


class Shared(NamedTuple):
    """Texts with placeholders, and the schools where they become the real ones."""

    template: Texts
    schools: frozenset[str]


def templates_of(texts: Mapping[str, Texts], values: Mapping[str, Mapping[str, str]]) -> list[Shared]:
    """Return templates that together fit every school, in the order of how many schools each fits.

    texts, values  {school: its texts}, {school: the value of each placeholder there}
    """
    templates: list[Shared] = []
    left = dict(sorted(texts.items()))
    while left:
        best = _best(left, values)
        templates.append(best)
        left = {school: its for school, its in left.items() if school not in best.schools}
    return templates


def has_placeholder(template: Texts) -> bool:
    """Tell if a template becomes another text at another school."""
    return any(f"{{{name}}}" in text.replace("{{", "") for text in template for name in _BY_SCHOOL)


def _best(texts: Mapping[str, Texts], values: Mapping[str, Mapping[str, str]]) -> Shared:
    made: Counter[Texts] = Counter()
    placeholders: dict[Texts, int] = {}
    for school, its in texts.items():
        for number, template in _candidates(its, values[school]):
            made[template] += 1
            placeholders.setdefault(template, number)
    # Of equal reach: a placeholder before none, since the next school needs it too; then as few as possible.
    tried = sorted(made, key=lambda one: (-made[one], placeholders[one] == 0, placeholders[one], one))[:_TRIED]
    reach = [Shared(template, _fitting(template, texts, values)) for template in tried]
    return max(reach, key=lambda shared: len(shared.schools))


def _fitting(template: Texts, texts: Mapping[str, Texts], values: Mapping[str, Mapping[str, str]]) -> frozenset[str]:
    return frozenset(
        school for school, its in texts.items() if tuple(fill(text, values[school]) for text in template) == its
    )


def _candidates(texts: Texts, values: Mapping[str, str]) -> Iterator[tuple[int, Texts]]:
    """Yield (how many placeholders it has, template) for the texts of one school, each template once."""
    seen: set[Texts] = set()
    for number in range(len(_BY_SCHOOL) + 1):
        for names in combinations(_BY_SCHOOL, number):
            template = tuple(_with_placeholders(text, names, values) for text in texts)
            if template not in seen:
                seen.add(template)
                yield number, template


def _with_placeholders(text: str, names: tuple[str, ...], values: Mapping[str, str]) -> str:
    """Put these placeholders in place of their values, and double the braces that are in the text itself."""
    if not names:
        return _escaped(text)
    by_value = {values[name]: name for name in reversed(names)}
    longest_first = sorted(by_value, key=lambda value: (-len(value), value))
    parts = re.split(f"({'|'.join(map(_pattern, longest_first))})", text)
    return "".join(f"{{{by_value[part]}}}" if odd % 2 else _escaped(part) for odd, part in enumerate(parts))


def _pattern(value: str) -> str:
    return re.escape(value) if len(value) >= _SHORT else rf"(?<![A-Za-z0-9]){re.escape(value)}(?![A-Za-z0-9])"


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
