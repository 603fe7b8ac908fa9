"""The words of reports are explained, all of them."""

from __future__ import annotations

from collections import Counter

from reconciler.cli.exit_codes import Exit
from reconciler.model.aspect import Action, Risk
from reconciler.model.drift_news import Verdict
from reconciler.model.evidence import UnknownReason
from reconciler.model.review import Cause
from reconciler.report.labels import CAUSES, DIFFERENCES
from reconciler.report.markdown.rows import FLAGS, STATES
from reconciler.report.outcomes import ORDER
from reconciler.report.story.sections import Tally
from reconciler.report.vocabulary import EXIT_CODES, VOCABULARY

EXPLAINED = Counter(word for entry in VOCABULARY for word in entry.words)


def test_each_word_has_one_meaning() -> None:
    """Looking a word up finds one text."""
    assert [word for word, number in EXPLAINED.items() if number > 1] == []


def test_every_kind_of_difference_outcome_cause_and_reason_is_there() -> None:
    """By the word or sign that a report prints for it, and by the one of JSON."""
    words = {word for label in DIFFERENCES.values() for word in (label.word, label.mark)}
    words |= {action.value for action in Action} | {reason.value for reason in UnknownReason}
    words |= {risk.value for risk in Risk} | {verdict.value for verdict in Verdict} | set(ORDER)
    words |= {*filter(None, CAUSES.values()), *(cause.value for cause in Cause)}
    assert sorted(words - EXPLAINED.keys()) == []


def test_every_sign_of_a_table_is_there() -> None:
    """The signs of the overview, and the flags of a report in Markdown."""
    tally = Tally(**dict.fromkeys(Tally._fields, 1))
    signs = {sign.rstrip("1") for sign in tally.signs.split()} | {"✓"}
    signs |= {flag.partition(" ")[0] for flag in FLAGS.values() if flag} | {state.strip() for state in STATES.values()}
    signs = {sign.replace("\N{VARIATION SELECTOR-16}", "") for sign in signs}
    assert sorted(signs - EXPLAINED.keys()) == []


def test_every_exit_code_is_there() -> None:
    """And no other."""
    assert set(EXIT_CODES) == {code.value for code in Exit}
