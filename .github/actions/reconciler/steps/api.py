"""A small client for GitHub's REST API, with paging, retries, and errors that say what to do.

It follows no redirect: the token would go along.
"""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Any, Final

from runner import StepError, setting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from http.client import HTTPMessage

_TRIES: Final = 5
_LONGEST_WAIT: Final = 60.0  # seconds; a secondary limit of GitHub ends within a minute or so
_SECONDS: Final = 30
_PER_PAGE: Final = 100
_NEXT: Final = re.compile(r'<([^>]+)>;\s*rel="next"')


class Uncertain(Exception):
    """The answer was lost, so the thing may or may not exist: look before making it again."""


class Denied(StepError):
    """The token may not do this."""


class NotFound(StepError):
    """There is no such thing, or the token may not see it."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: object) -> None:
        return None


class GitHub:
    """The API, for one repository."""

    def __init__(self, url: str, repository: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._repository = f"{self._url}/repos/{urllib.parse.quote(repository)}"
        self._token = token
        self._opener = urllib.request.build_opener(_NoRedirect)

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        """GET a path below the repository's."""
        return self._ask("GET", self._address(path, query))[0]

    def pages(self, path: str, query: Mapping[str, str] | None = None, within: str = "") -> Iterator[Any]:
        """Every item of a list, over all its pages. `within` names the list if it is part of an object."""
        address: str | None = self._address(path, {**(query or {}), "per_page": str(_PER_PAGE)})
        while address:
            answer, headers = self._ask("GET", address)
            yield from answer[within] if within else answer
            following = _NEXT.search(headers.get("Link", ""))
            address = following[1] if following else None
            if address and not address.startswith(f"{self._url}/"):
                raise StepError(
                    "Unexpected answer from GitHub", f"The next page would be at {address}, outside {self._url}."
                )

    def post(self, path: str, data: object) -> Any:
        """Make something; raises Uncertain if the answer was lost."""
        return self._ask("POST", self._address(path), data)[0]

    def patch(self, path: str, data: object) -> Any:
        """Change something. Doing it twice is doing it once."""
        return self._ask("PATCH", self._address(path), data)[0]

    def delete(self, path: str) -> None:
        """Delete something; it may be gone already."""
        try:
            self._ask("DELETE", self._address(path))
        except NotFound:
            return

    def _address(self, path: str, query: Mapping[str, str] | None = None) -> str:
        return f"{self._repository}{path}" + (f"?{urllib.parse.urlencode(query)}" if query else "")

    def _ask(self, method: str, address: str, data: object = None) -> tuple[Any, HTTPMessage]:
        for attempt in range(1, _TRIES + 1):
            try:
                return self._once(method, address, data)
            except urllib.error.HTTPError as answer:
                wait = _patience(answer, attempt)
                if wait is None or attempt == _TRIES:
                    raise _told(answer, method, address) from None
                if answer.code >= 500 and method == "POST":
                    raise Uncertain(address) from None
            except (OSError, ValueError) as lost:  # no connection, none in time, or half an answer
                if method == "POST":
                    raise Uncertain(address) from None
                if attempt == _TRIES:
                    raise StepError(
                        "GitHub did not answer", f"{method} {address}: {lost}. Run the job again."
                    ) from None
                wait = _growing(attempt)
            time.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _once(self, method: str, address: str, data: object) -> tuple[Any, HTTPMessage]:
        request = urllib.request.Request(address, method=method)  # noqa: S310  # the address is the runner's own
        request.add_header("Authorization", f"Bearer {self._token}")
        request.add_header("Accept", "application/vnd.github+json")
        request.add_header("X-GitHub-Api-Version", "2022-11-28")
        request.add_header("User-Agent", "reconciler")
        if data is not None:
            request.data = json.dumps(data).encode()
            request.add_header("Content-Type", "application/json")
        with self._opener.open(request, timeout=_SECONDS) as answer:
            content = answer.read()
            return (json.loads(content) if content else None), answer.headers


def github() -> GitHub:
    """The API, from this run's settings."""
    return GitHub(setting("GITHUB_API_URL"), setting("GITHUB_REPOSITORY"), setting("GITHUB_TOKEN"))


def _patience(answer: urllib.error.HTTPError, attempt: int) -> float | None:
    """The seconds to wait before another try; None if another try cannot help."""
    if answer.code >= 500:
        return _growing(attempt)
    retry_after = answer.headers.get("Retry-After", "")
    if answer.code in (403, 429) and retry_after.isdecimal():
        return min(float(retry_after), _LONGEST_WAIT)
    if answer.code == 429 or (answer.code == 403 and answer.headers.get("X-RateLimit-Remaining") == "0"):
        reset = answer.headers.get("X-RateLimit-Reset", "")
        return min(max(float(reset) - time.time(), 1.0), _LONGEST_WAIT) if reset.isdecimal() else _growing(attempt)
    return None


def _growing(attempt: int) -> float:
    return float(2 ** (attempt - 2))  # half a second, one, two, four


def _told(answer: urllib.error.HTTPError, method: str, address: str) -> StepError:
    try:
        message = str(json.loads(answer.read())["message"])
    except (OSError, ValueError, KeyError, TypeError):
        message = str(answer.reason)
    what = f"{method} {address} was answered with {answer.code} ({message})."
    if answer.code in (401, 403):
        return Denied("GitHub refused", f"{what} Give the job the permission that the workflow's file names.")
    if answer.code == 404:
        return NotFound("GitHub found nothing", what)
    return StepError("GitHub failed", what)
