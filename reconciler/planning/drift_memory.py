"""Remember differences and blind spots from one drift run to the next.

| remembered       | this time it is               | so it                                               |
|------------------|-------------------------------|-----------------------------------------------------|
| anything         | a difference                  | is remembered as it is now, seen today              |
| a difference     | known, and none               | goes: it was seen to be right                       |
| a difference     | accepted, or declared no more | goes                                                |
| a difference     | unknown, or not looked at     | stays, with the day on which it was seen last       |
| a pending one    | the same, and applied since   | stays as drift: it should be carried out by now     |
| a blind spot     | unknown                       | is one night older                                  |
| a blind spot     | seen, or declared no more     | goes                                                |
| an account       | named by the manifests        | is remembered as it is named now                    |
| an account       | not named, or not looked at   | stays, with the day on which it was named last      |
| an account       | gone, as somebody says        | goes                                                |
| a login          | seen to work                  | is remembered with the reference to its password    |
| a login          | refused, and access agreed    | goes: a later refusal would not prove it closed     |
| anything         | under another name            | has that name first: accounts tell who it is        |

The rules are those of news: what cannot be seen is never right. People are told by the same picture wherever they look,
whoever of them took the last message.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from reconciler.model.aspect import Aspect
from reconciler.model.change import Change
from reconciler.model.drift_news import LASTING, Attention, BlindSpot, Place, Recalled, Remembered, Sighting, ViewGap
from reconciler.model.entity import entity_key
from reconciler.model.plan import GoneAccount, Plan
from reconciler.model.review import AppliedRevision, DifferenceKey
from reconciler.planning.drift_news import ObservedScope, observations_in, stays
from reconciler.planning.orphans import orphans_among, remembered_accounts
from reconciler.planning.refused_login import working_logins
from reconciler.planning.risk import Sensitivity


def remember(
    last: Remembered,
    plan: Plan,
    looked: ObservedScope,
    today: date,
    sensitivity: Sensitivity,
    gone: Sequence[GoneAccount] = (),
    applied: AppliedRevision | None = None,
) -> Remembered:
    """Remember what a run of today saw, and if people must look.

    sensitivity  the only note that a difference keeps
    gone         the accounts that are attested to be gone
    applied      tells which differences are not carried out yet; without it, all are drift
    """
    observations = observations_in(plan)
    commit, pending = (applied.commit, applied.pending) if applied else ("", frozenset[DifferenceKey]())
    kept = {
        key: sighting if sighting.pending == commit else sighting._replace(pending="")
        for key, sighting in last.sightings.items()
        if stays(key, observations, looked)
    }
    seen = {
        key: Sighting(_bare(new.change, sensitivity), today, commit if key in pending else "")
        for key, new in observations.differs.items()
    }
    dark = {place for place, gap in observations.gaps if gap is ViewGap.UNSEEN}
    spots = {place: _older(last.blind_spots.get(place), today) for place in sorted(dark)}
    spots |= {
        place: spot
        for place, spot in last.blind_spots.items()
        if place not in observations.unknown and not looked.at(place)
    }
    accounts = remembered_accounts(last.accounts, plan, gone, today)
    orphans = orphans_among(accounts, plan, looked)
    attention = Attention.NEEDED if orphans else _attention(kept | seen, spots, plan)
    logins = {key: login for key, login in working_logins(last.logins, plan).items() if key in accounts}
    return Remembered(kept | seen, spots, attention, accounts, orphans, logins)


def recall(remembered: Remembered, plan: Plan, looked: ObservedScope) -> Recalled:
    """Recall from earlier runs what this one looked at and did not see."""
    found = observations_in(plan)
    return Recalled(
        {
            key: sighting
            for key, sighting in sorted(remembered.sightings.items())
            if key not in found.differs and looked.at(Place(key.school, key.supplier))
        },
        {place: spot for place, spot in lasting(remembered.blind_spots).items() if looked.at(place)},
        remembered.orphans,
    )


def lasting(spots: Mapping[Place, BlindSpot]) -> Mapping[Place, BlindSpot]:
    """The places that were not seen for several nights running, sorted."""
    return {place: spot for place, spot in sorted(spots.items()) if spot.nights >= LASTING}


def _attention(sightings: Mapping[DifferenceKey, Sighting], spots: Mapping[Place, BlindSpot], plan: Plan) -> Attention:
    if not all(sighting.pending for sighting in sightings.values()):
        return Attention.NEEDED
    if lasting(spots):
        return Attention.UNSEEN
    if spots or not plan.accesses:
        return Attention.UNCLEAR
    return Attention.PENDING if sightings else Attention.NONE


def _bare(change: Change, sensitivity: Sensitivity) -> Change:
    """A change without what a service or a person wrote of it, and without its place in a file, which moves."""
    note = sensitivity.note(entity_key(change.name)) if change.aspect is Aspect.READ else ""
    return replace(change, origin=None, waived=None, note=note)


def _older(spot: BlindSpot | None, today: date) -> BlindSpot:
    """A second run on one day makes no second night."""
    if spot is None:
        return BlindSpot(today, today, 1)
    return BlindSpot(spot.since, today, spot.nights + 1) if today > spot.last else spot
