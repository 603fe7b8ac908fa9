"""plain-text-password: a manifest never holds a password.

Manifests are kept in git, where a password stays for ever and is read by everybody who can read the repository.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.workspace.documents import password_values
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "plain-text-password"


def check(manifests: Manifests) -> Iterator[Problem]:
    """A text where a reference to a password belongs. The text is repeated nowhere."""
    for document in manifests.documents:
        for mapping, value in password_values(document):
            if isinstance(value, str):
                yield Problem(
                    ID,
                    Severity.ERROR,
                    document.value(mapping, "password"),
                    "a password is written here in plain text",
                    "write where it is to be found: {env: NAME}, {file: PATH}, {keyring: ...} or {command: [...]};"
                    " and change the password, since whoever has the file has it",
                )
