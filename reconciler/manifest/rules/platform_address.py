"""platform-address: the addresses of a platform are plain web addresses, each of its own service.

A login in an address would end up in logs. What goes on after `.asmx` says that something else was copied than the
address of the service: the page of one of its operations, or its contract.
"""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "platform-address"

_SERVICES: Final = {"readUrl": "TPReadOnlyDataService.asmx", "writeUrl": "TPWriteDataService.asmx"}
_OTHER: Final = {"readUrl": "writeUrl", "writeUrl": "readUrl"}
_WORDS: Final = {"readUrl": "read", "writeUrl": "write"}


def check(manifests: Manifests) -> Iterator[Problem]:
    """An address that is no http or https, holds a login or no host, goes on after .asmx, or is the other service's."""
    for workspace in manifests.workspaces:
        for platform in workspace.spec.get("platforms", {}).values():
            for key in ("readUrl", "writeUrl"):
                for message, hint in _faults(key, platform[key]):
                    yield Problem(ID, Severity.ERROR, workspace.document.value(platform, key), message, hint)


def _faults(key: str, url: str) -> Iterator[tuple[str, str]]:
    """What is wrong with an address. One that may hold a password is not repeated in the message."""
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
    secret = "@" in parts.netloc
    if secret:
        yield "a login stands in this address", "take out what stands before @"
    right = _service_of(url)
    other = _OTHER[key]
    if right.casefold().endswith(f"/{_SERVICES[other].casefold()}"):  # IIS does not mind capitals
        right = f"{right.rpartition('/')[0]}/{_SERVICES[key]}"
        hint = f"the address of {key} ends in {_SERVICES[key]}" if secret else f"the address of {key} is {right}"
        yield f"this is the {_WORDS[other]} service's address", hint
    elif right != url:
        yield "this address goes on after .asmx", "end it there" if secret else f"write {right}"


def _service_of(url: str) -> str:
    """The address without what people copy with it: an operation's page, the contract, a session, a full stop."""
    return re.split(r"(?<=\.asmx)(?=[^\w.]|\.(?!\w))|[?#]", url, maxsplit=1, flags=re.IGNORECASE)[0]
