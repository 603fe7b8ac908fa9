"""Whether a request comes from this machine: the control and the practice pages answer no other."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web

_OWN_NAMES = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?")


def from_this_machine(request: web.Request) -> bool:
    """Whether a program on this machine asks, by a name that no other site can have."""
    return (
        _OWN_NAMES.fullmatch(request.headers.get("Host", "")) is not None
        and request.remote is not None
        and ip_address(request.remote.partition("%")[0]).is_loopback
    )


def from_no_other_site(request: web.Request) -> bool:
    """Whether no page of another site makes a browser ask: a browser says from where it sends a form."""
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.headers.get('Host', '')}"
