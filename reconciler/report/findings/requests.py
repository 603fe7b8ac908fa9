"""What a change under review asks for -> findings: what somebody must agree to, whatever is live.

What is to be done for it is a difference, and told as that: so it is left out here. Where nobody could look, as without
secrets, this is all that is told of it.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.model.aspect import Aspect, Risk
from reconciler.model.entity import entity_key
from reconciler.model.problem import Origin
from reconciler.model.review import Cause, Edit, Effect, ManifestField, NoReview, Review
from reconciler.planning.ranking import Rank, of_edit
from reconciler.planning.risk import Sensitivity
from reconciler.report.escape import printable
from reconciler.report.findings.finding import Finding, Level
from reconciler.report.findings.rules import TO_AGREE
from reconciler.report.rich_text import Mark, Part
from reconciler.report.story.phrases import edit_phrase

_ELSEWHERE: Final = frozenset({ManifestField.SERVICE, ManifestField.ACCOUNT, ManifestField.PASSWORD})


def of_edits(review: Review | NoReview | None, sensitivity: Sensitivity) -> Iterator[Finding]:
    """The edits that open sensitive records or everybody's, or that say where passwords go or come from; those that
    have a line of the manifests to be shown on."""
    if not isinstance(review, Review):
        return
    settled = {
        (attribution.school, attribution.supplier, attribution.aspect, _key(attribution.aspect, attribution.key))
        for attribution in review.causes
    }
    for edit in review.edits:
        subject = edit.school, edit.supplier, edit.topic, _key(edit.topic, entity_key(edit.name))
        if edit.origin and _is_to_agree(edit) and subject not in settled:
            yield _finding(edit, edit.origin, of_edit(edit, sensitivity))


def _key(topic: object, key: str) -> str:
    return "" if topic is Aspect.LAWFUL_BASIS else key  # a school has one


def _is_to_agree(edit: Edit) -> bool:
    return edit.risk is Risk.HIGH and (edit.effect is Effect.MORE or edit.topic in _ELSEWHERE)


def _finding(edit: Edit, origin: Origin, rank: Rank) -> Finding:
    phrase = edit_phrase(edit)
    words = f"{phrase.words} {''.join(map(_part, phrase.item))}".strip()
    end = f", {phrase.end}" if phrase.end else ""
    note = f": {printable(edit.note)}" if edit.note else ""
    return Finding(
        TO_AGREE,
        Level.WARNING,
        edit.risk,
        edit.school,
        edit.supplier,
        f"{edit.topic.value} {edit.name}",
        f"asked for by this change: {words}{end}{note}",
        origin,
        rank,
        Cause.THIS_CHANGE,
    )


def _part(part: Part) -> str:
    return f"`{printable(part.text)}`" if part.mark is Mark.VALUE else part.text
