"""One person at one page: clicks one after the other, each on what the one before it led to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, assert_never
from urllib.parse import urljoin

from reconciler.model.runbook import Click, ClickKind
from reconciler.sandbox.operator import forms
from reconciler.sandbox.operator.browser import Browser
from reconciler.sandbox.operator.forms import Sent
from reconciler.sandbox.operator.page_view import NotSeen, PageView, choice

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_AT_ONCE = "data-submit-on-choose"  # on a list that sends its form when something is chosen

_CONSENTS = "returned"  # what the line of somebody says who returned the form on which they consent


class PageRefused(Exception):
    """The page says that it did not do what was asked of it."""


class BrowsingSession:
    """The page that is open, and what was changed on it and not yet sent."""

    def __init__(self, browser: Browser, sight: PageView, passwords: Callable[[str], str]) -> None:
        self.sight = sight
        self.unsent: tuple[str, str] | None = None  # the address of the form, and what was changed
        self._browser = browser
        self._passwords = passwords

    def click(self, click: Click) -> None:
        """Do one click; raises NotSeen, Refused or NoPage."""
        match click.do:
            case ClickKind.PRESS:
                self._press(self.sight.button(click.label, click.value))
            case ClickKind.CHOOSE if click.value:
                self._choose(click)
            case ClickKind.CHOOSE:
                button = self.sight.round_button(click.label)
                self._note(button, click, changed=forms.press_round(button))
            case ClickKind.SELECT:
                self._select(click)
            case ClickKind.TICK | ClickKind.UNTICK:
                box = self.sight.box(click.label)
                self._note(box, click, changed=forms.tick(box, on=click.do is not ClickKind.UNTICK))
            case ClickKind.FILL:
                field = self.sight.field(click.label)
                self._note(field, click, changed=forms.fill(field, click.value))
            case ClickKind.PASSWORD:
                field = self.sight.field(click.label, secret=True)
                self._note(field, click, changed=forms.fill(field, self._passwords(click.value)))
            case ClickKind.EXPAND:
                self.sight.branch(click.label).set("open", "")
            case ClickKind.SEE:
                self.sight.says(click.label)
            case ClickKind.TELL:
                raise NotSeen("nobody can be told anything on a practice page")
            case _:
                assert_never(click.do)

    def _press(self, pressed: Element) -> None:
        if pressed.tag == "summary":
            forms.turn(next(pressed.iterancestors("details")))
        elif pressed.tag == "a":
            self._leave(None)
            self._go(Sent(urljoin(self.sight.address, pressed.get("href", ""))))
        else:
            self._submit(forms.form_of(pressed), pressed.get("name"))

    def _select(self, click: Click) -> None:
        """The people who are meant: those who gave their consent, as the page has it."""
        self.sight.box(click.label)  # which takes everybody, and that is more
        for box in self.sight.boxes_of_lines(_CONSENTS):
            self._note(box, click, changed=forms.tick(box, on=True))

    def _choose(self, click: Click) -> None:
        drop_down = self.sight.drop_down(click.label)
        changed = forms.choose(choice(drop_down, click.value))
        self._note(drop_down, click, changed=changed)
        if changed and drop_down.get(_AT_ONCE) is not None:
            self._submit(forms.form_of(drop_down), drop_down.get(_AT_ONCE))

    def _submit(self, form: Element, pressed: str | None) -> None:
        """Send a form. One that asks is done with; one that changes something is when the answer sends on."""
        self._leave(form)
        request = forms.sent(self.sight.address, form, pressed)
        unsent = self.unsent
        moved = self._go(request)
        self.unsent = unsent if request.body is not None and not moved else None

    def _go(self, request: Sent) -> bool:
        """Open the page that a request leads to; whether the answer sent on to it."""
        self.sight, moved = self._browser.send(request)
        if self.sight.complaint:
            raise PageRefused(self.sight.complaint)
        return moved

    def _note(self, control: Element, click: Click, *, changed: bool) -> None:
        if changed:
            address = forms.form_of(control).get("action", "")
            self._leave(forms.form_of(control))
            self.unsent = (address, f"{click.do} {click.label!r}")

    def _leave(self, form: Element | None) -> None:
        """Raise where what was changed on another form would be lost."""
        if self.unsent is not None and (form is None or form.get("action", "") != self.unsent[0]):
            raise PageRefused(f"{self.unsent[1]} was not saved, and would be lost")
