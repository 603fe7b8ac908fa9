"""What a run has found so far, and the live side that it makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from reconciler.bromcom.contract import FIND_ENTITIES
from reconciler.bromcom.options import Progress
from reconciler.bromcom.probe import unknown_access
from reconciler.model.fact import Known, Probed, Unknown, Why
from reconciler.model.live import Live, LiveSchool, Login

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.model.address import Address
    from reconciler.model.desired import Desired
    from reconciler.model.live import LiveAccess

_INTERRUPTED: Final = Unknown(Why.INTERRUPTED, "the run was stopped before this was asked")
# It may have arrived: the service's access log may show it.
_CUT_OFF: Final = Unknown(Why.INTERRUPTED, "the run was stopped while this was asked")


@dataclass(frozen=True, slots=True)
class Findings:
    """The schools and accesses that are settled. `progress` hears of each."""

    desired: Desired
    progress: Callable[[Progress], None] | None
    _schools: dict[str, LiveSchool] = field(default_factory=dict)
    _accesses: dict[Address, LiveAccess] = field(default_factory=dict)
    _begun: set[str | Address] = field(default_factory=set)

    def begin(self, what: str | Address) -> None:
        """A school or an access is about to be asked."""
        self._begun.add(what)

    def school(self, name: str, found: LiveSchool) -> None:
        """Settle a school."""
        self._schools[name] = found
        self._tell(name)

    def access(self, address: Address, found: LiveAccess) -> None:
        """Settle an access."""
        self._accesses[address] = found
        self._tell(str(address))

    def live(self, *, interrupted: bool = False) -> Live:
        """The live side, in sorted order whatever came first. What was not asked is unknown: interrupted."""
        proven = {address.school for address, found in self._accesses.items() if found.login == _WORKS}
        schools = {
            name: self._schools.get(name) or LiveSchool(self._unsettled(name)) for name in sorted(self.desired.schools)
        }
        return Live(
            schools={name: _proven(school) if name in proven else school for name, school in schools.items()},
            accesses={
                address: self._accesses.get(address) or unknown_access(self._unsettled(address))
                for address in sorted(self.desired.accesses)
            },
            interrupted=interrupted,
        )

    def _unsettled(self, what: str | Address) -> Unknown:
        return _CUT_OFF if what in self._begun else _INTERRUPTED

    def _tell(self, last: str) -> None:
        if self.progress:
            done = len(self._schools) + len(self._accesses)
            self.progress(Progress(done, len(self.desired.schools) + len(self.desired.accesses), last))


_WORKS: Final = Known(Login.WORKS, Probed(FIND_ENTITIES))


def _proven(school: LiveSchool) -> LiveSchool:
    """A school whose own question went unanswered is reachable all the same where a login of it works."""
    if isinstance(school.reachable, Known):
        return school
    return LiveSchool(Known(True, Probed(FIND_ENTITIES)))
