"""Part of the app: the page set, at the addresses that it has as files."""

from typing import Final

from reconciler.webapp.checking import check_values
from reconciler.webapp.first_run import is_new
from reconciler.webapp.rendering import ASSETS, asset
from reconciler.webapp.routes import AppAnswer, AppFile, AppPage, AppRequest, Route, SeeOther, not_there


def _index(asked: AppRequest) -> AppAnswer:
    if is_new(asked.app):
        return SeeOther("start.html")
    return AppPage("index", check_values(asked.app))


def _asset(asked: AppRequest) -> AppAnswer:
    name = asked.names["name"]
    content = asset(name)
    return not_there("file") if content is None else AppFile(content, ASSETS[name])


ROUTES: Final = (
    Route("GET", "", _index),
    Route("GET", "index.html", _index),
    Route("GET", "plan.html", _index),
    Route("GET", "assets/{name}", _asset),
)
