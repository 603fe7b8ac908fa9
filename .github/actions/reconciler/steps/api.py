"""A small client for the REST API of a forge: GitHub, GitLab or Azure DevOps. It has retries, and errors that say what
to do.

It follows no redirect: the token would go along.
"""

from __future__ import annotations

import base64
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
_REDIRECTED: Final = (301, 302, 303, 307, 308)
_SIGN_IN: Final = 203  # what Azure DevOps answers to a token that it does not know
_PATCH: Final = "application/json-patch+json"  # the only list that any of the three takes
_NEXT: Final = re.compile(r'<([^>]+)>;\s*rel="next"')


class Uncertain(Exception):
    """The answer was lost, so the thing may or may not exist: look before making it again."""


class Denied(StepError):
    """The token may not do this."""


class NotFound(StepError):
    """There is no such thing, or the token may not see it."""


class Elsewhere(StepError):
    """The answer is at another address."""

    def __init__(self, title: str, message: str, address: str) -> None:
        super().__init__(title, message)
        self.address = address


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: object) -> None:
        return None


class Forge:
    """The API of one forge, below one address.

    name     for people
    site     the address that may see the token
    base     the address that paths are below
    headers  with each request; one of them has the token
    advice   for people whose token was refused
    """

    def __init__(self, name: str, site: str, base: str, headers: Mapping[str, str], advice: str) -> None:
        self._name, self._site, self._base = name, site, base
        self._headers, self._advice = headers, advice
        self._opener = urllib.request.build_opener(_NoRedirect)

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        """GET a path."""
        return self._ask("GET", self._address(path, query))[0]

    def pages(self, path: str, query: Mapping[str, str] | None = None, within: str = "") -> Iterator[Any]:
        """Every item of a list, over all its pages. `within` names the list if it is part of an object."""
        address: str | None = self._address(path, {**(query or {}), "per_page": str(_PER_PAGE)})
        while address:
            answer, headers = self._ask("GET", address)
            yield from answer[within] if within else answer
            following = _NEXT.search(headers.get("Link", ""))
            address = following[1] if following else None
            if address and not address.startswith(f"{self._site}/"):
                raise StepError(
                    f"Unexpected answer from {self._name}",
                    f"The next page would be at {address}, outside {self._site}.",
                )

    def numbered(self, path: str, query: Mapping[str, str]) -> Iterator[Any]:
        """Every item of a list of GitLab, whose links between pages may name another address than the one asked."""
        page, last = 1, _PER_PAGE
        while last == _PER_PAGE:
            found = self.get(path, {**query, "per_page": str(_PER_PAGE), "page": str(page)})
            yield from found
            page, last = page + 1, len(found)

    def stored(self, path: str) -> bytes:
        """The content that a path leads to, in a storage elsewhere. The storage does not get the token."""
        try:
            self.get(path)
        except Elsewhere as moved:
            if moved.address.startswith(("https://", f"{self._site}/")):
                return self._content(moved.address)
        raise StepError(f"Unexpected answer from {self._name}", f"{path} does not lead to a storage.")

    def _content(self, address: str) -> bytes:
        try:
            with self._opener.open(address, timeout=_SECONDS) as answer:
                content: bytes = answer.read()
                return content
        except OSError as failed:  # the address itself can open the storage: it is not shown
            raise StepError("A file could not be downloaded", f"The storage of {self._name}: {failed}.") from None

    def post(self, path: str, data: object, query: Mapping[str, str] | None = None) -> Any:
        """Make something; raises Uncertain if the answer was lost."""
        return self._ask("POST", self._address(path, query), data)[0]

    def patch(self, path: str, data: object, query: Mapping[str, str] | None = None) -> Any:
        """Change something. Doing it twice is doing it once."""
        return self._ask("PATCH", self._address(path, query), data)[0]

    def put(self, path: str, data: object) -> Any:
        """Change something, on GitLab. Doing it twice is doing it once."""
        return self._ask("PUT", self._address(path), data)[0]

    def delete(self, path: str) -> None:
        """Delete something; it may be gone already."""
        try:
            self._ask("DELETE", self._address(path))
        except NotFound:
            return

    def _address(self, path: str, query: Mapping[str, str] | None = None) -> str:
        return f"{self._base}{path}" + (f"?{urllib.parse.urlencode(query)}" if query else "")

    def _ask(self, method: str, address: str, data: object = None) -> tuple[Any, HTTPMessage]:
        for attempt in range(1, _TRIES + 1):
            try:
                return self._once(method, address, data)
            except urllib.error.HTTPError as answer:
                wait = _patience(answer, attempt)
                if wait is None or attempt == _TRIES:
                    raise self._told(answer, method, address) from None
                if answer.code >= 500 and method == "POST":
                    raise Uncertain(address) from None
            except (OSError, ValueError) as lost:  # no connection, none in time, or half an answer
                if method == "POST":
                    raise Uncertain(address) from None
                if attempt == _TRIES:
                    raise StepError(
                        f"{self._name} did not answer", f"{method} {address}: {lost}. Run the job again."
                    ) from None
                wait = _growing(attempt)
            time.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _once(self, method: str, address: str, data: object) -> tuple[Any, HTTPMessage]:
        headers = {**self._headers, "User-Agent": "reconciler"}
        request = urllib.request.Request(address, headers=headers, method=method)  # noqa: S310  # the runner's own
        if data is not None:
            request.data = json.dumps(data).encode()
            request.add_header("Content-Type", _PATCH if isinstance(data, list) else "application/json")
        with self._opener.open(request, timeout=_SECONDS) as answer:
            if answer.status == _SIGN_IN:
                raise self._refused(f"{method} {address} was answered with a page to sign in.")
            content = answer.read()
            return (json.loads(content) if content else None), answer.headers

    def _told(self, answer: urllib.error.HTTPError, method: str, address: str) -> StepError:
        try:
            message = str(json.loads(answer.read())["message"])
        except (OSError, ValueError, KeyError, TypeError):
            message = str(answer.reason)
        what = f"{method} {address} was answered with {answer.code} ({message})."
        if answer.code in (401, 403) or "permission" in message:
            return self._refused(what)
        if answer.code in _REDIRECTED:
            return Elsewhere(f"{self._name} answers elsewhere", what, answer.headers.get("Location", ""))
        if answer.code == 404:
            return NotFound(f"{self._name} found nothing", what)
        return StepError(f"{self._name} failed", what)

    def _refused(self, what: str) -> Denied:
        return Denied(f"{self._name} refused", f"{what} {self._advice}")


def github() -> Forge:
    """GitHub's API for this run's repository."""
    url = setting("GITHUB_API_URL").rstrip("/")
    headers = {
        "Authorization": f"Bearer {setting('GITHUB_TOKEN')}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    base = f"{url}/repos/{urllib.parse.quote(setting('GITHUB_REPOSITORY'))}"
    return Forge("GitHub", url, base, headers, "Give the job the permission that the workflow's file names.")


def gitlab(token: str, advice: str) -> Forge:
    """GitLab's API."""
    url = setting("CI_API_V4_URL")
    return Forge("GitLab", url, url, {"PRIVATE-TOKEN": token}, advice)


def azure(token: str, advice: str) -> Forge:
    """The API of the Azure DevOps organisation. A job's own token and a personal one are given alike."""
    url = setting("SYSTEM_COLLECTIONURI").rstrip("/")
    given = base64.b64encode(f":{token}".encode()).decode()
    headers = {"Authorization": f"Basic {given}", "X-TFS-FedAuthRedirect": "Suppress"}  # refused, not sent to sign in
    return Forge("Azure DevOps", url, url, headers, advice)


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
