"""A plan -> findings: each one thing, with a rule and a place in a manifest. `ranked` has the order of every report."""

from collections.abc import Iterator, Mapping, Sequence
from heapq import nsmallest
from typing import Final, NamedTuple, assert_never

from reconciler.model.aspect import Action, Aspect, Risk
from reconciler.model.attestation import ContradictedClaim
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.entity import Care, Reach, entity_key
from reconciler.model.evidence import TO_ATTEST
from reconciler.model.plan import AccessPlan, SchoolPlan
from reconciler.model.problem import Origin
from reconciler.model.review import Cause, Edit, Effect, ManifestField, NoReview, Review
from reconciler.planning.facts import ROWS, identity
from reconciler.planning.ranking import BESIDE, LIMIT, ORPHAN, Kind, Rank, of_edit, of_reported, of_unknown, opens_all
from reconciler.planning.risk import Sensitivity, risk
from reconciler.report import finding_rules as rules
from reconciler.report.escape import printable
from reconciler.report.finding_rules import TO_AGREE
from reconciler.report.findings.finding import Finding, Level
from reconciler.report.input import ReportInput
from reconciler.report.labels import CAUSES, KINDS, LABELS, plural
from reconciler.report.rich_text import Mark, Part
from reconciler.report.story.phrases import edit_phrase
from reconciler.report.story.unknown_lines import is_down, unknown_groups, what_of
from reconciler.report.story.without_entities import without_entities
from reconciler.report.text.summary import breach_line


class Ranked(NamedTuple):
    """The findings that matter most, in order, and how many there are in all."""

    first: Sequence[Finding]
    total: int


_WORKSPACE: Final = Origin("reconciler.yaml", 1, 1)  # what a limit is of has no other place


def ranked(material: ReportInput, limit: int, *, with_waived: bool) -> Ranked:
    """The `limit` findings that matter most. They are made one by one: a plan may hold a million of them."""
    total = 0

    def counting() -> Iterator[Finding]:
        nonlocal total
        for finding in unranked(material):
            if with_waived or not finding.waived:
                total += 1
                yield finding

    first = nsmallest(limit, counting(), key=_place)
    return Ranked(first, total)


def _place(finding: Finding) -> tuple[object, ...]:
    """The key to sort by. Within a rank, what was already different before a change under review comes last."""
    before = finding.cause is Cause.BEFORE
    return finding.rank, before, finding.school, finding.supplier, finding.rule, finding.name, finding.origin


def unranked(material: ReportInput) -> Iterator[Finding]:
    """Everything to agree to, and all that differs, is waived, is contradicted, is over a limit or is unknown, in the
    order of the plan's parts."""
    plan = material.plan
    yield from of_limits(material)
    yield from of_suppliers(material)
    yield from of_orphans(material)
    yield from of_edits(material.review, material.sensitivity)
    down = {school.name for school in plan.schools if is_down(school)}
    blind = _blind(plan.accesses, down)
    for school in plan.schools:
        yield from of_school(material, school, blind.get(school.name, 0))
    for access in plan.accesses:
        yield from of_access(material, access, school_down=access.address.school in down)


def of_limits(material: ReportInput) -> Iterator[Finding]:
    """The limits that the plan exceeds."""
    origins = {school.name: school.origin for school in material.plan.schools}
    for breach in material.plan.breaches:
        yield Finding(
            rules.OVER_LIMIT,
            Level.WARNING if isinstance(material.review, Review) else Level.ERROR,
            Risk.HIGH,
            breach.school,
            "",
            breach.name,
            printable(breach_line(breach)).removesuffix("."),
            origins.get(breach.school, _WORKSPACE),
            LIMIT,
        )


def of_suppliers(material: ReportInput) -> Iterator[Finding]:
    """The suppliers that declare no entity and lose everything they may read."""
    for loss in without_entities(material.plan):
        message = f"`{loss.supplier}` {loss.sentence}".removesuffix(".")
        rule = rules.SUPPLIER_WITHOUT_ENTITIES
        yield Finding(rule, Level.WARNING, Risk.HIGH, "", "", loss.supplier, message, loss.origin, LIMIT)


def of_orphans(material: ReportInput) -> Iterator[Finding]:
    """The accounts that are no longer agreed and are not recorded as gone."""
    level = Level.WARNING if isinstance(material.review, Review) else Level.ERROR
    for orphan in material.orphans:
        way_in = printable(orphan.way_in)
        message = f"`{way_in}` is no longer agreed, but its access has not been ended"
        place = orphan.school, orphan.supplier
        yield Finding(rules.NO_LONGER_AGREED, level, Risk.HIGH, *place, orphan.way_in, message, _WORKSPACE, ORPHAN)


def of_school(material: ReportInput, school: SchoolPlan, blind: int) -> Iterator[Finding]:
    """The findings of the school itself; `blind` is the number of its accesses that are unknown because it does not
    answer."""
    yield from (_change(material, change, school, school.name, "") for change in school.changes)
    if is_down(school):
        yield _unreachable(school, blind)
    yield from (_unknown(school, school.name, "", what_of(item, school), item) for item in school.unknown)


def of_access(material: ReportInput, access: AccessPlan, *, school_down: bool) -> Iterator[Finding]:
    """The findings of an access, except those of a school that is down."""
    address = access.address
    yield from (_change(material, change, access, *address) for change in access.changes)
    yield from (_contradiction(denied, material) for denied in access.denied)
    yield from (_reported(access, name, material.sensitivity) for name in access.reported)
    for what, item in unknown_groups(access, school_down=school_down):
        yield _unknown(access, *address, what, item)


def _blind(accesses: Sequence[AccessPlan], down: set[str]) -> Mapping[str, int]:
    """Count the accesses of each school that is down that are unknown."""
    counts = dict.fromkeys(down, 0)
    for access in accesses:
        if access.address.school in down and access.unknown:
            counts[access.address.school] += 1
    return counts


def _change(
    material: ReportInput, change: Change, part: SchoolPlan | AccessPlan, school: str, supplier: str
) -> Finding:
    cause = material.cause(change, school, supplier)
    return Finding(
        rule=LABELS[change.aspect].rules[change.action],
        level=_level(change, cause),
        risk=change.risk,
        school=school,
        supplier=supplier,
        name=change.name,
        message=_difference(change) + (f" ({CAUSES[cause]})" if cause else ""),
        origin=change.origin or part.origin,
        rank=material.rank(change, school, supplier),
        cause=cause,
        waived=change.waived,
    )


def _level(change: Change, cause: Cause | None) -> Level:
    """The level of a difference.

    |                               | no review | from this change, or both | before  | pending |
    |-------------------------------|-----------|---------------------------|---------|---------|
    | more is open than was agreed  | error     | warning                   | warning | note    |
    | any other of high risk        | warning   | warning                   | note    | note    |
    | any other                     | warning   | note                      | note    | note    |

    In a review nothing is an error: its readers decide what a change asks for, people make it by hand after the merge,
    and what was different before is not its fault. What is pending waits for a person, and no night is red for it.
    """
    if cause is Cause.PENDING:
        return Level.NOTE
    is_open = _is_open(change)
    if cause is None:
        return Level.ERROR if is_open else Level.WARNING
    is_grave = change.risk is Risk.HIGH and cause is not Cause.BEFORE
    return Level.WARNING if is_open or is_grave else Level.NOTE


def _is_open(change: Change) -> bool:
    """Return True if sensitive records, or the records of all people, stay open until it is fixed; or those of another
    school."""
    return (
        change.aspect is Aspect.RIGHT_SCHOOL
        or opens_all(change)
        or (change.action is Action.REVOKE and change.risk is Risk.HIGH)
    )


def _difference(change: Change) -> str:
    """The difference, as a sentence."""
    kind = "" if change.aspect is Aspect.READ else f"{KINDS[change.aspect]} "
    what = f"{kind}`{printable(change.name)}`"
    match change.action:
        case Action.GRANT:
            message = f"{what} is declared but not granted"
        case Action.REVOKE if ROWS[change.aspect].way_in:
            message = f"{what} still gets in, although the access has ended"
        case Action.REVOKE:
            message = f"{what} is granted but not declared"
        case Action.MEND_LOGIN:
            message = f"the login of {what} is refused"
        case Action.SET:
            message = f"{what} is {printable(change.before)}, but should be {printable(change.after)}"
        case _:
            assert_never(change.action)
    return f"{message}: {printable(change.note)}" if change.note else message


def _contradiction(denied: ContradictedClaim, material: ReportInput) -> Finding:
    subject, evidence = denied.subject, denied.evidence
    what = f"{KINDS[subject.aspect]} {subject.name}".strip()
    message = f"{what}: {denied.said}, attested by {evidence.by} on {evidence.on.date().isoformat()}; but {denied.seen}"
    name = f"{subject.aspect.value} {subject.name}"
    level = Level.NOTE if isinstance(material.review, Review) else Level.WARNING
    place = subject.school, subject.supplier
    return Finding(rules.WORD_DENIED, level, Risk.MEDIUM, *place, name, printable(message), evidence.origin, BESIDE)


def _reported(access: AccessPlan, name: str, sensitivity: Sensitivity) -> Finding:
    key = entity_key(name)
    message = f"`{printable(name)}` is granted but not declared (reported only)"
    message += f": {note}" if (note := sensitivity.note(key)) else ""
    harm = risk(Action.REVOKE, Aspect.READ, key, sensitivity)
    rank = of_reported(name, sensitivity)
    return Finding(rules.ENTITY_REPORTED, Level.NOTE, harm, *access.address, name, message, access.origin, rank)


def _unreachable(school: SchoolPlan, blind: int) -> Finding:
    accesses = plural(blind, "access", "accesses")
    message = f"the school is not reachable: {printable(school.reason)}; {accesses} unknown"
    rank = Rank(Kind.UNKNOWN, Care.PERSONAL, Reach.EVERYBODY, -max(1, blind))
    return Finding(
        rules.SCHOOL_UNREACHABLE, Level.UNKNOWN, Risk.MEDIUM, school.name, "", "", message, school.origin, rank
    )


def _unknown(part: SchoolPlan | AccessPlan, school: str, supplier: str, what: str, item: UnknownFacts) -> Finding:
    rule, state = (rules.TO_ATTEST, "not attested") if item.why in TO_ATTEST else (rules.NOT_KNOWN, "unknown")
    return Finding(
        rule,
        Level.UNKNOWN,
        Risk.LOW,
        school,
        supplier,
        f"{item.aspect.value} {item.name}",
        f"{printable(what)}: {state}: {printable(item.reason)}",
        item.origin or part.origin,
        of_unknown([item]),
    )


_ELSEWHERE: Final = frozenset({ManifestField.SERVICE, ManifestField.ACCOUNT, ManifestField.PASSWORD})


def of_edits(review: Review | NoReview | None, sensitivity: Sensitivity) -> Iterator[Finding]:
    """The edits that open sensitive records or the records of all people, or decide where passwords go or come from.

    They must be agreed to, whatever is live. An edit that leads to a difference is reported as that, and left out here.
    """
    if not isinstance(review, Review):
        return
    settled = {
        (attribution.school, attribution.supplier, attribution.aspect, identity(attribution.aspect, attribution.key))
        for attribution in review.causes
    }
    for edit in review.edits.where(_is_to_agree):
        subject = edit.school, edit.supplier, edit.topic, identity(edit.topic, entity_key(edit.name))
        if edit.origin and subject not in settled:
            yield _finding(edit, edit.origin, of_edit(edit, sensitivity))


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
        f"requested by this change: {words}{end}{note}",
        origin,
        rank,
        Cause.THIS_CHANGE,
    )


def _part(part: Part) -> str:
    return f"`{printable(part.text)}`" if part.mark is Mark.VALUE else part.text
