"""Edits and a plan -> edits that say how Bromcom stands to them."""

from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.attestation import AttestedFact
from reconciler.model.desired import Desired, ExtraEntities
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Attested
from reconciler.model.plan import AccessPlan, AttestedFacts, Plan, SchoolPlan
from reconciler.model.review import Edit, Edits, Effect, LiveStatus, ManifestField
from reconciler.planning.facts import ROWS, attested_as, opens_everybody
from reconciler.planning.review.edits import of_place

_WRITING: Final = frozenset({Aspect.ROLE, Aspect.WRITE})
_TAKEN_AWAY: Final = _WRITING | {Aspect.READ}


def with_live_status(edits: Edits, base: Desired, head: Desired, plan: Plan) -> Edits:
    """The edits of the manifests `head`, each with how Bromcom stands to it as far as the plan of them knows.

    | the edit                       | there is such a change | it is waived | it is unknown | none of these           |
    |--------------------------------|------------------------|--------------|---------------|-------------------------|
    | asks for something             | due                    | kept         | unknown       | there, or said: see (2) |
    | takes an entity away           | due                    | kept         | unknown       | there, or kept: see (1) |
    | takes a role, a permission, or | due                    | kept         | unknown       | there, or said, or kept |
    | all of its writing away        |                        |              |               | where nobody looked     |
    | lets go of anything else       |                        |              |               | kept                    |
    | brings a supplier to a school  | due: its account       | kept         | unknown       | there, or said: see (2) |

    (1) Where extra entities are no difference, nothing takes away what the manifests let go of.
    (2) What is known by a word alone that the base does not have, or has otherwise, was said by whoever asks for the
        edit.
    """
    heard = _heard(base, head)
    parts: dict[tuple[str, str], SchoolPlan | AccessPlan] = {(school.name, ""): school for school in plan.schools}
    parts |= {(access.address.school, access.address.supplier): access for access in plan.accesses}
    lenient = {
        address for address, access in head.accesses.items() if access.extra_entities is not ExtraEntities.REVOKE
    }

    known: dict[object, tuple[Edit, ...]] = {}  # found once for places that are alike, in both the edits and the plan

    def at(school: str, supplier: str, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
        part, is_lenient = parts.get((school, supplier)), (school, supplier) in lenient
        there = part and (id(part.changes), part.unknown, (school, supplier) if part.vouched else ())
        alike = id(edits), there, is_lenient
        if alike not in known:
            status = _place(part, school, supplier, heard) if part else None
            known[alike] = of_place(_with_standing(edit, status, is_lenient=is_lenient) for edit in edits)
        return known[alike]

    return Edits(place._replace(edits=at(*place)) for place in edits.places)


class _PlaceStatus(NamedTuple):
    """The plan of one place, by aspect and key."""

    due: AbstractSet[tuple[Aspect, str]]
    waived: AbstractSet[tuple[Aspect, str]]
    unknown: AbstractSet[tuple[Aspect, str]]
    said: AbstractSet[tuple[Aspect, str]]
    seen: AbstractSet[Aspect]  # of which something is known
    opens: str  # whom it opens to whom, where consent is the basis now, and not what the manifests ask for


class _ClaimedFacts(NamedTuple):
    """A fact that was attested before this change, and the evidence. `kind` is for consent alone."""

    school: str
    supplier: str
    aspect: Aspect
    kind: str
    evidence: Attested


def _heard(base: Desired, head: Desired) -> AbstractSet[_ClaimedFacts]:
    """The words of `head` that the base has too, fact by fact and to the letter; where they are written does not count.

    Words of one Attestation share their evidence: so a fact that is added to it, or changed in it, is of no word that
    was there before.
    """
    base_facts = {_content(word) for word in base.words}
    new = {_of_word(word) for word in head.words if _content(word) not in base_facts}
    return {_of_word(word) for word in head.words} - new


def _of_word(word: AttestedFact) -> _ClaimedFacts:
    return _ClaimedFacts(*word.subject, word.evidence)


def _content(word: AttestedFact) -> object:
    evidence = word.evidence
    return word.subject, word.values, word.account, evidence.by, evidence.on, evidence.expires, evidence.reference


def _was_heard(vouch: AttestedFacts, school: str, supplier: str, heard: AbstractSet[_ClaimedFacts]) -> bool:
    """Tell if it was attested before. Consent is the school's own, or follows from its lawful basis."""
    follows = vouch.aspect is Aspect.CONSENT
    if follows and _ClaimedFacts(school, "", Aspect.LAWFUL_BASIS, "", vouch.evidence) in heard:
        return True
    return _ClaimedFacts(*attested_as(FactRef(school, supplier, vouch.aspect, vouch.name)), vouch.evidence) in heard


def _place(
    part: SchoolPlan | AccessPlan, school: str, supplier: str, heard: AbstractSet[_ClaimedFacts]
) -> _PlaceStatus:
    differences = [((change.aspect, entity_key(change.name)), bool(change.waived)) for change in part.changes]
    due = {subject for subject, is_waived in differences if not is_waived}
    unknown = {(item.aspect, entity_key(item.name)) for item in part.unknown}
    claimed = {(v.aspect, entity_key(v.name)) for v in part.vouched if not _was_heard(v, school, supplier, heard)}
    bases = (change for change in part.changes if change.aspect is Aspect.LAWFUL_BASIS)
    opens = next((change.note for change in bases if not opens_everybody(change.before)), "")
    seen = {change.aspect for change in part.changes} | {word.aspect for word in part.vouched}
    return _PlaceStatus(
        due, {subject for subject, is_waived in differences if is_waived}, unknown, claimed, seen, opens
    )


def _with_standing(edit: Edit, place: _PlaceStatus | None, *, is_lenient: bool) -> Edit:
    if edit.standing is not LiveStatus.UNKNOWN:
        return edit
    if not edit.after and edit.topic not in _TAKEN_AWAY:
        is_way_in = isinstance(edit.topic, Aspect) and ROWS[edit.topic].way_in  # its grants are edits of their own
        return edit._replace(standing=LiveStatus.NONE if is_way_in else LiveStatus.LEFT)
    if place is None:  # out of the scope of the plan
        return edit
    if edit.topic in _WRITING and (edit.name == "*" or not edit.after):
        return edit._replace(standing=_of_writing(edit, place))
    if edit.topic is ManifestField.ACCESS:
        return edit._replace(standing=_of_way_in(place))
    assert isinstance(edit.topic, Aspect)
    subject = edit.topic, entity_key(edit.name)
    if edit.topic is Aspect.READ and (edit.topic, "*") in place.unknown:
        return edit  # whatever hands are to tick: what is ticked nobody sees
    standing = _standing(place, subject)
    if standing is LiveStatus.IN_PLACE and edit.topic is Aspect.READ and (edit.topic, "*") in place.said:
        standing = LiveStatus.CLAIMED
    is_gone = standing in (LiveStatus.IN_PLACE, LiveStatus.CLAIMED) and edit.effect is Effect.LESS
    if is_gone and is_lenient:
        standing = LiveStatus.LEFT
    if edit.topic is Aspect.LAWFUL_BASIS and place.opens:  # whatever the manifests said before
        return edit._replace(standing=standing, effect=Effect.MORE, note=edit.note or place.opens)
    return edit._replace(standing=standing)


def _of_writing(edit: Edit, place: _PlaceStatus) -> LiveStatus:
    """Find if a role or permission that is no longer declared is there, or any (`*`) if there should be none. Without
    anything known about it, it stays."""
    assert isinstance(edit.topic, Aspect)
    if not edit.after and edit.name == "*":
        return LiveStatus.NONE
    is_all = edit.name == "*"
    aspects = _WRITING if is_all else {edit.topic}

    def holds(found: AbstractSet[tuple[Aspect, str]], *, of_all: bool = is_all) -> bool:
        return any(aspect in aspects and (of_all or key == entity_key(edit.name)) for aspect, key in found)

    if holds(place.due):
        return LiveStatus.PENDING
    if holds(place.waived):
        return LiveStatus.LEFT
    if holds(place.unknown, of_all=True):
        return LiveStatus.UNKNOWN
    if aspects.isdisjoint(place.seen):
        return LiveStatus.LEFT
    return LiveStatus.CLAIMED if holds(place.said, of_all=True) else LiveStatus.IN_PLACE


def _standing(place: _PlaceStatus, subject: tuple[Aspect, str]) -> LiveStatus:
    if subject in place.due:
        return LiveStatus.PENDING
    if subject in place.waived:
        return LiveStatus.LEFT
    if subject in place.unknown:
        return LiveStatus.UNKNOWN
    return LiveStatus.CLAIMED if subject in place.said else LiveStatus.IN_PLACE


def _of_way_in(place: _PlaceStatus) -> LiveStatus:
    """Find the status of an access's account or partner application."""
    kinds = (LiveStatus.PENDING, LiveStatus.LEFT, LiveStatus.UNKNOWN, LiveStatus.CLAIMED)
    for found, standing in zip((place.due, place.waived, place.unknown, place.said), kinds, strict=True):
        if any(ROWS[aspect].way_in for aspect, _ in found):
            return standing
    return LiveStatus.IN_PLACE
