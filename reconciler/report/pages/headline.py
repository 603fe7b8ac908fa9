"""The verdict of a page: two words, and the sentence that begins with the worst number."""

from typing import Final, NamedTuple

from reconciler.model.aspect import Action
from reconciler.model.evidence import UnknownReason
from reconciler.model.review import NoReview
from reconciler.planning.ranking import Kind, of_change
from reconciler.report.input import ReportInput
from reconciler.report.labels import plural
from reconciler.report.pages.counts import counts_of, total
from reconciler.report.pages.page_set import parts_of
from reconciler.report.story.difference_counts import difference_counts
from reconciler.report.story.differences import unknown_rows
from reconciler.report.story.story import Story
from reconciler.report.story.unknown_lines import is_down

_RED: Final = frozenset({Kind.STRANGER, Kind.TOO_MUCH, Kind.REFUSED})

# {chapters of a change: what they do to suppliers}, the gravest first.
_EFFECTS: Final = {
    ("more",): "This change lets {} read or write more",
    ("leaving", "less"): "This change agrees to less access for {}",
}
_BESIDE: Final = ("other", "accepts", "vouched", "decided")


class PageVerdict(NamedTuple):
    """The first line of a page.

    pill    the class of its pill: action (a leak or a refused login), todo, partly, sync or none
    mark    the name of its mark
    words   the verdict in two words
    worst   the sentence that leads
    rest    the sentences after it; may be empty
    """

    pill: str
    mark: str
    words: str
    worst: str
    rest: str = ""


def verdict_of(material: ReportInput) -> PageVerdict:
    """Judge the plan of a report, or a part of it. Only what is all agreed and all seen is in sync."""
    plan, summary = material.plan, material.plan.summary
    if not (summary.facts or summary.changes):
        return PageVerdict("none", "later", "Not checked yet", "Nothing was compared: the manifests declare no access.")
    if summary.changes:
        worst, *others = difference_counts(material)
        special = total(counts_of(part, material.sensitivity) for part in parts_of(material)).special
        if special and worst.endswith("too many"):
            worst += f", {special} of them special category"
        rest = f"{', '.join(others)}." if others else ""
        return PageVerdict(*_pill(material), "Action needed", f"{_sentence(worst)}.", _sentence(rest))
    if any(item.why is UnknownReason.NOT_ASKED for part in parts_of(material) for item in part.unknown):
        return PageVerdict("none", "later", "Not checked yet", "Bromcom was not asked.", "This is what is agreed.")
    if not plan.complete:
        return PageVerdict("partly", "unseen", "Partly checked", "No differences found.", _unseen(material))
    if summary.waived:
        accepted = plural(summary.waived, "difference")
        return PageVerdict("sync", "agreed", "In sync", "Everything was checked.", f"{accepted} accepted for now.")
    return PageVerdict("sync", "agreed", "In sync", "Everything was checked, and everything is as agreed.")


def change_heading(material: ReportInput, whole: Story) -> str:
    """Say in a few words what the change under review does to access."""
    if isinstance(material.review, NoReview):
        return "This change cannot be reviewed"
    chapters = {chapter.id: chapter.rows for chapter in whole.chapters}
    for wanted, words in _EFFECTS.items():
        suppliers = {row.supplier for chapter in wanted for row in chapters.get(chapter, ())}
        if suppliers:  # what is a school's own opens or closes records to all of them
            return words.format("every supplier" if "" in suppliers else plural(len(suppliers), "supplier"))
    if any(chapter in chapters for chapter in _BESIDE):
        return "This change lets no supplier read or write more"
    return "This change asks for nothing new"


def _pill(material: ReportInput) -> tuple[str, str]:
    changes = [each for part in parts_of(material) for each in part.changes]
    kinds = {of_change(change, material.sensitivity).kind for change in changes if not change.waived}
    if kinds & _RED:
        only_refused = kinds & _RED == {Kind.REFUSED}
        return "action", "refused" if only_refused else "leak"
    return "todo", "differs" if all(each.action is Action.SET or each.waived for each in changes) else "missing"


def _unseen(material: ReportInput) -> str:
    """Count what was not seen, with the reason of most of it."""
    plan = material.plan
    down = sum(map(is_down, plan.schools))
    reasons = sorted(unknown_rows(plan), key=lambda row: -row.facts)
    parts = [f"{plural(plan.summary.unknown, 'fact')} could not be checked."] if plan.summary.unknown else []
    parts += [f"{plural(down, 'school')} did not answer."] if down else []
    parts += [f"{_sentence(reasons[0].words)}."] if len(reasons) == 1 and not down else []
    parts += ["The check was stopped early."] if plan.interrupted else []
    return " ".join(parts)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
