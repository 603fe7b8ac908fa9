"""password-in-reference: a reference says where the password is, and is not the password.

Messages show the name if the password cannot be read.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.workspace.documents import password_values, suspects
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "password-in-reference"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a file or a program whose name looks like a password. The name is never repeated."""
    for document in manifests.documents:
        for _, reference in password_values(document):
            for container, key in suspects(reference) if isinstance(reference, dict) else ():
                if key != "env":  # reported by the schema
                    yield Problem(
                        ID,
                        Severity.ERROR,
                        document.value(container, key),
                        f"This does not look like the name of a {'file' if key == 'file' else 'program'}.",
                        "Never write the password itself here. If this really is its name, write ./ before it.",
                    )
