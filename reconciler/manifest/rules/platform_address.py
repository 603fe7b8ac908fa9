"""platform-address: the addresses of a platform are plain web addresses, each of its own service.

A login in an address would end up in logs, and a query string says that something else was copied than the address of
the service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from reconciler.model.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.manifest.manifests import Manifests

ID: Final = "platform-address"

_SERVICES: Final = {"readUrl": "TPReadOnlyDataService.asmx", "writeUrl": "TPWriteDataService.asmx"}
_OTHER: Final = {"readUrl": "writeUrl", "writeUrl": "readUrl"}
_WORDS: Final = {"readUrl": "read", "writeUrl": "write"}


def check(manifests: Manifests) -> Iterator[Problem]:
    """An address that is not http or https, that holds a login, a query string or no host, or the other service's."""
    for workspace in manifests.workspaces:
        for platform in workspace.spec.get("platforms", {}).values():
            for key in ("readUrl", "writeUrl"):
                for message, hint in _faults(key, platform[key]):
                    yield Problem(ID, Severity.ERROR, workspace.document.value(platform, key), message, hint)


def _faults(key: str, url: str) -> Iterator[tuple[str, str]]:
    """What is wrong with an address. It is not repeated in the message, as it may hold a password."""
    example = f"write it like https://mis.example.sch.uk/Nucleus/WebServices/ThirdParty/{_SERVICES[key]}"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        yield "this is not a web address", example
        return
    if parts.scheme not in {"http", "https"} or not host or any(character.isspace() for character in url):
        yield "this is not a web address", example
        return
    if "@" in parts.netloc:
        yield "a login stands in this address", "take out what stands before @"
    if "?" in url or "#" in url:
        yield "this address goes on after .asmx", "end it before the ? or #"
    other = _OTHER[key]
    if parts.path.casefold().endswith(f"/{_SERVICES[other].casefold()}"):  # IIS does not mind capitals
        yield f"this is the {_WORDS[other]} service's address", f"the address of {key} ends in {_SERVICES[key]}"
