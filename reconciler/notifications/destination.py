"""The destination of a heartbeat or a notification: a web address, a mailbox or a file.

Anyone who knows the address of a webhook can post to it, so it is a secret: no message, log or `repr` shows more of it
than its host. It is best kept in an environment variable, since others can see a command line. Of a mailbox, which may
be a person's, the domain is shown.
"""

from __future__ import annotations

from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from yarl import URL

from reconciler.errors import InputError
from reconciler.http.proxy_tls import is_loopback, shown_host
from reconciler.startup import dataclass, pattern

if TYPE_CHECKING:
    from reconciler.secrets.environment import Environment

ENVIRONMENT: Final = "env:"
MAILTO: Final = "mailto:"
STATE: Final = "{state}"  # stands for what the run came to: not every watcher reads what is posted
_LABEL: Final = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = pattern(rf"[A-Za-z0-9_%+'&-]+(?:\.[A-Za-z0-9_%+'&-]+)*@{_LABEL}(?:\.{_LABEL})*")
_LONGEST_ADDRESS: Final = 254  # as SMTP has it


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An address of the web: the option that names it, and the host, which are what may be said of it."""

    address: str = field(repr=False)
    option: str
    host: str

    @property
    def told(self) -> str:
        """The part that may be shown."""
        return f"{self.option} ({self.host})"

    @property
    def url(self) -> URL:
        """The address as it was written, to the letter: a signature in it may be of just these."""
        return URL(self.address, encoded=True)

    def saying(self, state: str) -> WebAddress:
        """The address with the state in the place that was left for it."""
        return replace(self, address=self.address.replace(STATE, state))


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address of e-mail: the option that names it, and its domain, which are what may be said of it."""

    address: str = field(repr=False)
    option: str
    domain: str

    @property
    def told(self) -> str:
        """The part that may be shown."""
        return f"{self.option} (mail to {self.domain})"


def destination(option: str, written: str, environment: Environment) -> WebAddress | Mailbox | Path:
    """The destination that an option names: `https://...`, `mailto:...`, `env:NAME` for an environment variable, or a
    file.

    Raises InputError for an address that nothing may be sent to, and for an impossible file, which most likely is an
    address without its `https://`.
    """
    if not written.strip():
        raise InputError(f"{option} is empty. Nothing was asked: name a receiver, or leave the option out.")
    address = value_of(option, written, environment)
    if address.startswith(MAILTO):
        return mailbox(option, address.removeprefix(MAILTO))
    if written.startswith(ENVIRONMENT) or "://" in written:
        return _web(option, address)
    return _file(option, written)


def value_of(option: str, written: str, environment: Environment) -> str:
    """The value that an option was given, or that the environment variable has which it names. Raises InputError if
    there is none."""
    if not written.startswith(ENVIRONMENT):
        return written
    return _looked_up(option, written.removeprefix(ENVIRONMENT), environment)


def mailbox(option: str, address: str) -> Mailbox:
    """The mailbox with this address: one, plain, without a name. Raises InputError for anything else: a character more
    could be another receiver, or another header."""
    if not _ADDRESS.fullmatch(address) or len(address) > _LONGEST_ADDRESS:
        raise InputError(
            f"The address of {option} is not one e-mail address, such as office@school.example. Nothing was asked: "
            "correct it. Repeat the option for another receiver."
        )
    return Mailbox(address, option, address.rpartition("@")[2])


def _looked_up(option: str, name: str, environment: Environment) -> str:
    address = (environment.get(name) or "").strip()  # a secret is often kept with the end of its line
    if not address:
        raise InputError(
            f"{option} takes its value from the environment variable {name or '(no name)'}, which is not set or is "
            "empty. Nothing was asked: set it, or name a file that has it with --env-file."
        )
    return address


def _file(option: str, written: str) -> Path:
    """The file; what was written is not shown where it may be the secret part of an address."""
    if STATE in written:
        raise InputError(f"{STATE} in {option} is for an address, https://..., not for a file name.")
    file = Path(written)
    if not file.parent.is_dir():
        raise InputError(
            f"The folder of {option}'s file does not exist. Nothing was asked. If you mean an address, begin it with "
            "https://. If you mean a file, make its folder first."
        )
    return file


def _web(option: str, address: str) -> WebAddress:
    try:
        url = URL(address.replace(STATE, ""), encoded=True)
        name, port = (url.host or "").rstrip("."), url.port
    except ValueError:
        name, port, url = "", None, URL()
    if url.scheme not in ("http", "https") or not name or not port or not _letters_of_an_address(address):
        raise _refused(option, "is not a web address, such as https://host/path")
    if url.user is not None or url.password is not None:
        raise _refused(option, "contains a login, which is never sent")
    if url.scheme == "http" and not is_loopback(name):
        raise _refused(option, "is plain http, which others on the network could read: write https")
    return WebAddress(address, option, shown_host(name))


def _refused(option: str, why: str) -> InputError:
    """The address itself is not shown."""
    return InputError(f"The address of {option} {why}. Nothing was asked: correct it.")


def _letters_of_an_address(address: str) -> bool:
    return address.isascii() and address.isprintable() and " " not in address
