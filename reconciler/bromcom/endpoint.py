"""The address of a platform's read service, the only place for messages and their passwords."""

from dataclasses import dataclass

from yarl import URL

from reconciler.errors import Hop, Unreachable
from reconciler.http.proxy_tls import is_loopback, shown_host
from reconciler.model.desired import Platform, SoapVersion


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One platform's read service.

    url   the address as written, to which messages are sent
    host  `scheme://name:port` in normal form: limits, pauses and dead connections belong to it
    key   `host` and the path in normal form: two spellings of an address are one service
    name  the host alone, as name servers know it
    """

    url: str
    host: str
    key: str
    name: str
    port: int
    soap: SoapVersion

    @property
    def scheme(self) -> str:
        """`https`, or `http`."""
        return self.host.partition(":")[0]

    @property
    def shown(self) -> str:
        """The host alone, for people."""
        return shown_host(self.name)


def endpoint(platform: Platform) -> Endpoint:
    """Return the platform's endpoint. Raises Unreachable for an address that no password may be sent to."""
    try:
        # Parsed by the library that sends, so what is checked here is where messages go.
        url = URL(platform.read_url)
        scheme, name, port = url.scheme, (url.host or "").rstrip("."), url.port
    except ValueError:
        scheme, name, port, url = "", "", None, URL()
    if scheme not in ("http", "https") or not name or not port:
        # Not shown: it may contain a login.
        raise Unreachable(
            f"readUrl of {platform.name} is not the address of a web service, such as https://host/path or "
            "https://host:port/path: correct readUrl",
            hop=Hop.ADDRESS,
        )
    if url.user is not None or url.password is not None:
        raise Unreachable(
            f"readUrl of {platform.name} contains a login: remove it, since each supplier's own login is sent",
            hop=Hop.ADDRESS,
        )
    if scheme == "http" and not (platform.allow_http or is_loopback(name)):
        raise Unreachable(
            f"plain http would send passwords unencrypted to {shown_host(name)}: change readUrl of {platform.name} to "
            "https, or set allowHttp: true there",
            hop=Hop.ADDRESS,
        )
    host = f"{scheme}://{shown_host(name)}:{port}"
    # IIS ignores case, and both spellings TPReadonly... and TPReadOnly... are in use.
    return Endpoint(platform.read_url, host, host + url.path.casefold().rstrip("/"), name, port, platform.soap)
