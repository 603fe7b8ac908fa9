"""The passwords of an import: those that are references already, and those that a store is to keep."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconciler.errors import InputError
from reconciler.git.checkout import checkout
from reconciler.git.executables import shell_line
from reconciler.importing.passwords import FORMS, StoreKind, reference_in, stored_reference
from reconciler.importing.sheet import AccountRow
from reconciler.model.address import Address
from reconciler.model.desired import Account, DeclaredPassword, Desired
from reconciler.model.secret import EnvRef, KeyringRef, Secret, SecretRef

_KEYRING = "keyring"


@dataclass(slots=True)
class PasswordsGiven:
    """What the cells and the options say of passwords.

    pattern  the reference of an account that has no password of its own in the rows
    store    `keyring`, or the file that keeps passwords; empty for the keyring, if there is one
    """

    workspace: Path
    pattern: str = ""
    store: str = ""
    _kept: dict[SecretRef, Secret] = field(default_factory=dict)

    def reference(self, row: AccountRow, values: Mapping[str, str]) -> SecretRef | None:
        """Return where the password of a row is, or is going to be; None if the school did not keep it."""
        place = f"{row.place.file}:{row.place.line}: "
        if not row.password.strip():
            return self.of_pattern(values, place)
        ref = _reference_in(row.password, values, place)
        return ref or self._keep(row, values)

    def of_pattern(self, values: Mapping[str, str], place: str = "") -> SecretRef | None:
        """Return the reference that --password gives an access; None without it."""
        if not self.pattern:
            return None
        ref = _reference_in(self.pattern, values, place)
        if ref is None:
            raise InputError(f"--password takes a reference, never the password itself: {FORMS}.")
        return ref

    def _keep(self, row: AccountRow, values: Mapping[str, str]) -> SecretRef:
        ref = stored_reference(self._kind(), values)
        if ref in self._kept and self._kept[ref].reveal() != row.password:
            raise InputError(
                f"Nothing was imported: {row.place.file}:{row.place.line}: {ref} would keep the passwords of two "
                "accounts. Give one of them a reference of its own."
            )
        self._kept[ref] = Secret(row.password)
        return ref

    def _kind(self) -> StoreKind:
        from reconciler.secrets.storing import has_keyring

        if not self.store:
            if not has_keyring():
                example = shell_line("--passwords", str(Path.home() / "reconciler-passwords.env"))
                raise InputError(
                    "Nothing was imported: there are passwords, and this computer has no keyring to keep them. "
                    f"Name a file for them, outside of git: {example}"
                )
            self.store = _KEYRING
        if self.store != _KEYRING:
            refuse_shared(Path(self.store), self.workspace)
        return StoreKind.KEYRING if self.store == _KEYRING else StoreKind.FILE

    @property
    def file(self) -> Path | None:
        """The file that keeps passwords; None if none is kept in one."""
        return Path(self.store) if self._kept and self.store != _KEYRING else None

    def for_probing(self, request: Desired) -> tuple[Desired, dict[str, str]]:
        """Return the request with references to variables that only this process has, and these variables."""
        names = {ref: f"given password {number}" for number, ref in enumerate(self._kept)}

        def given(address: Address) -> DeclaredPassword | None:
            via = request.accesses[address].via
            password = via.password if isinstance(via, Account) else None
            return (
                replace(password, ref=EnvRef(names[password.ref])) if password and password.ref in names else password
            )

        accesses = {
            address: replace(access, via=replace(access.via, password=given(address)))
            for address, access in request.accesses.items()
            if isinstance(access.via, Account)
        }
        variables = {names[ref]: secret.reveal() for ref, secret in self._kept.items()}
        return replace(request, accesses=accesses), variables

    def keep(self, request: Desired, declared: Iterable[Address]) -> None:
        """Put the passwords of the accesses that are declared into their store."""
        from reconciler.secrets.storing import keep_in_file, keep_in_keyring

        used = {
            via.password.ref
            for address in declared
            if isinstance(via := request.accesses[address].via, Account) and via.password
        }
        kept = {ref: secret for ref, secret in self._kept.items() if ref in used}
        keep_in_keyring({ref: secret for ref, secret in kept.items() if isinstance(ref, KeyringRef)})
        lines = {ref: secret for ref, secret in kept.items() if isinstance(ref, EnvRef)}
        if lines:
            keep_in_file(Path(self.store), lines)


def _reference_in(cell: str, values: Mapping[str, str], place: str) -> SecretRef | None:
    try:
        return reference_in(cell, values)
    except ValueError as error:
        raise InputError(f"Nothing was imported: {place}{error}. Write {FORMS}.") from None


def refuse_shared(file: Path, workspace: Path) -> None:
    """Raise InputError for a file that git would take with the manifests."""
    repository = checkout(workspace)
    top = repository.top if repository else workspace
    if file.resolve().is_relative_to(top.resolve()):
        raise InputError(
            f"Nothing was written: {file} is in {top.resolve()}, where passwords would be shared with the manifests. "
            f"Name a file somewhere else: {shell_line('--passwords', str(Path.home() / 'reconciler-passwords.env'))}"
        )
