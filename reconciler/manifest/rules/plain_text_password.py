"""plain-text-password: a manifest never holds a password.

Manifests are kept in git. A password there stays for ever, and everyone who can read the repository can read it.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.workspace.documents import password_values
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "plain-text-password"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a text in place of a reference to a password. The text is never repeated."""
    for document in manifests.documents:
        for mapping, value in password_values(document):
            if isinstance(value, str):
                yield Problem(
                    ID,
                    Severity.ERROR,
                    document.value(mapping, "password"),
                    "A password is written here in plain text.",
                    "Write where to find it: {env: NAME}, {file: PATH}, {keyring: ...} or {command: [...]}."
                    " Then change the password: everyone who has this file has it.",
                )
