"""One person at one page: clicks one after the other, each on what the one before it led to."""

import http.client
from collections.abc import Callable
from typing import assert_never
from urllib.parse import urljoin, urlsplit

from lxml.etree import _Element as Element

from reconciler.model.runbook import Click, ClickKind
from reconciler.sandbox.operator import forms
from reconciler.sandbox.operator.forms import FormRequest
from reconciler.sandbox.operator.page_view import NotSeen, PageView, choice

_PATIENCE = 30.0  # seconds
_MOST_MOVES = 5


class NoPage(Exception):
    """The requested page did not come."""


class Browser:
    """The pages at `url`, such as `http://127.0.0.1:8765`."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def look(self, path: str) -> PageView:
        """The page at a path; raises NoPage."""
        return self.send(FormRequest(path))[0]

    def send(self, request: FormRequest) -> tuple[PageView, bool]:
        """Return the page that a request ends on, and True if it was redirected there. Raises NoPage."""
        for moves in range(_MOST_MOVES):
            status, location, body = self._exchange(request)
            if not body and not location:
                raise NoPage(f"what came from {self._url} is empty")
            if status != http.HTTPStatus.SEE_OTHER:
                return PageView(request.address, body), moves > 0
            request = FormRequest(urljoin(request.address, location))
        raise NoPage(f"{self._url} sends from one page to the next without an end")

    def _exchange(self, request: FormRequest) -> tuple[int, str, bytes]:
        parts = urlsplit(self._url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=_PATIENCE)
        try:
            if request.body is None:
                connection.request("GET", request.address)
            else:
                form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self._url}
                connection.request("POST", request.address, request.body, form)
            response = connection.getresponse()
            return response.status, response.headers.get("Location", ""), response.read()
        except (OSError, http.client.HTTPException) as error:
            raise NoPage(f"no practice page came from {self._url}: {type(error).__name__} {error}") from None
        finally:
            connection.close()


_AT_ONCE = "data-submit-on-choose"  # on a list that sends its form when something is chosen

_CONSENTS, _REFUSES = "returned", "not returned"  # in the row of a person who returned the consent form, or did not


class PageRefused(Exception):
    """The page reports that it did not do what was asked."""


class BrowsingSession:
    """The open page, and the changes on it that are not sent yet."""

    def __init__(self, browser: Browser, page: PageView, passwords: Callable[[str], str]) -> None:
        self.page = page
        self.unsent: tuple[str, str] | None = None  # the address of the form, and what was changed
        self._browser = browser
        self._passwords = passwords

    def click(self, click: Click) -> None:
        """Do one click; raises NotSeen, Refused or NoPage."""
        match click.do:
            case ClickKind.PRESS:
                self._press(self.page.button(click.label, click.value))
            case ClickKind.CHOOSE if click.value:
                self._choose(click)
            case ClickKind.CHOOSE:
                button = self.page.round_button(click.label)
                self._note(button, click, changed=forms.press_round(button))
            case ClickKind.SELECT:
                self._select(click)
            case ClickKind.TICK | ClickKind.UNTICK:
                box = self.page.box(click.label)
                self._note(box, click, changed=forms.tick(box, on=click.do is not ClickKind.UNTICK))
            case ClickKind.FILL:
                field = self.page.field(click.label)
                self._note(field, click, changed=forms.fill(field, click.value))
            case ClickKind.PASSWORD:
                field = self.page.field(click.label, secret=True)
                self._note(field, click, changed=forms.fill(field, self._passwords(click.value)))
            case ClickKind.EXPAND:
                self.page.branch(click.label).set("open", "")
            case ClickKind.SEE:
                self.page.says(click.label)
            case ClickKind.TELL:
                raise NotSeen("a practice page cannot pass on a message")
            case _:
                assert_never(click.do)

    def _press(self, pressed: Element) -> None:
        if pressed.tag == "summary":
            forms.turn(next(pressed.iterancestors("details")))
        elif pressed.tag == "a":
            self._leave(None)
            self._go(FormRequest(urljoin(self.page.address, pressed.get("href", ""))))
        else:
            self._submit(forms.form_of(pressed), pressed.get("name"))

    def _select(self, click: Click) -> None:
        """Tick the people whose row says that they returned the consent form, or that they did not."""
        self.page.box(click.label)  # raises if it is missing; it would take everyone, so it is not ticked
        for box in self.page.boxes_of_lines(_REFUSES if "refused" in click.value else _CONSENTS):
            self._note(box, click, changed=forms.tick(box, on=True))

    def _choose(self, click: Click) -> None:
        drop_down = self.page.drop_down(click.label)
        changed = forms.choose(choice(drop_down, click.value))
        self._note(drop_down, click, changed=changed)
        if changed and drop_down.get(_AT_ONCE) is not None:
            self._submit(forms.form_of(drop_down), drop_down.get(_AT_ONCE))

    def _submit(self, form: Element, pressed: str | None) -> None:
        """Send a form. A form that only asks is finished then; one that changes something, once redirected."""
        self._leave(form)
        request = forms.request_of(self.page.address, form, pressed)
        unsent = self.unsent
        moved = self._go(request)
        self.unsent = unsent if request.body is not None and not moved else None

    def _go(self, request: FormRequest) -> bool:
        """Open the page that a request leads to; return True if it was redirected."""
        self.page, moved = self._browser.send(request)
        if self.page.complaint:
            raise PageRefused(self.page.complaint)
        return moved

    def _note(self, control: Element, click: Click, *, changed: bool) -> None:
        if changed:
            address = forms.form_of(control).get("action", "")
            self._leave(forms.form_of(control))
            self.unsent = (address, f"{click.do} {click.label!r}")

    def _leave(self, form: Element | None) -> None:
        """Raise if unsent changes of another form would be lost."""
        if self.unsent is not None and (form is None or form.get("action", "") != self.unsent[0]):
            raise PageRefused(f"{self.unsent[1]} was not saved, and would be lost")
