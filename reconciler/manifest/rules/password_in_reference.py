"""password-in-reference: a reference says where the password is, and is not the password.

What a reference names is shown where the password cannot be had; a password that was typed there would be shown too.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.workspace.documents import password_values, suspects
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "password-in-reference"


def check(manifests: Manifests) -> Iterator[Problem]:
    """A file or a program whose name looks like a password. The text is repeated nowhere."""
    for document in manifests.documents:
        for _, reference in password_values(document):
            for container, key in suspects(reference) if isinstance(reference, dict) else ():
                if key != "env":  # the schema says that
                    yield Problem(
                        ID,
                        Severity.ERROR,
                        document.value(container, key),
                        f"this is hardly the name of a {'file' if key == 'file' else 'program'}",
                        "the password itself does not go here; if it really is called so, write ./ before it",
                    )
