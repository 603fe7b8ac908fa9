"""placeholder: every placeholder resolves.

Otherwise the text with its braces would be tried as a username, or looked for as a variable, at every school.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.resolving.layers import write_back
from reconciler.manifest.resolving.placeholders import faults
from reconciler.manifest.text.document import Data
from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "placeholder"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a placeholder that does not exist, or a single brace, in a username, a password reference or a role."""
    for manifest in (*manifests.workspaces, *manifests.suppliers):
        for holder in (manifest.spec, *manifest.overrides):
            account = holder.get("account", {})
            yield from _in_text(manifest, account, "username")
            if isinstance(password := account.get("password"), dict):
                yield from _in_password(manifest, password)
            yield from _in_text(manifest, write_back(holder), "role")


def _in_password(manifest: Manifest, reference: dict[str, Data]) -> Iterator[Problem]:
    yield from _in_text(manifest, reference, "env")
    yield from _in_text(manifest, reference, "file")
    for key in ("service", "username"):
        yield from _in_text(manifest, reference.get("keyring", {}), key)
    command = reference.get("command", [])
    for index in range(len(command)):
        yield from _in_text(manifest, command, index)


def _in_text(manifest: Manifest, container: Data, key: str | int) -> Iterator[Problem]:
    if isinstance(container, dict) and key not in container:
        return
    for message, hint in faults(container[key]):
        yield Problem(ID, Severity.ERROR, manifest.document.value(container, key), message, hint)
