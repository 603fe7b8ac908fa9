"""The pages of Bromcom on which third-party access is set."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from reconciler.catalogue.sources import table
from reconciler.model.runbook import ClickKind, Label, Page, PageId, Request


@cache
def pages() -> Mapping[PageId, Page]:
    """{page: what is known of it}, every one of them, in the order of PageId."""
    data = table("pages")
    pace = MappingProxyType({do: int(data["pace"][do.value]) for do in ClickKind})
    return MappingProxyType({which: _page(which, data[which.value], pace) for which in PageId})


def _page(which: PageId, entry: Mapping[str, Any], pace: Mapping[ClickKind, int]) -> Page:
    labels = {name: Label(text) for name, text in entry.get("labels", {}).items()}
    labels |= {name: Label(text, certain=False) for name, text in entry.get("ours", {}).items()}
    return Page(
        id=which,
        title=entry["title"],
        trail=tuple(entry["trail"]),
        also=tuple(map(tuple, entry.get("also", []))),
        labels=MappingProxyType(labels),
        source=entry["source"],
        confirmed=date.fromisoformat(entry["confirmed"]),
        seconds=entry["seconds"],
        pace=pace,
        requests=MappingProxyType({aspect: _request(words) for aspect, words in entry.get("requests", {}).items()}),
    )


def _request(words: Mapping[str, Any]) -> Request:
    due, ask = words["due"], words["ask"]
    return Request(due, words.get("check", due), words["whom"], ask, words.get("check_ask", ask), tuple(words["notes"]))
