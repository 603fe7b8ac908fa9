"""The guard of the control and the practice pages, which answer this machine alone."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web

_OWN_NAMES = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?")


def from_this_machine(request: web.Request) -> bool:
    """Return True for a program on this machine that asks by a name no other site can have."""
    return (
        _OWN_NAMES.fullmatch(request.headers.get("Host", "")) is not None
        and request.remote is not None
        and ip_address(request.remote.partition("%")[0]).is_loopback
    )


def from_no_other_site(request: web.Request) -> bool:
    """Return True unless a page of another site makes the browser ask: browsers name the origin of a form."""
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.headers.get('Host', '')}"
