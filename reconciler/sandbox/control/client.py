"""A sandbox that another process serves on this machine: its controls, over HTTP."""

import http.client
import json
from typing import Any

from reconciler.errors import InputError, Unreachable, Unreadable

DEFAULT_PORT = 8765
_PATIENCE = 10.0  # seconds


class RunningSandbox:
    """The sandbox at a port of this machine. See `routes.py` for what it takes and answers."""

    def __init__(self, port: int = DEFAULT_PORT) -> None:
        self.port = port

    @property
    def url(self) -> str:
        """The sandbox's address."""
        return f"http://127.0.0.1:{self.port}"

    def see(self, path: str) -> Any:
        """GET a path as JSON values; raises InputError, Unreachable, Unreadable."""
        return self._ask("GET", path, None)

    def put(self, path: str, **fields: object) -> None:
        """Set something; raises like `see`."""
        self._ask("PUT", path, fields)

    def delete(self, path: str, **fields: object) -> int | None:
        """Remove something, and return the number removed if it can be several; raises like `see`."""
        count = self._ask("DELETE", path, fields).get("count")
        return count if isinstance(count, int) else None

    def _ask(self, method: str, path: str, fields: dict[str, object] | None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        body = None if fields is None else json.dumps(fields)
        try:
            connection.request(method, f"/_sandbox/{path}", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = json.loads(response.read())
        except OSError:
            raise Unreachable(f"no sandbox answers at {self.url}: start one with `reconciler sandbox`") from None
        except (http.client.HTTPException, ValueError):
            raise Unreadable(f"the program at {self.url} is not a sandbox: give the sandbox's own --port") from None
        finally:
            connection.close()
        if response.status != http.HTTPStatus.OK:
            raise InputError(_refusal(answer))
        return answer


def _refusal(answer: object) -> str:
    """The reason in the sandbox's answer."""
    text = answer.get("error") if isinstance(answer, dict) else None
    return str(text or "the sandbox refused and gave no reason")
