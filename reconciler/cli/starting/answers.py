"""The answers that a workspace begins with, from the dialogue or from options."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from reconciler.importing.request import KnownNames, References, request_of_rows
from reconciler.importing.sheet import AccountRow
from reconciler.model.desired import Desired, School
from reconciler.model.problem import Origin

_PLACE: Final = Origin("answers", 1, 1)


@dataclass(slots=True)
class InitAnswers:
    """A school, and the suppliers that it has or is going to have.

    platform    a name, or the address of a read service
    allow_http  it is plain http, and the person knows
    accounts    {supplier: (username, password or a reference to it)}, of accounts that exist
    new         {supplier: the profile that it follows, or nothing}, of suppliers that have no account yet
    """

    platform: str = ""
    school_id: int = 0
    title: str = ""
    accounts: dict[str, tuple[str, str]] = field(default_factory=dict, repr=False)
    new: dict[str, str] = field(default_factory=dict)
    allow_http: bool = False

    def take(self, school: School) -> None:
        """Take a school that the workspace has."""
        self.platform, self.school_id = school.platform.name, school.school_id
        self.title = school.title or school.name

    def rows(self) -> Iterator[AccountRow]:
        """Yield the accounts as rows of an import."""
        for supplier, (username, password) in self.accounts.items():
            yield AccountRow(_PLACE, self.school_id, supplier, username, password, self.title, self.platform)

    def request(self, known: KnownNames) -> Desired:
        """Return the request that the school is, whatever its accounts. Raises InputError as `request_of` does."""
        row = AccountRow(_PLACE, self.school_id, "any", "any", "", self.title, self.platform)
        return self.request_of([row], known, lambda _row, _values: None)

    def request_of(self, rows: Iterable[AccountRow], known: KnownNames, references: References) -> Desired:
        """Return the request that these rows are. Raises InputError for a platform that is not known, or not to be
        asked."""
        return request_of_rows(rows, known, self.platform, references, allow_http=self.allow_http)

    def school(self, known: KnownNames) -> School:
        """Return the school. Raises InputError as `request_of` does."""
        (school,) = self.request(known).schools.values()
        return school
