"""Fail where the Azure DevOps project is not private, or nobody can tell: `python3 -I visibility.py`.

It reads what Azure Pipelines sets, and SYSTEM_ACCESSTOKEN. The reports say which supplier may read what, and where a
login is broken: that is nothing to publish.
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
    """What is wrong, as a text; None where the project is private."""
    try:
        visibility = _visibility()
    except (OSError, ValueError) as error:
        return f"Whether this project is private cannot be told: {error}. The build service needs to view the project."
    if visibility != "private":
        return f"This project is {visibility or 'not known to be private'}: make it private, for the reports' sake."
    return None


def _visibility() -> str:
    """`private`, or `public`; empty where the answer tells none. Raises OSError and ValueError."""
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
