"""plain-http: a platform is reached over https, or says `allowHttp: true`.

Over plain http every password can be read on the way.
"""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "plain-http"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a plain-http address of a platform that does not allow it."""
    for workspace in manifests.workspaces:
        if not workspace.tells("allowHttp"):
            continue
        for platform in workspace.spec.get("platforms", {}).values():
            for key in ("readUrl", "writeUrl"):
                if is_exposed(platform[key]) and not platform.get("allowHttp", False):
                    yield Problem(
                        ID,
                        Severity.ERROR,
                        workspace.document.value(platform, key),
                        "This address is plain http, so passwords could be read on the way.",
                        "Write https://. If the server really has no https, add allowHttp: true.",
                    )


def is_exposed(url: str) -> bool:
    """Tell if an address is plain http to another computer."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:  # reported by platform-address
        return False
    return parts.scheme == "http" and not is_loopback(host)


def is_loopback(host: str) -> bool:
    """Tell if a host is this computer."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
