"""Nights whose news goes out by e-mail: a real mail server with TLS and a login, and a real service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import trustme

from tests.cli.test_drift_notices import GREENFIELD
from tests.notices.mail_receiver import MailReceiver, mailing
from tests.notices.test_mail import certificate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler

PASSWORD = "wq4Ny it's \"#8kRt"
FROM, OFFICE, HEAD = "nightly@school.example", "office@school.example", "head@school.example"
FAST = ("--rate", "0", "--retries", "0")
BY_MAIL = ("--mail-server", "env:MAIL_SERVER", "--mail-from", FROM, "--mail-password", "env:MAIL_PASSWORD")
pytestmark = pytest.mark.usefixtures("workspace")


@pytest.fixture
def mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailReceiver]:
    """A mail server with TLS, whose address and password are in the environment."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    with mailing(MailReceiver(account=(FROM, PASSWORD)), starttls=certificate("localhost", authority)) as server:
        monkeypatch.setenv("MAIL_SERVER", f"smtp://localhost:{server.port}")
        yield server


def test_the_nights_of_a_school_without_chat(
    sandbox: SandboxServer, mail: MailReceiver, reconciler: Reconciler, workspace: Path, tmp_path: Path
) -> None:
    """News alone is mailed, once to each; a mail that was refused is sent the next night, and costs the other nothing;
    the password and the mailboxes are shown nowhere."""
    both = ("--notify", f"mailto:{OFFICE}", "--notify", f"mailto:{HEAD}", *BY_MAIL)
    beat = tmp_path / "beat.json"

    def night(code: int) -> str:
        done = reconciler("drift", *both, "--heartbeat", beat, *FAST)
        assert done.code == code, done.err
        memory = (workspace / ".reconciler" / "drift.json").read_text(encoding="utf-8")
        assert not [trace for trace in ("wq4Ny", "8kRt", OFFICE, HEAD) if trace in done.out + done.err + memory]
        return done.err

    night(0)
    assert mail.came == []
    sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")
    mail.refuses["RCPT"] = "550 no such user"
    assert "did not take the message: localhost refused (SMTP 550) the receiver's address" in night(1)
    mail.refuses.clear()
    beat.unlink()
    night(2)
    night(2)
    sandbox.untick(GREENFIELD, "till.greenfield", "PersonPhotos")
    night(0)
    assert [receivers for _, receivers in mail.envelopes] == [[OFFICE], [HEAD]] * 2
    drifted, _, fixed, _ = mail.came
    assert (drifted["Subject"], fixed["Subject"]) == (
        "Action needed: small-world (1 new)",
        "In sync: small-world (1 fixed)",
    )
    for message in (drifted, fixed):
        assert ["greenfield/till: PersonPhotos" in part.get_content() for part in message.iter_parts()] == [True, True]
    assert mail.over_tls == [True] * 4


def test_one_mailbox_and_one_webhook_may_share_a_run(
    sandbox: SandboxServer, mail: MailReceiver, reconciler: Reconciler, tmp_path: Path
) -> None:
    """A form is for webhooks. What one of them did not take costs the other nothing; a password may be in a file."""
    (tmp_path / "password.txt").write_text(PASSWORD + "\n", encoding="utf-8")
    with_file = (*BY_MAIL[:-1], f"file:{tmp_path / 'password.txt'}")
    hook = ("--notify", "http://127.0.0.1:9/gone", "--notify-as", "teams")
    done = reconciler("drift", *hook, "--notify", f"mailto:{OFFICE}", *with_file, "--notify-always", *FAST)
    assert done.code == 1
    assert "Error: --notify (127.0.0.1) was not reached" in done.err
    assert "Sent a notification to --notify (mail to school.example)." in done.err
    assert [message["Subject"] for message in mail.came] == ["In sync: small-world"]


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        ((f"mailto:{OFFICE}",), 64, "needs --mail-server, such as smtp://HOST:587, and --mail-from"),
        ((f"mailto:{OFFICE}", *BY_MAIL[:4], "--mail-password", PASSWORD), 64, "never the password itself"),
        ((f"mailto:{OFFICE}", *BY_MAIL[:4], "--mail-password", "command:echo x"), 64, "--mail-password takes env:NAME"),
        ((f"mailto:{OFFICE}", *BY_MAIL[:4], "--mail-password", "env:NOT_THERE"), 1, "NOT_THERE is not set"),
        ((f"mailto:{OFFICE}", *BY_MAIL[:4], "--mail-password", "env:LETTERS"), 1, "a login by SMTP cannot hold"),
        ((f"mailto:{OFFICE}", *BY_MAIL[:4], "--mail-username", "me"), 64, "--mail-username needs --mail-password"),
        ((f"mailto:{OFFICE}", "--mail-server", "env:HTTP", *BY_MAIL[2:]), 1, "is not that of a mail server"),
        ((f"mailto:{OFFICE}", "--mail-server", "smtp+plain://mail.example", *BY_MAIL[2:]), 64, "is without TLS"),
        ((f"mailto:{OFFICE}", "--notify", f"mailto:{OFFICE}", *BY_MAIL), 64, "names the same receiver twice"),
        ((f"mailto:{OFFICE},{HEAD}", *BY_MAIL), 64, "is not one e-mail address"),
        ((f"mailto:{OFFICE}", "--notify-as", "slack", "--notify-as", "json", *BY_MAIL), 64, "once for each webhook"),
        (("http://127.0.0.1:9/x", *BY_MAIL), 64, "--mail-server needs a receiver of mail"),
        ((OFFICE,), 64, "--notify takes a web address, https://..., a mailbox, mailto:..."),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_asked(
    options: tuple[str, ...],
    code: int,
    told: str,
    sandbox: SandboxServer,
    mail: MailReceiver,
    reconciler: Reconciler,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With its reason, and without what may be secret."""
    monkeypatch.setenv("HTTP", "https://mail.example/wq4Ny")
    monkeypatch.setenv("LETTERS", "wq4Ny £")
    done = reconciler("drift", "--notify", *options, *FAST)
    assert (done.code, "wq4Ny" in done.out + done.err) == (code, False)
    assert told in " ".join(done.err.split())
    assert not sandbox.access_log()
    assert not mail.came


@pytest.mark.parametrize("options", [("--mail-from", FROM), ("--heartbeat", f"mailto:{OFFICE}")])
def test_mail_is_for_notifications_alone(options: tuple[str, ...], reconciler: Reconciler) -> None:
    """A watcher waits for a message, and a mailbox waits for none."""
    done = reconciler("drift", *options, *FAST)
    assert done.code == 64
    assert ("needs --notify" in done.err) is (options[0] != "--heartbeat")
    assert ("a mailbox does not miss a message" in done.err) is (options[0] == "--heartbeat")


def test_no_program_gets_the_password_of_mail(
    mail: MailReceiver, reconciler: Reconciler, workspace: Path, tmp_path: Path
) -> None:
    """One that is run for a supplier's password sees neither the variable nor its value."""
    seen = tmp_path / "seen.txt"
    script = tmp_path / "script.py"
    script.write_text(
        f"import os\nopen({str(seen)!r}, 'w').write(' '.join(os.environ))\nprint('x')\n", encoding="utf-8"
    )
    manifests = workspace / "reconciler.yaml"
    text = manifests.read_text(encoding="utf-8")
    command = f"{{command: [python, {str(script)!r}]}}"
    manifests.write_text(text.replace("{env: ACCESS_PASSWORD}", command), encoding="utf-8")
    one = ("--school", "greenfield", "--supplier", "till")
    reconciler("drift", "--notify", f"mailto:{OFFICE}", *BY_MAIL, *one, *FAST)
    names = seen.read_text(encoding="utf-8").split()
    assert "PATH" in names
    assert not {"MAIL_PASSWORD", "MAIL_SERVER"} & set(names)
