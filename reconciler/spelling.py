"""The name that was most likely meant."""

from collections.abc import Iterable


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name that looks most like the word, if any does; capitals do not matter."""
    from difflib import get_close_matches  # most names are right

    by_key = {name.casefold(): name for name in sorted(names)}
    close = get_close_matches(word.casefold(), by_key, n=1, cutoff=0.6)
    return by_key[close[0]] if close else None


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """`Did you mean ...?`, or, where no name looks like the word, the names there are; empty if there are none."""
    known = sorted(names)
    near = nearest(word, known)
    if near is not None:
        return f"Did you mean `{near}`?"
    if not known:
        return ""
    more = f" and {len(known) - 8} more" if len(known) > 9 else ""
    return "Known: " + ", ".join(known[:8] if more else known) + more


def edits(word: str, name: str, most: int) -> int | None:
    """The number of letters to add, remove, replace or swap to get from one to the other; None: over `most`."""
    if abs(len(word) - len(name)) > most or len(set(word) ^ set(name)) > 2 * most:
        return None
    before: list[int] = []
    last: list[int] = []
    row = list(range(len(name) + 1))
    for i, letter in enumerate(word, 1):
        before, last, row = last, row, [i]
        for j, other in enumerate(name, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == name[j - 2] and word[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None
