"""aiohttp, imported without what it would read for nothing: each of our modules has it from here."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_METHODS: Final = ("load_default_certs", "set_default_verify_paths")


@contextmanager
def _without_certificates() -> Iterator[None]:
    """Let contexts be made that know no authority, and so trust no certificate at all.

    aiohttp makes two while it is imported, and reads the system's authorities for each: a quarter of a small plan. None
    of ours uses them: to every https address and proxy goes a context of `trusted_authorities`.
    """
    own = vars(ssl.SSLContext)
    kept = {name: own[name] for name in _METHODS if name in own}
    for name in _METHODS:
        setattr(ssl.SSLContext, name, lambda *_: None)
    try:
        yield
    finally:
        for name in _METHODS:
            delattr(ssl.SSLContext, name)
        for name, method in kept.items():
            setattr(ssl.SSLContext, name, method)


with _without_certificates():
    import aiohttp as aiohttp
