"""Where a Bromcom is hosted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SoapVersion(StrEnum):
    """Which SOAP is spoken to a platform; the service answers both."""

    V11 = "1.1"
    V12 = "1.2"


@dataclass(frozen=True, slots=True)
class Platform:
    """The addresses of a platform's two services, as the manifest or the catalogue gives them.

    `allow_http` is the manifest's explicit yes to plain http; loopback needs none.
    """

    name: str
    read_url: str
    write_url: str
    soap: SoapVersion = SoapVersion.V11
    allow_http: bool = False
