"""A form as it is filled in, and what it sends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


@dataclass(frozen=True, slots=True)
class FormRequest:
    """A request. `body` is None if it changes nothing."""

    address: str
    body: bytes | None = None


def tick(box: Element, *, on: bool) -> bool:
    """Tick or untick a box; return True if that changed anything."""
    if (box.get("checked") is not None) is on:
        return False
    if on:
        box.set("checked", "")
    else:
        _unset(box, "checked")
    return True


def fill(field: Element, value: str) -> bool:
    """Replace the value of a field; return True if that changed anything."""
    changed = field.get("value", "") != value
    field.set("value", value)
    return changed


def choose(option: Element) -> bool:
    """Choose from a drop-down list; return True if that changed anything."""
    drop_down = next(option.iterancestors("select"))
    if _chosen(drop_down) is option:
        return False
    for sibling in drop_down.iter("option"):
        _unset(sibling, "selected")
    option.set("selected", "")
    return True


def press_round(button: Element) -> bool:
    """Press a radio button and release the others of its group; return True if that changed anything."""
    if button.get("checked") is not None:
        return False
    for sibling in form_of(button).iter("input"):
        if sibling.get("type") == "radio" and sibling.get("name") == button.get("name"):
            _unset(sibling, "checked")
    button.set("checked", "")
    return True


def turn(branch: Element) -> None:
    """Open a closed branch, or close an open one."""
    if branch.get("open") is None:
        branch.set("open", "")
    else:
        _unset(branch, "open")


def form_of(control: Element) -> Element:
    """The form that a control belongs to."""
    return next(control.iterancestors("form"))


def request_of(address: str, form: Element, pressed: str | None) -> FormRequest:
    """The request that a form on the page at `address` sends when the button named `pressed` is pressed."""
    fields = [*_fields(form), *([(pressed, "")] if pressed else [])]
    target = urljoin(address, form.get("action", ""))
    if form.get("method", "get").lower() == "post":
        return FormRequest(target, urlencode(fields).encode())
    return FormRequest(f"{target.partition('?')[0]}?{urlencode(fields)}")


def _unset(element: Element, attribute: str) -> None:
    if attribute in element.attrib:
        del element.attrib[attribute]


def _fields(form: Element) -> Iterator[tuple[str, str]]:
    for control in form.iter("input", "select"):
        name = control.get("name")
        if name is None:
            continue
        if control.tag == "select":
            yield name, _value(_chosen(control))
        elif control.get("type") not in ("checkbox", "radio"):
            yield name, control.get("value", "")
        elif control.get("checked") is not None:
            yield name, control.get("value", "on")


def _chosen(drop_down: Element) -> Element:
    """The selected option, or the first."""
    options = list(drop_down.iter("option"))
    return next((option for option in options if option.get("selected") is not None), options[0])


def _value(option: Element) -> str:
    return option.get("value", "".join(str(piece) for piece in option.itertext()).strip())
