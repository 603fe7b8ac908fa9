"""The answers that a workspace begins with, from the dialogue or from options."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from reconciler.errors import InputError
from reconciler.importing.request import KnownNames, References, request_of_rows
from reconciler.importing.sheet import AccountRow
from reconciler.model.desired import Desired, School
from reconciler.model.evidence import Fact, Known
from reconciler.model.live import NOT_IDENTIFIED
from reconciler.model.problem import Origin

LEAST_URN: Final = 10_000
LARGEST_URN: Final = 9_999_999
_PLACE: Final = Origin("answers", 1, 1)


@dataclass(slots=True)
class InitAnswers:
    """A school, and the suppliers that it has or is going to have.

    platform    a name, or the address of a read service
    allow_http  it is plain http, and the person knows
    accounts    {supplier: (username, password or a reference to it)}, of accounts that exist
    new         {supplier: the profile that it follows, or nothing}, of suppliers that have no account yet
    urn         the school's number in the public register; None if it is left out
    """

    platform: str = ""
    school_id: int = 0
    title: str = ""
    accounts: dict[str, tuple[str, str]] = field(default_factory=dict, repr=False)
    new: dict[str, str] = field(default_factory=dict)
    allow_http: bool = False
    urn: int | None = None

    def take(self, school: School, urn: int | None = None) -> None:
        """Take a school that the workspace has, to be the one with this URN if there is one."""
        self.platform, self.school_id = school.platform.name, school.school_id
        self.title, self.urn = school.title or school.name, urn or school.urn

    def rows(self) -> Iterator[AccountRow]:
        """Yield the accounts as rows of an import."""
        for supplier, (username, password) in self.accounts.items():
            yield AccountRow(_PLACE, self.school_id, supplier, username, password, self.title, self.platform)

    def request(self, known: KnownNames) -> Desired:
        """Return the request that the school is, whatever its accounts. Raises InputError as `request_of` does."""
        row = AccountRow(_PLACE, self.school_id, "any", "any", "", self.title, self.platform)
        return self.request_of([row], known, lambda _row, _values: None)

    def request_of(self, rows: Iterable[AccountRow], known: KnownNames, references: References) -> Desired:
        """Return the request that these rows are.

        Raises InputError for a platform that is not known, or not to be asked, and for a URN that a school of the
        workspace does not have.
        """
        request = request_of_rows(rows, known, self.platform, references, allow_http=self.allow_http)
        for school in known.schools.keys() & request.schools.keys():
            if self.urn not in (None, known.schools[school].urn):
                raise InputError(
                    f"Nothing was written: {school} is in this workspace. "
                    f"Write `urn: {self.urn}` into its School there."
                )
        schools = {
            name: school if name in known.schools else replace(school, urn=self.urn)
            for name, school in request.schools.items()
        }
        return replace(request, schools=schools)

    def school(self, known: KnownNames) -> School:
        """Return the school. Raises InputError as `request_of` does."""
        (school,) = self.request(known).schools.values()
        return school


class OtherSchoolAnswersError(InputError):
    """The School ID, or the URN, is that of another school."""


def whose_database(school: School, fact: Fact[bool]) -> str:
    """Say if the database is that of the school with this URN, if there is one; raises OtherSchoolAnswersError."""
    if school.urn is None:
        return ""
    if isinstance(fact, Known) and fact.value:
        return f"The database is that of the school with URN {school.urn}."
    if isinstance(fact, Known):
        raise OtherSchoolAnswersError(
            f"Nothing was written: another school answers. The database of School ID {school.school_id} on "
            f"{school.platform.name} has no school with URN {school.urn}. Check the School ID first, then the URN."
        )
    reason = "no account that answered may read Schools" if fact == NOT_IDENTIFIED else fact.text
    return f"It could not be checked if the database is that of the school with URN {school.urn}: {reason}."
