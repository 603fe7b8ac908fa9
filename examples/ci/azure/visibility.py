"""Fail unless the Azure DevOps project is known to be private: `python3 -I visibility.py`.

It reads what Azure Pipelines sets, and SYSTEM_ACCESSTOKEN. The reports show what each supplier may read and which
logins are broken: they must not be public.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from typing import Final

_SECONDS: Final = 30


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the token along."""

    def redirect_request(self, *_arguments: object) -> None:
        return None


def main() -> str | None:
    """Return the error, or None if the project is private."""
    try:
        visibility = _visibility()
    except (OSError, ValueError) as error:
        return f"Cannot tell whether this project is private: {error}. Let the build service view the project."
    if visibility != "private":
        return f"This project is {visibility or 'not known to be private'}. Make it private to protect the reports."
    return None


def _visibility() -> str:
    """`private`, or `public`; empty if the answer has neither. Raises OSError and ValueError."""
    project = urllib.parse.quote(os.environ["SYSTEM_TEAMPROJECT"])
    address = f"{os.environ['SYSTEM_COLLECTIONURI']}_apis/projects/{project}?api-version=7.1"
    request = urllib.request.Request(address)  # noqa: S310  # Azure DevOps' own address
    token = base64.b64encode(f":{os.environ['SYSTEM_ACCESSTOKEN']}".encode()).decode()
    request.add_header("Authorization", f"Basic {token}")
    with urllib.request.build_opener(_NoRedirect).open(request, timeout=_SECONDS) as answer:
        told = json.loads(answer.read())
    return str(told.get("visibility") or "")


if __name__ == "__main__":
    sys.exit(main())
