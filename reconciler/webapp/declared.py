"""The manifests of an app before its first check: what they declare has pages, and all that is live is unknown."""

from dataclasses import replace
from functools import cache

from reconciler.manifest.workspace.digest import manifests_digest
from reconciler.pages import declared_pages, manifests_for_pages
from reconciler.webapp.state import AppState, DeclaredManifests


def declared(app: AppState) -> DeclaredManifests:
    """Return the manifests as they are now; raises ManifestError if they are wrong."""
    services, now = app.services, app.services.clock()
    key = (services.workspace, manifests_digest(services.workspace), now.date())
    if app.declared is None or app.declared.key != key:
        manifests = manifests_for_pages(services.workspace, now)
        warnings = (*manifests.warnings, *services.exposed(manifests.desired))
        warned = replace(manifests, warnings=warnings)
        app.name = manifests.desired.workspace
        app.declared = DeclaredManifests(key, manifests.desired, warnings, cache(lambda: declared_pages(warned, now)))
    return app.declared
