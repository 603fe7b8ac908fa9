"""Passwords, and references to them."""

from typing import NoReturn, TypeAlias

from reconciler.startup import dataclass


class Secret:
    """A password. It cannot be printed, formatted, compared, copied, pickled or serialised; `reveal()` is the one way
    to its text. Only those that send it (`bromcom/contract.py`, `notifications/mail.py`), `secrets/` and
    `starting/passwords.py` call it, and `cli/options/receivers.py`, which judges its letters."""

    __slots__ = ("_value",)
    __hash__ = None  # type: ignore[assignment]  # a hash could be compared

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The password itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(hidden)"

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("a Secret is not compared")

    def __copy__(self) -> NoReturn:
        raise TypeError("a Secret is not copied")

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise TypeError("a Secret is not copied")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Secret is not pickled")


@dataclass(frozen=True, slots=True)
class EnvRef:
    """The environment variable `name`."""

    name: str

    def __str__(self) -> str:
        return f"env {self.name}"


@dataclass(frozen=True, slots=True)
class FileRef:
    """The first line of the file `path`; a relative path starts at the workspace."""

    path: str

    def __str__(self) -> str:
        return f"file {self.path}"


@dataclass(frozen=True, slots=True)
class KeyringRef:
    """The password that the system's keyring keeps for `username` under `service`."""

    service: str
    username: str

    def __str__(self) -> str:
        return f"keyring {self.service} {self.username}"


@dataclass(frozen=True, slots=True)
class CommandRef:
    """The first line that the program `argv[0]` prints, called with the rest as arguments and without a shell."""

    argv: tuple[str, ...]

    def __str__(self) -> str:
        return f"command {self.argv[0]}"


SecretRef: TypeAlias = EnvRef | FileRef | KeyringRef | CommandRef
