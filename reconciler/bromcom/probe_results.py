"""The results of a probing run so far, and the live side made from them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from reconciler.bromcom.contract import FIND_ENTITIES
from reconciler.bromcom.options import ProbeProgress
from reconciler.bromcom.probe import AccessAnswer, pointing, unknown_access
from reconciler.model.address import Address
from reconciler.model.aspect import Aspect
from reconciler.model.desired import Desired
from reconciler.model.evidence import Fact, Known, Probed, Unknown, UnknownReason
from reconciler.model.live import NOT_IDENTIFIED, Live, LiveAccess, LiveSchool, Login
from reconciler.planning.parts.unasked import disowned
from reconciler.planning.refused_login import NO_LOGIN_WORKED

NOT_ASKED_YET: Final = Unknown(UnknownReason.INTERRUPTED, "the run was stopped before this was checked")
# It may have arrived: the service's access log may show it.
_CUT_OFF: Final = Unknown(UnknownReason.INTERRUPTED, "the run was stopped while this was being checked")


@dataclass(frozen=True, slots=True)
class ProbeResults:
    """The schools and accesses that are settled. `progress` hears of each."""

    desired: Desired
    progress: Callable[[ProbeProgress], None] | None
    _schools: dict[str, LiveSchool] = field(default_factory=dict)
    _accesses: dict[Address, LiveAccess] = field(default_factory=dict)
    _failures: dict[Address, str] = field(default_factory=dict)
    _identities: dict[str, Fact[bool]] = field(default_factory=dict)
    _canaries: dict[tuple[str, str], Fact[str]] = field(default_factory=dict)
    _begun: set[str | Address] = field(default_factory=set)

    def begin(self, place: str | Address) -> None:
        """Note that a school or an access is about to be asked for."""
        self._begun.add(place)

    def school(self, name: str, result: LiveSchool) -> None:
        """Settle a school."""
        self._schools[name] = result
        self._report(name)

    def identify(self, name: str, fact: Fact[bool]) -> None:
        """Note if a school's database is that of its URN. It decides what the answers of all its accounts are worth.

        That one account may not read it after all does not replace that another one, which may, had no password.
        """
        before = self._identities.get(name, NOT_ASKED_YET)
        if before == NOT_ASKED_YET or isinstance(fact, Known) or fact.reason is not UnknownReason.NOT_GRANTED:
            self._identities[name] = fact

    def watch(self, name: str, kind: str, fact: Fact[str]) -> None:
        """Note what a school's canary of this kind shows."""
        self._canaries[name, kind] = fact

    def access(self, address: Address, answer: AccessAnswer) -> None:
        """Settle an access."""
        self._accesses[address] = answer.access
        self._failures[address] = answer.failure
        self._report(str(address))

    def live(self, *, interrupted: bool = False) -> Live:
        """Make the live side, in sorted order. Whatever was not asked is unknown: interrupted."""
        proven = {address.school for address, access in self._accesses.items() if access.login == _WORKS}
        schools = {
            name: self._schools.get(name) or LiveSchool(self._unsettled(name)) for name in sorted(self.desired.schools)
        }
        suspects = set(self._suspects(schools))
        live = Live(
            schools={
                name: replace(
                    _proven(school) if name in proven else school,
                    right_school=self._identities.get(name, NOT_IDENTIFIED),
                    attested={
                        (Aspect.CONSENT_ENFORCED, canary.kind): self._canaries.get((name, canary.kind), NOT_ASKED_YET)
                        for canary in self.desired.schools[name].canaries
                    },
                )
                for name, school in schools.items()
            },
            accesses={
                address: self._settled(address, suspect=address.school in suspects)
                for address in sorted(self.desired.accesses)
            },
            interrupted=interrupted,
        )
        return disowned(live, self.desired)

    def _settled(self, address: Address, *, suspect: bool) -> LiveAccess:
        access = self._accesses.get(address) or unknown_access(self._unsettled(address))
        if not (suspect and self._failures.get(address)):
            return access
        assert isinstance(access.entities, Unknown)  # of an access that failed
        reason = pointing(access.entities, f". {NO_LOGIN_WORKED}", self.desired.schools[address.school])
        if access.refusal:
            return replace(access, entities=reason, refusal=reason.text)
        return unknown_access(reason)

    def _suspects(self, schools: Mapping[str, LiveSchool]) -> Iterator[str]:
        """The schools whose School ID may be wrong: every login tried there failed alike.

        A single failed login counts only if nothing else shows that the school is there.
        """
        tried: dict[str, list[str]] = defaultdict(list)
        for address, failure in self._failures.items():
            if address in self._begun:
                tried[address.school].append(failure)
        for name, failures in tried.items():
            if all(failures) and len(set(failures)) == 1 and (len(failures) > 1 or not _answers(schools[name])):
                yield name

    def _unsettled(self, place: str | Address) -> Unknown:
        return _CUT_OFF if place in self._begun else NOT_ASKED_YET

    def _report(self, last: str) -> None:
        if self.progress:
            done = len(self._schools) + len(self._accesses)
            self.progress(ProbeProgress(done, len(self.desired.schools) + len(self.desired.accesses), last))


_WORKS: Final = Known(Login.WORKS, Probed(FIND_ENTITIES))


def _answers(school: LiveSchool) -> bool:
    return isinstance(school.reachable, Known) and school.reachable.value


def _proven(school: LiveSchool) -> LiveSchool:
    """Call a school reachable if one of its logins works, although its own question failed."""
    if isinstance(school.reachable, Known):
        return school
    return LiveSchool(Known(True, Probed(FIND_ENTITIES)))
