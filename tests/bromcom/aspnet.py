"""The service of `dotnet/` on a real .NET stack: mono's ASP.NET."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCES = Path(__file__).parent / "dotnet"


class NoMono(Exception):
    """Mono, or its ASP.NET, is not here."""


@contextmanager
def aspnet_service(folder: Path) -> Iterator[str]:
    """Serve it from an empty folder; the address of the service. Raises NoMono."""
    mono, mcs = shutil.which("mono"), shutil.which("mcs")
    if not (mono and mcs):
        raise NoMono("mono is not installed (Debian: mono-devel)")
    (folder / "bin").mkdir()
    shutil.copy(SOURCES / "TPReadOnlyDataService.asmx", folder)
    host = folder / "bin" / "host.exe"
    subprocess.run([mcs, "-r:System.Web.dll", f"-out:{host}", SOURCES / "host.cs"], check=True, capture_output=True)
    with subprocess.Popen(
        [mono, host, folder], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout
            port = process.stdout.readline().strip()
            if not port.isdecimal():
                raise NoMono("mono has no ASP.NET here (Debian: mono-devel)")
            yield f"http://127.0.0.1:{port}/TPReadOnlyDataService.asmx"
        finally:
            process.kill()
