"""platform-address: a platform's addresses are plain web addresses, each of its own service.

A login in an address ends up in logs. With `?WSDL`, `?op=...` or the name of an operation at its end, it is the
address of a page about the service.
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
    """Find an address that is not http or https, holds a login, continues after .asmx, or is the other service's."""
    for workspace in manifests.workspaces:
        for platform in workspace.spec.get("platforms", {}).values():
            for key in ("readUrl", "writeUrl"):
                for message, hint in _faults(key, platform[key]):
                    yield Problem(ID, Severity.ERROR, workspace.document.value(platform, key), message, hint)


def _faults(key: str, url: str) -> Iterator[tuple[str, str]]:
    """The faults of an address. An address that may hold a password is never repeated."""
    example = f"Write it like https://mis.example.sch.uk/Nucleus/WebServices/ThirdParty/{_SERVICES[key]}"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        yield "This is not a web address.", example
        return
    if parts.scheme not in {"http", "https"} or not host or any(character.isspace() for character in url):
        yield "This is not a web address.", example
        return
    secret = "@" in parts.netloc
    if secret:
        yield "This address contains a login.", "Remove everything before the @, and the @."
    right = _service_of(url)
    other_key = _OTHER[key]
    if right.casefold().endswith(f"/{_SERVICES[other_key].casefold()}"):  # IIS does not mind capitals
        right = f"{right.rpartition('/')[0]}/{_SERVICES[key]}"
        hint = f"The address of {key} ends in {_SERVICES[key]}." if secret else f"Write {right}"
        yield f"This is the address of the {_WORDS[other_key]} service.", hint
    elif right != url:
        yield "This address continues after .asmx.", "End it there." if secret else f"Write {right}"


def _service_of(url: str) -> str:
    """The address without what people copy with it: an operation's page, the contract, a session, a full stop."""
    return re.split(r"(?<=\.asmx)(?=[^\w.]|\.(?!\w))|[?#]", url, maxsplit=1, flags=re.IGNORECASE)[0]
