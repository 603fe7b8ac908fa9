"""TLS: who may be trusted with a password."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
import trustme

from reconciler.model.evidence import Known, Probed, Unknown
from reconciler.model.live import Login
from tests.bromcom.answers import healthy
from tests.bromcom.raw_server import http, serving
from tests.bromcom.workspaces import ADDRESS, one

if TYPE_CHECKING:
    from pathlib import Path


def context_for(name: str, authority: trustme.CA) -> ssl.SSLContext:
    """A server's side with a certificate for this name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_a_certificate_of_an_unknown_authority_is_refused() -> None:
    """No message leaves, and the reason names the host."""
    with serving(healthy, context_for("localhost", trustme.CA())) as server:
        live = one(server.url())
    assert not server.requests
    assert live.schools["greenfield"].reason.startswith("the certificate of localhost is not trusted: ")
    assert live.schools["greenfield"].reachable == Known(False, Probed("testDatabaseConnection"))


def test_a_certificate_of_an_authority_that_the_system_trusts_is_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A trust's own authority, say, that stands where the system keeps its authorities."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    with serving(healthy, context_for("localhost", authority)) as server:
        live = one(server.url())
    assert live.accesses[ADDRESS].login == Known(Login.WORKS, Probed("findEntitiesBySchoolID"))


def test_a_redirect_within_https_is_not_told_to_use_https(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`readUrl` is https already: another path is what the service points to."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    moved = http(status="301 Moved", Location="https://localhost/login")
    with serving(lambda _: moved, context_for("localhost", authority)) as server:
        unread = one(server.url()).accesses[ADDRESS].entities
    assert isinstance(unread, Unknown)
    assert "redirects elsewhere (HTTP 301, to localhost)" in unread.text
    assert unread.text.endswith("no password is sent there")


@pytest.mark.parametrize(
    "text", ["", "no certificate\n", "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n"]
)
def test_a_file_of_authorities_that_holds_none_is_told(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate in another format, say: OpenSSL passes over it in silence too."""
    (tmp_path / "authority.cer").write_text(text, encoding="utf-8")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.cer"))
    with serving(healthy, context_for("localhost", trustme.CA())) as server:
        live = one(server.url())
    assert not server.requests
    assert "authority.cer', and that file holds no certificate in the PEM format" in live.schools["greenfield"].reason


def test_a_file_of_authorities_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenSSL passes over it in silence, and would then trust nobody."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nowhere.pem"))
    with serving(healthy, context_for("localhost", trustme.CA())) as server:
        live = one(server.url())
    assert not server.requests
    assert "the environment variable SSL_CERT_FILE names" in live.schools["greenfield"].reason


def test_a_certificate_for_another_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trusted authority's word, about somebody else."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    with serving(healthy, context_for("other.example", authority)) as server:
        live = one(server.url())
    assert not server.requests
    assert "not trusted" in live.schools["greenfield"].reason


def test_a_server_that_speaks_no_tls_is_told() -> None:
    """https in readUrl, and a server of plain http."""

    def answer(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.recv(65536)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer, args=(listener,))
        thread.start()
        live = one(f"https://localhost:{listener.getsockname()[1]}/x.asmx")
        thread.join()
    assert "cannot make a secure connection to localhost" in live.schools["greenfield"].reason


def test_what_aiohttp_makes_for_itself_trusts_nobody(tmp_path: Path) -> None:
    """It is made without authorities, since it is never used; whatever is made later has them."""
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    program = (
        "import ssl\nusual = len(ssl.create_default_context().get_ca_certs())\n"
        "from reconciler.http.client_library import aiohttp\n"
        "of_aiohttp = aiohttp.connector._SSL_CONTEXT_VERIFIED\n"
        "print(of_aiohttp.verify_mode.name, of_aiohttp.check_hostname, len(of_aiohttp.get_ca_certs()))\n"
        "later = len(ssl.create_default_context().get_ca_certs())\n"
        "print(0 < later == usual, 'load_default_certs' in vars(ssl.SSLContext))"
    )
    told = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "SSL_CERT_FILE": str(tmp_path / "authority.pem"), "SSL_CERT_DIR": str(tmp_path)},
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout
    assert told.splitlines() == ["CERT_REQUIRED True 0", "True True"]
