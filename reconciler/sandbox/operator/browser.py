"""Fetching pages from one address, following where it sends on to."""

import http.client
from urllib.parse import urljoin, urlsplit

from reconciler.sandbox.operator.forms import Sent
from reconciler.sandbox.operator.page_view import PageView

_PATIENCE = 30.0  # seconds
_MOST_MOVES = 5


class NoPage(Exception):
    """What was asked for did not come."""


class Browser:
    """The pages at `url`, such as `http://127.0.0.1:8765`."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def look(self, path: str) -> PageView:
        """The page at a path; raises NoPage."""
        return self.send(Sent(path))[0]

    def send(self, request: Sent) -> tuple[PageView, bool]:
        """The page that a request ends on, and whether it was sent on to it. Raises NoPage."""
        for moves in range(_MOST_MOVES):
            status, location, body = self._exchange(request)
            if not body and not location:
                raise NoPage(f"what came from {self._url} is empty")
            if status != http.HTTPStatus.SEE_OTHER:
                return PageView(request.address, body), moves > 0
            request = Sent(urljoin(request.address, location))
        raise NoPage(f"{self._url} sends from one page to the next without an end")

    def _exchange(self, request: Sent) -> tuple[int, str, bytes]:
        parts = urlsplit(self._url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=_PATIENCE)
        try:
            if request.body is None:
                connection.request("GET", request.address)
            else:
                form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self._url}
                connection.request("POST", request.address, request.body, form)
            response = connection.getresponse()
            return response.status, response.headers.get("Location", ""), response.read()
        except (OSError, http.client.HTTPException) as error:
            raise NoPage(f"no practice page came from {self._url}: {type(error).__name__} {error}") from None
        finally:
            connection.close()
