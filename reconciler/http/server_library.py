"""aiohttp's server, imported after its client, which is imported without what it would read for nothing."""

from reconciler.http.client_library import aiohttp as aiohttp

# isort: split
from aiohttp import web as web
