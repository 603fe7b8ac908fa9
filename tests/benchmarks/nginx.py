"""nginx as the service: canned answers at full speed, in a process whose CPU is not ours."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks import canned
from tests.benchmarks.figures import CannotMeasure

if TYPE_CHECKING:
    from collections.abc import Iterator

# At the second address nginx writes a number of its own into each answer, so that no two of them are the same.
EACH_ITS_OWN = "/each-its-own"
PATH = "/Nucleus/WebServices/ThirdParty/TPReadOnlyDataService.asmx"

# A static file is no answer to a POST, so every POST is an "error" whose page is the answer.
CONFIGURATION = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  keepalive_requests 1000000;
  keepalive_timeout 600s;
  default_type "text/xml; charset=utf-8";
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  map $http_soapaction $answer {{ default findEntities; ~testDatabaseConnection testDatabase; }}
  server {{
    listen 127.0.0.1:{port};
    root {folder}/answers;
    location = {path} {{ error_page 418 =200 /$answer; return 418; }}
    location = {each_its_own} {{ error_page 418 =200 /each/$answer; return 418; }}
    location /each/ {{ ssi on; ssi_types *; }}
  }}
}}
"""


@contextmanager
def canned_service() -> Iterator[str]:
    """Serve the canned answers; the address of the service. Raises CannotMeasure where there is no nginx."""
    program = shutil.which("nginx", path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")
    if program is None:
        raise CannotMeasure(
            "nginx is not installed: it serves the canned answers (Debian: apt-get install nginx-light)"
        )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        port = _free_port()
        _write(folder, port)
        process = subprocess.Popen(
            [program, "-p", name, "-c", f"{name}/nginx.conf", "-e", f"{name}/error.log"], stderr=subprocess.DEVNULL
        )
        try:
            _wait_for(port, process, folder)
            yield f"http://127.0.0.1:{port}{PATH}"
        finally:
            process.terminate()
            process.wait()


def _write(folder: Path, port: int) -> None:
    user = "user root;" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""  # the folder is its owner's alone
    (folder / "nginx.conf").write_text(
        CONFIGURATION.format(folder=folder, port=port, path=PATH, each_its_own=PATH + EACH_ITS_OWN, user=user),
        encoding="utf-8",
    )
    (folder / "answers").mkdir()
    (folder / "answers" / "findEntities").write_bytes(canned.entities())
    (folder / "answers" / "testDatabase").write_bytes(canned.database_up())
    (folder / "answers" / "each").mkdir()
    numbered = canned.entities().replace(
        b"</soap:Envelope>", b'<!-- <!--#echo var="request_id" --> --></soap:Envelope>'
    )
    (folder / "answers" / "each" / "findEntities").write_bytes(numbered)
    (folder / "answers" / "each" / "testDatabase").write_bytes(canned.database_up())


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(200):
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    log = folder / "error.log"
    raise RuntimeError(f"nginx did not start: {log.read_text(encoding='utf-8') if log.exists() else 'it left no log'}")
