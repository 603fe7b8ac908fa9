"""The practice pages in a real browser: found by their labels, with the keyboard alone, without scripts, on a phone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from reconciler.sandbox.state.people import PersonKind
from tests.sandbox.practice.forms import reads

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from reconciler.sandbox.server import SandboxServer
    from tests.browser import Chromium

EVERY_PAGE = (
    *("", "students", "students/quick-edit?all=on", "students/person?number=1", "staff", "contacts"),
    *("system-users", "system-users/new", "system-users/account?username=reader"),
    *("third-party-access", "third-party-access?account=reader", "roles-and-permissions", "roles-and-permissions/new"),
    *("roles-and-permissions/role?name=Attendance+write-back", "administration-defaults", "partner-applications"),
    *("partner-applications/application?name=Library+Loans+App", "partner-applications/manage?name=Library+Loans+App"),
    *("partner-applications/grant?name=Library+Loans+App", "nowhere"),
)


def open_page(page: Page, sandbox: SandboxServer, name: str) -> None:
    """Go to a page of the first school as a person does: from the list of schools, by the menu."""
    page.goto(sandbox.pages_url)
    page.get_by_role("link", name="School 10001").click()
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()


def says(page: Page) -> str:
    """The message that the page shows."""
    return page.get_by_role("status").inner_text()


def test_a_supplier_s_account_is_made_and_may_read_what_is_ticked(page: Page, sandbox: SandboxServer) -> None:
    """The whole way of the guide: the account, then its ticks; choosing the account shows it at once."""
    open_page(page, sandbox, "System Users")
    page.get_by_role("link", name="New", exact=True).click()
    page.get_by_label("Create a New User").check()
    for label, text in {"First Name": "Pat", "Last Name": "Practice", "Username": "pat", "Password": "p&ss"}.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("group", name="Roles").get_by_label("Third Party").check()
    page.get_by_label("User must change password at next logon").uncheck()
    page.get_by_role("button", name="Save").click()
    assert says(page) == "User Details Saved"
    open_page(page, sandbox, "Third Party Access Permissions & Logs")
    page.get_by_label("Account").select_option("pat")
    page.get_by_label("AttendancesRaw", exact=True).check()
    page.get_by_label("Students", exact=True).check()
    page.get_by_role("button", name="Save").click()
    assert says(page) == "Permissions Saved"
    assert reads(sandbox, "pat", "p&ss") == ["AttendancesRaw", "Students"]


def test_what_is_chosen_before_the_script_has_come_is_sent_when_it_comes(page: Page, sandbox: SandboxServer) -> None:
    """On a slow line somebody may be quicker than the script; going back shows the list again, not the account."""
    held: list[Route] = []
    page.route("**/practice.js", lambda route: held.append(route), times=1)
    page.goto(f"{sandbox.url}/practice/10001/third-party-access", wait_until="commit")
    page.get_by_label("Account").select_option("reader")
    page.wait_for_timeout(200)
    assert page.get_by_label("Students", exact=True).count() == 0
    held[0].continue_()
    page.get_by_label("Students", exact=True).wait_for()
    page.go_back()
    page.wait_for_timeout(500)
    expect(page.get_by_label("Account")).to_have_value("")
    expect(page.get_by_label("Students", exact=True)).to_have_count(0)


def test_a_role_is_made_in_the_tree_and_given(page: Page, sandbox: SandboxServer) -> None:
    """What was typed before the module is chosen is there after it; closed branches hide their boxes."""
    open_page(page, sandbox, "Roles and Permissions")
    page.get_by_role("link", name="New", exact=True).click()
    page.get_by_label("Name").fill("Till write-back")
    page.get_by_label("Module").select_option("Setup")
    box = page.get_by_label("Third Party Write Back - Dinner Money")
    box.wait_for(state="hidden")
    page.get_by_text("System Security", exact=True).click()
    page.get_by_text("Security Settings", exact=True).click()
    box.check()
    page.get_by_role("button", name="Save").click()
    assert says(page) == "Role Saved"
    assert sandbox.roles(10001)[-1].permissions == ("Dinner Money",)
    open_page(page, sandbox, "System Users")
    page.get_by_role("link", name="new", exact=True).last.click()
    page.get_by_label("Till write-back").check()
    page.get_by_role("button", name="Save").click()
    assert says(page) == "User Details Saved"
    assert sandbox.accounts(10001)[1].roles == ("Third Party", "Till write-back")


def test_a_password_is_reset_on_the_account_s_page(page: Page, sandbox: SandboxServer) -> None:
    """The cure of the guide for a 401."""
    open_page(page, sandbox, "System Users")
    page.get_by_role("link", name="told-wrong").click()
    page.get_by_label("New Password").fill("it's wrong")
    page.get_by_role("button", name="Reset Password").click()
    assert says(page) == "User Details Saved"
    assert reads(sandbox, "told-wrong", "it's wrong") == []


def test_consent_is_given_by_quick_edit_for_everybody(page: Page, sandbox: SandboxServer) -> None:
    """Select all ticks every box in sight, and loses its own tick with any of them."""
    open_page(page, sandbox, "Students")
    everybody, one = page.get_by_label("Select all"), page.get_by_label("Umbrella-1 Practicepupil")
    everybody.check()
    expect(one).to_be_checked()
    one.uncheck()
    expect(everybody).not_to_be_checked()
    everybody.check()
    page.get_by_text("Actions", exact=True).click()
    page.get_by_role("button", name="Quick Edit").click()
    page.get_by_label("Attribute").select_option("Data Processing Consent Granted")
    page.get_by_label("Value").select_option("True")
    page.get_by_role("button", name="Review").click()
    expect(page.get_by_text("False, then True")).to_have_count(3)
    page.get_by_role("button", name="Update").click()
    assert says(page) == "Records Updated"
    assert all(person.consent for person in sandbox.people(10001, PersonKind.STUDENT))


def test_a_basis_is_chosen_and_an_application_granted(page: Page, sandbox: SandboxServer) -> None:
    """The last two pages of the menu; the link Manage is found in the line of its application."""
    open_page(page, sandbox, "Administration Defaults")
    page.get_by_label("Lawful Basis for Data Processing").select_option("Contract")
    page.get_by_role("button", name="Save").click()
    assert says(page) == "Defaults Saved"
    assert sandbox.schools()[0].lawful_basis == "Contract"
    open_page(page, sandbox, "Partner Applications")
    page.get_by_role("row", name="Library Loans App").get_by_role("link", name="Manage").click()
    page.get_by_role("button", name="Grant").click()
    page.get_by_role("button", name="Proceed").click()
    expect(page.get_by_text("Installed", exact=True)).to_be_visible()
    assert sandbox.applications(10001)[0].installed


def test_a_tick_is_set_with_the_keyboard_alone(page: Page, sandbox: SandboxServer) -> None:
    """Past the menu by the link that skips it, and every stop on the way can be seen to have the focus."""
    page.goto(f"{sandbox.pages_url}10001/third-party-access?account=new")
    keys = page.keyboard
    keys.press("Tab")
    assert page.get_by_role("link", name="Skip to main content").evaluate(
        "link => link.getBoundingClientRect().left >= 0"
    )
    keys.press("Enter")
    for _ in range(2):  # the list of accounts, then the first box
        keys.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    keys.press("Space")
    keys.press("Enter")  # in a field, Enter presses the form's button
    page.wait_for_url(re.compile("said=permissions-saved"))
    assert reads(sandbox, "new", "right") == ["Addresses"]


def test_every_page_works_without_a_script(chromium: Chromium, sandbox: SandboxServer) -> None:
    """Where choosing sends nothing by itself there is a button."""
    with chromium.opened(scripts=False) as page:
        open_page(page, sandbox, "Third Party Access Permissions & Logs")
        page.get_by_label("Account").select_option("new")
        page.get_by_role("button", name="Show").click()
        page.get_by_label("Staff", exact=True).check()
        page.get_by_role("button", name="Save").click()
        assert says(page) == "Permissions Saved"
        open_page(page, sandbox, "Roles and Permissions")
        page.get_by_role("link", name="New", exact=True).click()
        page.get_by_label("Name").fill("Quiet")
        page.get_by_label("Module").select_option("Setup")
        page.get_by_role("button", name="Show").click()
        assert page.get_by_label("Name").input_value() == "Quiet"
        open_page(page, sandbox, "Staff")
        page.get_by_label("Select all").check()
        page.get_by_text("Actions", exact=True).click()
        page.get_by_role("button", name="Quick Edit").click()
        expect(page.get_by_text("Staff: 2 selected.")).to_be_visible()
    assert reads(sandbox, "new", "right") == ["Staff"]


def test_nothing_scrolls_sideways_on_a_phone(page: Page, sandbox: SandboxServer) -> None:
    """360 pixels wide, on every page; a wide table scrolls by itself."""
    page.set_viewport_size({"width": 360, "height": 640})
    for path in EVERY_PAGE:
        page.goto(f"{sandbox.pages_url}10001/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_hostile_text_runs_nothing(page: Page, sandbox: SandboxServer) -> None:
    """Typed as a name, it is shown as it was typed; the page's policy had nothing to stop."""
    text = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    page.on("dialog", lambda dialog: pytest.fail(f"the text ran: {dialog.message}"))
    page.goto(f"{sandbox.pages_url}10001/roles-and-permissions/new")
    page.get_by_label("Name").fill(text)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name=text, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_no_page_has_a_barrier_that_a_machine_can_find(page: Page, sandbox: SandboxServer) -> None:
    """The rules of axe-core for WCAG 2.2, level AA, and its best practices, on a phone and at a desk."""
    axe = Axe()
    for path in EVERY_PAGE:
        page.goto(f"{sandbox.pages_url}10001/{path}")
        for width in (360, 1200):
            page.set_viewport_size({"width": width, "height": 800})
            found = axe.run(page)
            assert found.violations_count == 0, f"{path}, {width} wide: {found.generate_report()}"
