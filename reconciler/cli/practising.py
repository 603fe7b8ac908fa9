"""A practice Bromcom for the app: one with a workspace of its own, or where the manifests of a workspace expect it."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from reconciler.cli.commands.demo import ENV_FILE
from reconciler.manifest.rules.plain_http import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.model.desired import Desired

_SERVICE: Final = "/Nucleus/WebServices/ThirdParty/TPReadOnlyDataService.asmx"


def practice_port(desired: Desired) -> int:
    """Return the port at which the manifests expect a practice Bromcom on this computer; 0 if they expect none.

    Every school is to be there: a workspace that has a real one is for no practice.
    """
    addresses = {school.platform.read_url for school in desired.schools.values()}
    if len(addresses) != 1:
        return 0
    parts = urlsplit(addresses.pop())
    is_practice = parts.scheme == "http" and is_loopback(parts.hostname or "") and parts.path == _SERVICE
    return (parts.port or 0) if is_practice else 0


@contextmanager
def practice_service(port: int) -> Iterator[tuple[Path, str]]:
    """Serve what `reconciler sandbox` serves, at a port: the file of its passwords, and the address of its pages."""
    from reconciler.sandbox.control.env_file import write_env_file
    from reconciler.sandbox.server import serve

    with tempfile.TemporaryDirectory(prefix="reconciler-practice-") as folder, serve(port=port) as sandbox:
        file = Path(folder) / ENV_FILE
        write_env_file(file, sandbox)
        yield file, sandbox.pages_url
