"""Asks a person at the terminal what they saw, fact by fact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from reconciler.cli.attest_facts import read_values
from reconciler.cli.terminal import say
from reconciler.manifest.facts import FACTS
from reconciler.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.manifest.facts import FactKey

_FACT: Final = {fact.key: fact for fact in FACTS}
_YES: Final = frozenset({"y", "yes"})


def ask_facts(declared: Mapping[str, tuple[str, ...]], place: str) -> dict[str, tuple[str, ...]]:
    """What the person says of each fact, which the manifests declare so; those left for another time are left out.

    Raises click.Abort where they end it with Ctrl-C.
    """
    say(f"What no probe can see of {place}. Look at it in Bromcom, then answer:")
    say("y = it is as declared; anything else = what is there instead; Enter = not now.")
    said = {}
    for key, values in declared.items():
        answer = _ask(_FACT[key], values)
        if answer is not None:
            said[key] = answer
    return said


def _ask(fact: FactKey, declared: tuple[str, ...]) -> tuple[str, ...] | None:
    """What is said of one fact; None where it is left for another time."""
    choices = f" ({' / '.join(fact.choices)})" if fact.choices else ""
    question = printable(f"  {fact.key}{choices}: {', '.join(declared) or 'none'}?")
    while True:
        typed = click.prompt(question, default="", show_default=False, prompt_suffix=" ", err=True).strip()
        if not typed:
            return None
        if typed.casefold() in _YES:
            return declared
        try:
            return read_values(fact, ["" if typed.casefold() == "none" and not fact.choices else typed])
        except click.UsageError as error:
            say(f"  {error.message}")
