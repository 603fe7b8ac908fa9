"""The table of facts: what an access or a school can declare, a row each.

A row says how a fact is declared, known, compared, asked for and attested. What reports call it is in
`report/labels.py`. What else a new fact with choices needs is in ARCHITECTURE.md, "Where a new thing goes": data and
words, and no branch. A branch on one of them is there for what follows from it, such as consent from the lawful basis.

choices  one of several texts, and no probe can see it
lists    all names that there are: what may be read, the roles, the write-back permissions, a school's accounts
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import field
from typing import Final, NamedTuple

from reconciler.model.aspect import Action, Aspect, FactRef, Risk
from reconciler.model.attestation import NOT_SET, SET
from reconciler.model.desired import Access, Account, Desired, School
from reconciler.model.entity import Care, Reach, entity_key
from reconciler.model.evidence import NO_PROBE, Fact, Unknown, UnknownReason
from reconciler.model.live import THIRD_PARTY, LiveAccess, LiveSchool
from reconciler.model.plan import EndReason
from reconciler.model.problem import DeclaredValue
from reconciler.model.review import Topic
from reconciler.model.runbook import PageId
from reconciler.startup import dataclass

CONSENT_BASIS: Final = "Consent"  # of the lawful bases the one that does not open everybody's records
FOLLOWS_BASIS: Final = ("students", "staff")  # of contacts no source says that their consent follows from the basis

# A canary: a record that comes although consent was withheld, and one that does not although none is needed.
AS_AGREED: Final = "as agreed"
READABLE: Final = "readable"
HIDDEN: Final = "hidden"


class PersonGroup(NamedTuple):
    """A kind of person whose consent is asked for: its page, whose records it opens, and why it is not known yet."""

    page: PageId
    reach: Reach
    unprobed: Unknown = NO_PROBE


@dataclass(frozen=True, slots=True)
class FactRow:
    """One kind of fact.

    key        as it is written below `facts` of an Attestation; `consent.students` where it has kinds
    actions    what a plan can ask for
    choices    what can be said of it; empty for a list
    wanted     the choice that is right; empty where the manifests declare the choice itself
    ended      the choice that is right of an access that has ended
    kinds      the kinds of person that it is declared of one by one
    page       the page of Bromcom that shows it; on OUTSIDE the catalogue says where to look instead
    manifest   the keys below which a Supplier declares it
    in_school  those below which a School does
    derived    how it follows from the rest of an access that does not declare it by itself
    live       the field of the live side that holds a list, or what a probe can see
    of_school  a school's own, whoever declares it: so an Attestation names no supplier
    of_account seen by looking at one account, and unknown once the manifests name another one
    way_in     it is how a supplier gets in
    widens     to declare it lets a supplier read or write more
    writes     it decides what a supplier may write
    attestable a person can confirm it; if not, no waiver can accept a difference in it either
    counted    the number of people who have it can be said instead of a choice
    """

    aspect: Aspect
    key: str
    actions: tuple[Action, ...] = (Action.SET,)
    choices: tuple[str, ...] = ()
    wanted: str = ""
    ended: str = ""
    kinds: Mapping[str, PersonGroup] = field(default_factory=dict)
    page: PageId = PageId.OUTSIDE
    manifest: tuple[str, ...] = ()
    in_school: tuple[str, ...] = ()
    derived: Callable[[Access], tuple[DeclaredValue, ...]] | None = None
    live: str = ""
    of_school: bool = False
    of_account: bool = False
    way_in: bool = False
    widens: bool = False
    writes: bool = False
    attestable: bool = True
    counted: bool = False
    risk: Risk = Risk.MEDIUM
    weight: tuple[Care, Reach] = (Care.PERSONAL, Reach.NOBODY)

    @property
    def is_given(self) -> bool:
        """Each name of it is there or not, and has no value."""
        return Action.REVOKE in self.actions

    @property
    def by_supplier(self) -> bool:
        """A Supplier declares it, or it follows from an access."""
        return bool(self.manifest) or not self.in_school

    @property
    def school_keys(self) -> tuple[tuple[str, ...], ...]:
        """The keys of a School that declare it, one for each kind of person."""
        return tuple((*self.in_school, kind) for kind in self.kinds) or (self.in_school,) if self.in_school else ()

    def declared(self, part: Access | School) -> tuple[DeclaredValue, ...]:
        """Each choice that the manifests declare."""
        if self.derived and isinstance(part, Access):
            return self.derived(part)
        return part.declared.get(self.aspect, ())

    def expected(self, name: str, *, ended: bool = False) -> str:
        """The choice that is right where the manifests declare `name`."""
        return (ended and self.ended) or self.wanted or name

    def known(self, name: str, access: LiveAccess | None, school: LiveSchool) -> Fact[str]:
        """Return what is known about a choice; `access` is None for a school's own."""
        holder = school if self.of_school else access
        assert holder is not None
        fact = holder.fact(self.aspect, name if self.kinds else "")
        return self.kinds[name].unprobed if self.kinds and fact is NO_PROBE else fact


def _application(access: Access) -> tuple[DeclaredValue, ...]:
    return () if isinstance(access.via, Account) else (access.via.name,)


def _deletion(access: Access) -> tuple[DeclaredValue, ...]:
    """A supplier that had access, and has none any more, is to delete what it has."""
    ended = access.ended
    return () if ended is None or ended.reason is EndReason.NOT_YET else (DeclaredValue("confirmed", ended.origin),)


_GIVEN: Final = (Action.GRANT, Action.REVOKE)
_OF_CONTACTS: Final = Unknown(
    UnknownReason.NO_PROBE,
    "cannot be checked remotely: contacts have the flag too, says SchoolCloud; look in Bromcom, then `attest` it",
)
_KINDS: Final = {
    "students": PersonGroup(PageId.STUDENTS, Reach.PUPILS),
    "staff": PersonGroup(PageId.STAFF, Reach.STAFF),
    "contacts": PersonGroup(PageId.CONTACTS, Reach.EVERYBODY, _OF_CONTACTS),
}
_NOT_SENT: Final = Unknown(UnknownReason.NOT_RECORDED, "no account was asked for the canary")
_OF_CANARIES: Final = {kind: group._replace(unprobed=_NOT_SENT) for kind, group in _KINDS.items()}
# fmt: off
FACTS: Final = (
    FactRow(Aspect.RIGHT_SCHOOL, "urn", (), in_school=("urn",), live="right_school", of_school=True, attestable=False,
            risk=Risk.HIGH, weight=(Care.EVERYTHING, Reach.EVERYBODY)),
    FactRow(Aspect.LOGIN, "login", (Action.MEND_LOGIN, Action.REVOKE), ("works", "refused", "closed"),
            ended="closed", live="login", of_account=True, way_in=True, weight=(Care.PERSONAL, Reach.EVERYBODY)),
    FactRow(Aspect.READ, "entities", _GIVEN, page=PageId.THIRD_PARTY, live="entities", of_account=True, widens=True),
    FactRow(Aspect.ROLE, "roles", _GIVEN, page=PageId.USERS, live="roles", of_account=True, widens=True,
            writes=True, weight=(Care.SENSITIVE, Reach.PUPILS)),
    FactRow(Aspect.WRITE, "permissions", _GIVEN, page=PageId.ROLES, live="permissions", of_account=True, widens=True,
            writes=True, weight=(Care.SENSITIVE, Reach.PUPILS)),
    FactRow(Aspect.LAWFUL_BASIS, "lawfulBasis",
            choices=(CONSENT_BASIS, "Contract", "Legal Obligation", "Legitimate Interest", "Public Task",
                     "Vital Interests"),
            page=PageId.DEFAULTS, in_school=("consent", "lawfulBasis"), of_school=True,
            risk=Risk.HIGH, weight=(Care.EVERYTHING, Reach.EVERYBODY)),
    FactRow(Aspect.ACCOUNT, "accounts", _GIVEN, page=PageId.THIRD_PARTY, live="accounts",
            in_school=("accounts",), of_school=True, weight=(Care.EVERYTHING, Reach.EVERYBODY)),
    FactRow(Aspect.WRITE_LICENCE, "writeLicence", choices=("bought", "missing"), wanted="bought",
            manifest=("writeBack", "licence"), widens=True, writes=True, weight=(Care.NONE, Reach.NOBODY)),
    FactRow(Aspect.CONSENT, "consent", choices=(SET, NOT_SET), counted=True, wanted=SET, kinds=_KINDS,
            manifest=("consent", "needs"), in_school=("consent",), of_school=True, widens=True),
    FactRow(Aspect.CONSENT_ENFORCED, "canaries", (), choices=(AS_AGREED, READABLE, HIDDEN), wanted=AS_AGREED,
            kinds=_OF_CANARIES, page=PageId.DEFAULTS, in_school=("consent", "canaries"), of_school=True,
            attestable=False, risk=Risk.HIGH, weight=(Care.EVERYTHING, Reach.EVERYBODY)),
    FactRow(Aspect.PARTNER_APPLICATION, "partnerApplication", _GIVEN, ("granted", "not granted"), "granted",
            ended="not granted", page=PageId.PARTNER_APPLICATIONS, derived=_application, way_in=True,
            risk=Risk.HIGH, weight=(Care.SENSITIVE, Reach.EVERYBODY)),
    FactRow(Aspect.OLD_EXPORT, "oldExport", choices=("disconnected", "connected"), wanted="disconnected",
            weight=(Care.SENSITIVE, Reach.EVERYBODY)),
    FactRow(Aspect.DELETION, "deletion", choices=("confirmed", "not confirmed"), wanted="confirmed",
            derived=_deletion, weight=(Care.SENSITIVE, Reach.EVERYBODY)),
)
# fmt: on
ROWS: Final = {row.aspect: row for row in FACTS}
WRITING: Final = frozenset(row.aspect for row in FACTS if row.writes)
CHOICES: Final = {row.key: row for row in FACTS if not row.live}
_OF_ACCESS: Final = tuple(row for row in CHOICES.values() if row.by_supplier)
_OF_SCHOOL: Final = tuple(row for row in CHOICES.values() if row.in_school)


class FactKey(NamedTuple):
    """A fact as an Attestation writes it. `name` is the kind of person, and empty where the row has no kinds."""

    row: FactRow
    name: str = ""

    @property
    def key(self) -> str:
        """`writeLicence`, `consent.students`."""
        return f"{self.row.key}.{self.name}" if self.name else self.row.key

    @property
    def page(self) -> PageId:
        """The page of Bromcom that shows it."""
        return self.row.kinds[self.name].page if self.name else self.row.page


# In the order of the schema: first those of an access.
FACT_KEYS: Final = {
    fact.key: fact
    for row in sorted(FACTS, key=lambda row: row.of_school)
    if row.attestable
    for fact in (FactKey(row, name) for name in row.kinds or ("",))
}


def declared_choices(part: Access | School) -> Iterator[tuple[FactRow, DeclaredValue]]:
    """Each choice that an access, or a school, declares."""
    rows = _OF_SCHOOL if isinstance(part, School) else _OF_ACCESS
    return ((row, choice) for row in rows for choice in row.declared(part))


def identity(topic: Topic, key: str) -> str:
    """The key of a fact or an edit: a school has one lawful basis, whose name is only what it should be."""
    row = ROWS.get(topic) if isinstance(topic, Aspect) else None
    is_one = row and row.in_school and not row.kinds and not row.is_given
    return "" if is_one else key


def attested_as(subject: FactRef) -> FactRef:
    """The subject of the Attestation that settles a subject of a plan: consent is the school's own."""
    row = ROWS[subject.aspect]
    supplier, name = "" if row.of_school else subject.supplier, subject.name if row.kinds else ""
    return FactRef(subject.school, supplier, subject.aspect, name)


def opens_everybody(basis: str) -> bool:
    """Tell if a lawful basis lets every third party read all students and staff: any but Consent does."""
    return basis.casefold() != CONSENT_BASIS.casefold()


def follows_basis(kind: str, basis: str) -> bool:
    """Tell if consent of a kind of person follows from a lawful basis, and need not be set."""
    return kind in FOLLOWS_BASIS and opens_everybody(basis)


def attested_values(access: Access) -> Iterator[tuple[FactKey, tuple[str, ...]]]:
    """The facts of an access that only a person can see, with what an Attestation says where they are as declared.

    Roles and permissions that nobody declared are among them: see `is_asked`.
    """
    values: dict[Aspect, tuple[str, ...]] = {}
    via, ended = access.via, access.ended is not None
    if isinstance(via, Account) and (ended or via.password is None):
        values[Aspect.LOGIN] = (ROWS[Aspect.LOGIN].ended if ended else "works",)
    if not ended and (values or (access.entities and not isinstance(via, Account))):
        values[Aspect.READ] = tuple(name.value for name in access.entities.values())
    if not ended and (access.role or access.declares_writing or isinstance(via, Account)):
        own = (access.role.value,) if access.role and entity_key(access.role.value) != entity_key(THIRD_PARTY) else ()
        values[Aspect.ROLE] = (THIRD_PARTY, *own)
        values[Aspect.WRITE] = tuple(name.value for name in access.permissions.values())
    for row, declared in declared_choices(access):
        if not row.of_school:
            values[row.aspect] = (row.expected(declared.value, ended=ended),)
    for row in sorted(FACTS, key=lambda row: not row.way_in):
        if row.aspect in values:
            yield FactKey(row), values[row.aspect]


def is_asked(aspect: Aspect, access: Access, seen: Collection[Aspect] = ()) -> bool:
    """Tell if a plan asks for one of the facts above. Roles that were `seen` once are looked at again."""
    match aspect:
        case Aspect.ROLE:
            return bool(access.role or access.no_permissions) or aspect in seen
        case Aspect.WRITE:
            return access.declares_writing
        case _:
            return True


def attested_values_of_school(desired: Desired, name: str) -> Iterator[tuple[FactKey, tuple[str, ...]]]:
    """The same of a school's own facts, without consent that follows from the lawful basis, but with its accounts."""
    school = desired.schools[name]
    needed = {fact.key: value for fact, value in needed_of_school(school, school)}
    for address, access in desired.accesses.items():
        if address.school == name:
            needed |= {fact.key: value for fact, value in needed_of_school(access, school)}
    yield from ((fact, needed[key]) for key, fact in FACT_KEYS.items() if key in needed)
    yield (
        FactKey(ROWS[Aspect.ACCOUNT]),
        tuple(username.value for key, username in school.claims.items() if key not in school.ended_claims),
    )


def needed_of_school(part: Access | School, school: School) -> Iterator[tuple[FactKey, tuple[str, ...]]]:
    """The choices of a school that need a person's word, as it or one of its accesses declares them, and that word."""
    for row, declared in declared_choices(part):
        if row.of_school and row.attestable and not is_settled(row.aspect, declared.value, school):
            yield FactKey(row, declared.value if row.kinds else ""), (row.expected(declared.value),)


def is_settled(aspect: Aspect, name: str, school: School) -> bool:
    """Tell if what is declared follows from the school's lawful basis."""
    basis = school.lawful_basis
    return aspect is Aspect.CONSENT and basis is not None and follows_basis(name, basis.value)
