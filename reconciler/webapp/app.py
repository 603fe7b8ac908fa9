"""The parts of the app. A new part is a module with ROUTES, and a line here."""

from collections.abc import Callable, Sequence
from functools import cache

from reconciler.webapp.routes import Route
from reconciler.webapp.server import AppServer
from reconciler.webapp.services import AppServices
from reconciler.webapp.state import AppState


@cache
def every_route() -> Sequence[Route]:
    """Return the routes of all parts; they are loaded while the browser starts.

    The page set comes last: it answers for every address that no other part has.
    """
    from reconciler.webapp import changing, checking, first_run, guided, pages, passwords

    return (
        *checking.ROUTES,
        *passwords.ROUTES,
        *guided.ROUTES,
        *changing.ROUTES,
        *first_run.ROUTES,
        *pages.ROUTES,
    )


async def serve_app(services: AppServices, port: int, on_ready: Callable[[str], None]) -> None:
    """Serve the app of a workspace until this is cancelled; `on_ready` is handed a link to open."""
    await AppServer(AppState(services), every_route).serve(port, on_ready)
