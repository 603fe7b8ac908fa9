"""One app a workspace. A second start asks the first one for a new link, and each proves to the other that it knows the
secret of a file that only its owner can read: any program may have taken the port since."""

import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from secrets import token_urlsafe
from time import sleep
from typing import Final, NamedTuple

from reconciler.errors import InputError
from reconciler.files import read_text, write_text_atomically
from reconciler.state_folder.folder import refuse_strange
from reconciler.state_folder.lock import first_here
from reconciler.state_folder.paths import ui_of
from reconciler.webapp.guard import HOST, same

JOIN_PATH: Final = "/join"
NONCE: Final = "Nonce"
PROOF: Final = "Proof"
_SECONDS: Final = 5.0  # for an answer
_TRIES: Final = 20  # a first app that is just starting has not written its file yet
_BETWEEN: Final = 0.25  # seconds
_LARGEST: Final = 4096  # bytes of an answer


class RunningApp(NamedTuple):
    """The app that runs in a workspace, as its file says."""

    port: int
    secret: str

    def proof(self, *words: str) -> str:
        """Prove that one knows the secret; different words, another proof."""
        return hmac.new(self.secret.encode(), "\n".join(words).encode(errors="surrogatepass"), sha256).hexdigest()


@contextmanager
def only_app(workspace: Path) -> Iterator[bool]:
    """Hold the place of the workspace's app while the block runs, and tell if it was free.

    The lock is the system's, so the file of an app that was killed keeps nobody out.
    """
    file = ui_of(workspace)
    with first_here(file.with_suffix(".lock"), file, failure="The app was not started") as first:
        try:
            yield first
        finally:
            if first:
                for name in (file, file.with_suffix(".html")):
                    with suppress(OSError):
                        name.unlink(missing_ok=True)


def write_running(workspace: Path, running: RunningApp) -> None:
    """Tell a second start where the app is; only its owner can read that."""
    write_text_atomically(ui_of(workspace), json.dumps(running._asdict()) + "\n", private=True)


def write_opening_page(workspace: Path, link: str) -> Path:
    """Write a page that opens a link, for a browser to be started with: others can read the command lines of programs,
    and not this file."""
    file = ui_of(workspace).with_suffix(".html")
    refuse_strange(file.parent, file)
    write_text_atomically(
        file,
        f'<!doctype html>\n<meta charset="utf-8">\n<meta http-equiv="refresh" content="0; url={link}">\n'
        f'<title>reconciler</title>\n<p><a href="{link}">Open the app</a></p>\n',
        private=True,
    )
    return file


def link_of_running(workspace: Path) -> str:
    """Ask the app that runs for a new link; raises InputError if it gives none."""
    for _ in range(_TRIES):
        running = _read(ui_of(workspace))
        if running and (link := _asked(running)):
            return link
        sleep(_BETWEEN)
    raise InputError(
        f"The app was not opened: another `reconciler ui` holds {ui_of(workspace).with_suffix('.lock')} and does not "
        "answer. It may run on another computer, if this folder is on a network. End it with Ctrl-C, then try again."
    )


def _read(file: Path) -> RunningApp | None:
    """Return the app as its file says; None if that cannot be read."""
    try:
        data = json.loads(read_text(file, what="the file of the app"))
        return RunningApp(int(data["port"]), str(data["secret"]))
    except (InputError, KeyError, RecursionError, TypeError, ValueError):
        return None


def _asked(running: RunningApp) -> str:
    """Return a new link; empty if what answers does not know the secret, or nothing answers."""
    nonce = token_urlsafe()
    connection = HTTPConnection(HOST, running.port, timeout=_SECONDS)
    try:
        connection.request("POST", JOIN_PATH, headers={NONCE: nonce, PROOF: running.proof("join", nonce)})
        answer = connection.getresponse()
        token = answer.read(_LARGEST).decode("ascii", "replace")
    except (OSError, HTTPException):
        return ""
    finally:
        connection.close()
    proven = same(running.proof("token", nonce, token), answer.headers.get(PROOF, ""))
    return f"http://{HOST}:{running.port}/?token={token}" if answer.status == 200 and proven else ""
