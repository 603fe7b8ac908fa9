"""Every exception the package raises on purpose.

ReconcilerError
├── ManifestError      the files are wrong; carries every Problem, not the first
├── InputError         a file that is no manifest (snapshot, seed, environment) cannot be used
├── SelectionError     --school or --supplier names nothing that exists
├── PlanRefused        over a limit or against a rule, which it names. Nothing was changed
│   └── PlanStale      the live side changed since the plan was made; shows what
├── Undelivered        a heartbeat or a notification did not arrive; names the option and the host, never the address
├── SecretError        a password cannot be read; names the reference, never the value
└── LiveError          the live side did not do what we asked
    ├── Unreachable    no answer
    ├── LoginRefused   401, or the fault that means it
    ├── NotGranted     this entity is not for this account
    ├── Unreadable     an answer that is not what the contract says
    └── Throttled      asked to slow down

Foreign exceptions are translated in one place each: the wire in `http/errors.py`, YAML in `manifest/text/reader.py`
and `snapshots/yaml_form.py`, passwords in `secrets/`. The sandbox's practice person has an
error of its own, `HandsError` in `sandbox/operator/person.py`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.model.problem import Problem


class ReconcilerError(Exception):
    """Something did not happen; the message says what, where, why, and what to do."""


class ManifestError(ReconcilerError):
    """The manifests are wrong."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problem{'' if len(problems) == 1 else 's'} in the manifests")
        self.problems = problems


class InputError(ReconcilerError):
    """A file that is no manifest (a snapshot, a sandbox's seed, a file of environment values) cannot be used."""


class SelectionError(ReconcilerError):
    """The command line selects a school or a supplier that the workspace does not have."""


class PlanRefused(ReconcilerError):
    """A plan is not applied: it goes over a limit, is too old, or another person is applying. Nothing was changed."""


class PlanStale(PlanRefused):
    """The live side or the manifests moved since the plan was approved. `moved` says what, one line each."""

    def __init__(self, message: str, moved: tuple[str, ...]) -> None:
        super().__init__(message)
        self.moved = moved


class Undelivered(ReconcilerError):
    """A heartbeat or a notification did not arrive. The address is a secret, and not in the message.

    `for_good` says that trying again is no use until something is fixed.
    """

    def __init__(self, message: str, *, for_good: bool) -> None:
        super().__init__(message)
        self.for_good = for_good


class SecretError(ReconcilerError):
    """A password cannot be read. The message names the reference, never the value."""


class LiveError(ReconcilerError):
    """The live side did not do what we asked. Every text that came from outside is in the message as it came;
    renderers escape it.

    `own_text` is the message without what came from outside, which may name people: files keep only that. Give it
    wherever the message quotes anything.
    """

    def __init__(self, message: str, *, own_text: str = "") -> None:
        super().__init__(message)
        self.own_text = own_text or message


class Hop(StrEnum):
    """The part of the way to a service at which a request failed. `TRUST` is this computer's list of authorities."""

    ADDRESS = "address"
    PROXY = "proxy"
    TRUST = "trust"
    NAME = "name"
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    ANSWER = "answer"


class Unreachable(LiveError):
    """There was no answer: no address, no connection, no TLS, or none in time.

    `whole_host` says that no connection could be made at all, which concerns every school of that host.
    """

    def __init__(self, message: str, *, own_text: str = "", whole_host: bool = False, hop: Hop = Hop.ANSWER) -> None:
        super().__init__(message, own_text=own_text)
        self.whole_host = whole_host
        self.hop = hop


class LoginRefused(LiveError):
    """The service answered 401, or with the fault that means it."""


class NotGranted(LiveError):
    """The login works, but the service refuses this entity."""


class Unreadable(LiveError):
    """An answer came, and it is not what the contract says: a web page, a fault, half a document, no table."""


class Throttled(LiveError):
    """The service asked to be asked later. `retry_after` is in seconds, None where it did not say."""

    def __init__(self, message: str, *, own_text: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, own_text=own_text)
        self.retry_after = retry_after
