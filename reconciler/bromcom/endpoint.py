"""The address of a platform's read service: where messages, and with them passwords, may go."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from reconciler.errors import Unreachable

if TYPE_CHECKING:
    from reconciler.model.platform import Platform, SoapVersion

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One platform's read service.

    url   the address as it was written, which is what messages are sent to
    host  `scheme://name:port` in its normal form: what limits, pauses and dead connections belong to
    key   `host` and the path in its normal form: two spellings of an address are one service
    """

    url: str
    host: str
    key: str
    name: str
    port: int
    soap: SoapVersion


def endpoint(platform: Platform) -> Endpoint:
    """The platform's endpoint. Raises Unreachable for an address that no password may be sent to."""
    url = urlsplit(platform.read_url)
    scheme, name, port = url.scheme.lower(), (url.hostname or "").rstrip("."), _port(url, platform)
    if scheme not in _PORTS or not name:
        raise Unreachable(f"{platform.read_url!r} is no address of a web service: correct readUrl of {platform.name}")
    if url.username is not None:
        raise Unreachable(f"readUrl of {platform.name} holds a login: take it out, the supplier's own is sent instead")
    if scheme == "http" and not (platform.allow_http or is_loopback(name)):
        raise Unreachable(
            f"plain http would send passwords readable to {name}: correct readUrl of {platform.name} to https, "
            "or say allowHttp: true there"
        )
    port = port or _PORTS[scheme]
    host = f"{scheme}://{name}:{port}"
    # IIS ignores case, and both spellings TPReadonly... and TPReadOnly... are in use.
    return Endpoint(platform.read_url, host, host + url.path.casefold().rstrip("/"), name, port, platform.soap)


def is_loopback(name: str) -> bool:
    """Whether a host's name is this computer itself, whatever a name server says."""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _port(url: SplitResult, platform: Platform) -> int | None:
    try:
        return url.port
    except ValueError:
        raise Unreachable(f"readUrl of {platform.name} has a port that is no number from 0 to 65535") from None
