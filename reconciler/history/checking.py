"""Faults that no history of ours has: for `history check`. Pure."""

from collections.abc import Iterator

from reconciler.history.history import ObservedHistory
from reconciler.history.timeline import faults


def faults_of(history: ObservedHistory) -> Iterator[str]:
    """Tell what is wrong in a history."""
    for kind, timeline, decode in (
        ("what could be read", history.readings, history.reading),
        ("what differed", history.comparisons, history.comparison),
    ):
        yield from (f"in {kind}, {fault}" for fault in faults(timeline))
        for subject, own in timeline.points.items():
            if subject not in history.subjects:
                yield f"in {kind}, subject {subject} is missing"
            for _, state in own:
                try:
                    decode(state)
                except (LookupError, ValueError) as error:
                    yield f"in {kind}, state {state} cannot be read ({error})"
