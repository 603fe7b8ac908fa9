"""The system's settings for reaching a host: its proxy, and the certificate authorities it trusts."""

import ipaddress
import os
import ssl
import urllib.request
from pathlib import Path

from yarl import URL

from reconciler.errors import Hop, Unreachable


def trusted_authorities(protocol: str = "http/1.1") -> ssl.SSLContext:
    """The authorities that the system trusts, for a protocol as TLS names it (none if empty). Raises Unreachable where
    the environment names a file of them that is not there, or that holds none: OpenSSL keeps both to itself."""
    variable = ssl.get_default_verify_paths().openssl_cafile_env
    if (named := os.environ.get(variable)) and (wrong := _wrong_with(Path(named))):
        raise Unreachable(
            f"no certificate can be trusted: the environment variable {variable} names {named!r}, and {wrong}",
            whole_host=True,
            hop=Hop.TRUST,
        )
    context = ssl.create_default_context()
    if protocol:
        context.set_alpn_protocols([protocol])
    return context


def _wrong_with(file: Path) -> str:
    """The reason why a file gives no certificates; empty if it gives some."""
    if not file.is_file():
        return "there is no such file"
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except ssl.SSLError:
        return "that file holds no certificate in the PEM format (which begins with -----BEGIN CERTIFICATE-----)"
    except OSError as error:
        return f"that file cannot be read: {error.strerror}"
    return ""


def proxy_for(scheme: str, name: str, port: int) -> URL | None:
    """The system's proxy for a host; never one for this computer itself. Raises Unreachable for one that is none."""
    proxies = urllib.request.getproxies()
    written = proxies.get(scheme) or proxies.get("all")
    # With the port, since an exception may be for one port alone.
    if not written or is_loopback(name) or urllib.request.proxy_bypass(f"{name}:{port}"):
        return None
    try:
        proxy = URL(written if "://" in written else f"http://{written}")
        host, _ = proxy.host, proxy.port
    except ValueError:
        host, proxy = None, URL()
    if not host:
        # Not shown: it may hold a login.
        raise Unreachable(
            f"the system's proxy for {scheme} is not an address: correct the proxy settings",
            whole_host=True,
            hop=Hop.PROXY,
        )
    if proxy.scheme not in ("http", "https"):
        raise Unreachable(
            f"the system's proxy {proxy.with_user(None)} cannot be used: only http and https proxies can", hop=Hop.PROXY
        )
    return proxy


def shown_host(name: str) -> str:
    """A host as it is written in an address: one of IPv6 stands in brackets there."""
    return f"[{name}]" if ":" in name else name


def is_loopback(name: str) -> bool:
    """Tell if a host's name means this computer, whatever a name server says."""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
