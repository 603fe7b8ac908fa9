"""The same answers give the same journal, at the terminal and in a browser."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.runbook.worlds import World, worlds
from tests.webapp.guided_worlds import AtTerminal, InBrowser, Intent, Intentions, Scene

# Most say what is not so and check again, as that is the way with the most turns.
INTENTS = st.sampled_from([*Intent, *[Intent.PRETEND, Intent.AGAIN, Intent.LATER] * 3, *[Intent.DIFFERS] * 2])


@examples(0.4)
@given(worlds(), st.lists(INTENTS, min_size=6, max_size=40), st.frozensets(st.integers(2, 9), max_size=3))
def test_the_same_answers_give_the_same_journal(world: World, intents: list[Intent], down_at: frozenset[int]) -> None:
    """Whoever means the same, and finds the same in Bromcom, leaves the same entries, one by one, and the same
    Bromcom."""
    with TemporaryDirectory() as folder:
        at_terminal, in_browser = (
            Scene(world, Path(folder) / name / "journal.jsonl", Intentions(list(intents)), down_at)
            for name in ("terminal", "browser")
        )
        AtTerminal(at_terminal).carry_out()
        InBrowser(in_browser).carry_out()
        assert in_browser.events() == at_terminal.events()
        assert in_browser.world == at_terminal.world
