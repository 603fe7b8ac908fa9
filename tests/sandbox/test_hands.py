"""The practice person: follows steps by what the pages show, and never succeeds by accident."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import pytest

from reconciler.catalogue.pages import pages
from reconciler.model.runbook import Branch, Click, ClickKind, Condition, PageId, Step, Verification
from reconciler.sandbox.operator.person import HandsError, PracticeHands
from reconciler.sandbox.server import serve
from reconciler.sandbox.state.people import PersonKind
from reconciler.sandbox.state.records import Application
from reconciler.sandbox.state.seed import Seed, SeedSchool
from tests.sandbox.practice.forms import reads

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer

SAVE = Click(ClickKind.PRESS, "Save")
QUICK_EDIT = (
    Click(ClickKind.SELECT, "Select all", "all students who gave their consent"),
    Click(ClickKind.PRESS, "Actions"),
    Click(ClickKind.PRESS, "Quick Edit"),
    Click(ClickKind.CHOOSE, "Attribute", "Data Processing Consent Granted"),
    Click(ClickKind.CHOOSE, "Value", "True"),
    Click(ClickKind.PRESS, "Review", optional=True),
    Click(ClickKind.PRESS, "Update"),
    Click(ClickKind.SEE, "Records Updated"),
)
NEW_USER = (
    Click(ClickKind.PRESS, "New"),
    Click(ClickKind.CHOOSE, "Create a New User"),
    Click(ClickKind.FILL, "First Name", "Pat"),
    Click(ClickKind.FILL, "Last Name", "Practice"),
    Click(ClickKind.FILL, "Username", "pat"),
    Click(ClickKind.PASSWORD, "Password", "env PAT_PASSWORD"),
    Click(ClickKind.TICK, "Third Party"),
    Click(ClickKind.UNTICK, "User must change password at next logon"),
    SAVE,
    Click(ClickKind.SEE, "User Details Saved"),
)
TREE = (
    Click(ClickKind.CHOOSE, "Module", "Setup"),
    Click(ClickKind.EXPAND, "System Security"),
    Click(ClickKind.EXPAND, "Security Settings"),
    Click(ClickKind.TICK, "Third Party Write Back - Dinner Money"),
)


def step(*ways: Branch) -> Step:
    """A step of these ways."""
    return Step("practise", "", ways, (), Verification.PROBE, 0)


def follow(sandbox: SandboxServer, where: PageId, *clicks: Click, school_id: int = 10001) -> None:
    """Follow clicks in the one way of a step."""
    follow_ways(sandbox, where, Branch(clicks), school_id=school_id)


def follow_ways(sandbox: SandboxServer, where: PageId, *ways: Branch, school_id: int = 10001) -> None:
    """Follow a step. Whatever password is asked for is the text of its reference."""
    PracticeHands(sandbox.url, lambda reference: f"practice {reference}").do(school_id, pages()[where], step(*ways))


def test_an_account_is_made_with_the_password_of_its_reference(sandbox: SandboxServer) -> None:
    """The step names the reference; what it stands for is typed."""
    follow(sandbox, PageId.USERS, *NEW_USER)
    assert reads(sandbox, "pat", "practice env PAT_PASSWORD") == []


def test_one_way_is_taken_where_a_name_is_listed_and_another_where_it_is_not(sandbox: SandboxServer) -> None:
    """In any case of the name, and as the page was when it was opened: what one way adds starts no other."""
    ways = (
        Branch((Click(ClickKind.PRESS, "PAT"), Click(ClickKind.UNTICK, "Third Party"), SAVE), Condition.LISTED, "PAT"),
        Branch(NEW_USER, Condition.NOT_LISTED, "PAT"),
    )
    follow_ways(sandbox, PageId.USERS, *reversed(ways))
    assert reads(sandbox, "pat", "practice env PAT_PASSWORD") == []
    follow_ways(sandbox, PageId.USERS, *ways)
    assert reads(sandbox, "pat", "practice env PAT_PASSWORD") == 401


def test_a_login_is_mended_on_the_account_s_page(sandbox: SandboxServer) -> None:
    """Roles and flag are saved, and the same page then takes the password."""
    follow(
        sandbox,
        PageId.USERS,
        Click(ClickKind.PRESS, "clerk"),
        Click(ClickKind.TICK, "Third Party"),
        Click(ClickKind.UNTICK, "User must change password at next logon", optional=True),
        SAVE,
        Click(ClickKind.SEE, "User Details Saved"),
        Click(ClickKind.PASSWORD, "New Password", "env CLERK"),
        Click(ClickKind.PRESS, "Reset Password"),
        Click(ClickKind.SEE, "User Details Saved", optional=True),
    )
    assert reads(sandbox, "clerk", "practice env CLERK") == ["Students"]


def test_ticks_go_on_and_off_whatever_the_case_of_their_names(sandbox: SandboxServer) -> None:
    """At a school that spells them in capitals too; other accounts keep theirs."""
    sandbox.set_trouble("mixed-case")
    clicks = (
        Click(ClickKind.CHOOSE, "Account", "Reader"),
        Click(ClickKind.TICK, "attendances"),
        Click(ClickKind.UNTICK, "Calendars"),
        Click(ClickKind.UNTICK, "Students"),
        Click(ClickKind.PRESS, "Save", optional=True),
        Click(ClickKind.SEE, "Permissions Saved"),
    )
    follow(sandbox, PageId.THIRD_PARTY, *clicks)
    names = sandbox.accounts(10001)[2].ticks
    assert names == ("Attendances", "People", "Schools", "Staff", "StudentContacts")
    assert len(sandbox.accounts(10002)[0].ticks) == 6


def test_a_role_is_made_in_the_tree_and_given(sandbox: SandboxServer) -> None:
    """What was typed before the module was chosen is saved with it."""
    name = (Click(ClickKind.FILL, "Name", "Till write-back"), Click(ClickKind.FILL, "Description", "For the tills"))
    follow(sandbox, PageId.ROLES, Click(ClickKind.PRESS, "New"), *name, *TREE, SAVE, Click(ClickKind.SEE, "Role Saved"))
    assert (sandbox.roles(10001)[2].description, sandbox.roles(10001)[2].permissions) == (
        "For the tills",
        ("Dinner Money",),
    )
    follow(sandbox, PageId.USERS, Click(ClickKind.PRESS, "reader"), Click(ClickKind.TICK, "Till write-back"), SAVE)
    assert sandbox.accounts(10001)[2].roles == ("Third Party", "Till write-back")


def test_a_ready_made_role_gets_one_permission_more(sandbox: SandboxServer) -> None:
    """It keeps what it had."""
    follow(sandbox, PageId.ROLES, Click(ClickKind.PRESS, "Attendance write-back"), *TREE, SAVE)
    assert sandbox.roles(10001)[0].permissions == ("Attendance", "Dinner Money")


def test_a_basis_is_set_and_consent_given_where_the_form_was_returned(sandbox: SandboxServer) -> None:
    """By Quick Edit, after a look at what would change. All four students here returned it."""
    basis = Click(ClickKind.CHOOSE, "Lawful Basis for Data Processing", "Consent")
    follow(sandbox, PageId.DEFAULTS, basis, SAVE, Click(ClickKind.SEE, "Defaults Saved"))
    assert sandbox.schools()[0].lawful_basis == "Consent"
    follow(sandbox, PageId.STUDENTS, *QUICK_EDIT)
    assert all(person.consent for person in sandbox.people(10001, PersonKind.STUDENT))
    follow(sandbox, PageId.CONTACTS, *QUICK_EDIT)
    assert all(person.consent for person in sandbox.people(10001, PersonKind.CONTACT))
    assert not any(person.consent for person in sandbox.people(10001, PersonKind.STAFF))


def test_consent_is_not_given_where_the_form_was_not_returned() -> None:
    """The box that takes everybody would take more than those who gave it."""
    with serve() as trust:
        follow(trust, PageId.STUDENTS, *QUICK_EDIT, school_id=12346)
        assert [person.consent for person in trust.people(12346, PersonKind.STUDENT)] == [True] * 5 + [False]


def test_consent_is_taken_back_from_those_who_refused_and_from_one_person() -> None:
    """False under Quick Edit, and the box in one person's record; each closes a row to every supplier at once."""
    refused = Click(ClickKind.SELECT, "Select all", "all students who refused, or took their consent back")
    no_consent = (refused, *QUICK_EDIT[1:4], Click(ClickKind.CHOOSE, "Value", "False"), *QUICK_EDIT[5:])
    with serve() as trust:
        for number in range(1, 7):
            trust.set_consent(12346, PersonKind.STUDENT, number, granted=True)
        follow(trust, PageId.STUDENTS, *no_consent, school_id=12346)
        assert [person.consent for person in trust.people(12346, PersonKind.STUDENT)] == [True] * 5 + [False]
        name = Click(ClickKind.PRESS, "Umbrella-1 Practicepupil")
        box = Click(ClickKind.UNTICK, "Data Processing Consent Granted")
        follow(trust, PageId.STUDENTS, name, Click(ClickKind.SEE, "Key Data"), box, SAVE, school_id=12346)
        assert [person.consent for person in trust.people(12346, PersonKind.STUDENT)][:2] == [False, True]


def test_an_application_is_found_by_its_line_and_granted(sandbox: SandboxServer) -> None:
    """Its scope is seen on the way; once it is granted, there is no button to grant it again."""
    manage = Click(ClickKind.PRESS, "Manage", "Library Loans App")
    looks = (
        manage,
        Click(ClickKind.PRESS, "Grant", optional=True),
        Click(ClickKind.PRESS, "Proceed", optional=True),
        Click(ClickKind.SEE, "Installed"),
    )
    follow(
        sandbox, PageId.PARTNER_APPLICATIONS, manage, Click(ClickKind.SEE, "students"), Click(ClickKind.SEE, "Staff")
    )
    assert not sandbox.applications(10001)[0].installed
    follow(sandbox, PageId.PARTNER_APPLICATIONS, *looks)
    assert sandbox.applications(10001)[0].installed
    follow(sandbox, PageId.PARTNER_APPLICATIONS, *looks)


def test_a_page_is_found_by_another_trail_that_is_in_use(sandbox: SandboxServer) -> None:
    """Its last word is the menu's."""
    page = pages()[PageId.DEFAULTS]
    moved = type(page)(page.id, "Else", ("Config", "Else"), (page.trail,), {}, "", page.confirmed, 0)
    basis = Click(ClickKind.CHOOSE, "Lawful Basis for Data Processing", "Vital Interests")
    PracticeHands(sandbox.url, str).do(10001, moved, step(Branch((basis, SAVE))))
    assert sandbox.schools()[0].lawful_basis == "Vital Interests"


def test_what_is_not_in_bromcom_is_told_to_whoever_listens(sandbox: SandboxServer) -> None:
    """And is an error where nobody does."""
    told: list[tuple[str, str]] = []
    tell = step(Branch((Click(ClickKind.TELL, "Groupcall", "the new address"),)))
    PracticeHands(sandbox.url, str, lambda whom, what: told.append((whom, what))).do(
        10001, pages()[PageId.OUTSIDE], tell
    )
    assert told == [("Groupcall", "the new address")]
    with pytest.raises(HandsError, match="cannot pass on a message"):
        PracticeHands(sandbox.url, str).do(10001, pages()[PageId.OUTSIDE], tell)


ACCOUNT = Click(ClickKind.CHOOSE, "Account", "reader")


@pytest.mark.parametrize(
    ("where", "clicks", "words"),
    [
        (PageId.USERS, (Click(ClickKind.PRESS, "nobody"),), "click 1, press 'nobody', on the page 'System Users'"),
        (PageId.USERS, (Click(ClickKind.PRESS, "nobody"),), "no button or link 'nobody'; there are 'New', 'clerk'"),
        (PageId.USERS, (Click(ClickKind.PRESS, "System Users"),), "no button or link 'System Users'"),
        (
            PageId.USERS,
            (Click(ClickKind.PRESS, "clerk"), Click(ClickKind.TICK, "Headteacher")),
            "no box 'Headteacher'; there are",
        ),
        (PageId.USERS, (Click(ClickKind.PRESS, "New"), Click(ClickKind.FILL, "Password", "x")), "no field 'Password'"),
        (
            PageId.USERS,
            (Click(ClickKind.PRESS, "New"), Click(ClickKind.PASSWORD, "Username", "x")),
            "no field for a password",
        ),
        (
            PageId.USERS,
            (Click(ClickKind.PRESS, "New"), Click(ClickKind.CHOOSE, "Copy a User")),
            "no round button 'Copy a User'",
        ),
        (
            PageId.USERS,
            (Click(ClickKind.PRESS, "clerk"), SAVE, Click(ClickKind.SEE, "Saved")),
            "the page does not say 'Saved'",
        ),
        (PageId.USERS, (Click(ClickKind.PRESS, "clerk"), SAVE, Click(ClickKind.SEE, "Saved")), "'User Details Saved'"),
        (PageId.USERS, (Click(ClickKind.PRESS, "New"), SAVE), "Nothing was changed: the username is empty"),
        (
            PageId.USERS,
            (
                Click(ClickKind.PRESS, "clerk"),
                Click(ClickKind.FILL, "First Name", "x"),
                Click(ClickKind.PRESS, "Reset Password"),
            ),
            "fill 'First Name' was not saved, and would be lost",
        ),
        (PageId.THIRD_PARTY, (Click(ClickKind.PRESS, "Show"),), "no button or link 'Show'"),
        (PageId.THIRD_PARTY, (Click(ClickKind.TICK, "Students"),), "no box 'Students'"),
        (PageId.THIRD_PARTY, (ACCOUNT, Click(ClickKind.TICK, "Studens")), "no box 'Studens'"),
        (PageId.THIRD_PARTY, (Click(ClickKind.CHOOSE, "Account", "clerk"),), "no choice 'clerk'; there are"),
        (PageId.THIRD_PARTY, (ACCOUNT, Click(ClickKind.TICK, "Emails")), "tick 'Emails' was not saved"),
        (
            PageId.THIRD_PARTY,
            (ACCOUNT, Click(ClickKind.TICK, "Emails"), Click(ClickKind.CHOOSE, "Account", "new")),
            "tick 'Emails' was not saved, and would be lost",
        ),
        (
            PageId.ROLES,
            (Click(ClickKind.PRESS, "New"), Click(ClickKind.TICK, "Third Party Write Back - Staff")),
            "no box",
        ),
        (
            PageId.ROLES,
            (Click(ClickKind.PRESS, "New"), TREE[0], TREE[3]),
            "no box 'Third Party Write Back - Dinner Money'",
        ),
        (PageId.ROLES, (Click(ClickKind.PRESS, "New"), TREE[0], TREE[2]), "no branch 'Security Settings'"),
        (
            PageId.ROLES,
            (Click(ClickKind.PRESS, "Attendance write-back"), Click(ClickKind.FILL, "Name", "x")),
            "no field 'Name'",
        ),
        (PageId.ROLES, (Click(ClickKind.PRESS, "New"), Click(ClickKind.FILL, "Name", "x"), *TREE), "was not saved"),
        (PageId.DEFAULTS, (Click(ClickKind.CHOOSE, "Lawful Basis for Data Processing", "Habit"),), "no choice 'Habit'"),
        (
            PageId.STUDENTS,
            (Click(ClickKind.PRESS, "Quick Edit"),),
            "no button or link 'Quick Edit'; there are 'Actions'",
        ),
        (PageId.STUDENTS, QUICK_EDIT[1:3], "Nothing was changed: select at least one person"),
        (PageId.STUDENTS, QUICK_EDIT[:-2], "was not saved"),
        (PageId.STUDENTS, (*QUICK_EDIT[:1], Click(ClickKind.PRESS, "Umbrella-1 Practicepupil")), "would be lost"),
        (
            PageId.PARTNER_APPLICATIONS,
            (Click(ClickKind.PRESS, "Manage", "Other App"),),
            "no line of a table 'Other App'",
        ),
        (PageId.DISTRIBUTE, (), "the menu has no page of this name, only Students, Staff"),
    ],
)
def test_what_cannot_be_done_as_it_is_said_is_an_error(
    sandbox: SandboxServer, where: PageId, clicks: tuple[Click, ...], words: str
) -> None:
    """It says which click of which step, on which page, and what the page shows instead; and nothing has changed."""
    before = (sandbox.accounts(10001), sandbox.roles(10001), sandbox.schools(), sandbox.database.people(10001))
    with pytest.raises(HandsError) as error:
        follow(sandbox, where, *clicks)
    assert str(error.value).startswith("step 'practise' at school 10001: ")
    assert words in str(error.value)
    after = (sandbox.accounts(10001), sandbox.roles(10001), sandbox.schools(), sandbox.database.people(10001))
    assert after == before


def test_a_label_that_several_things_have_is_no_label() -> None:
    """Without its line, nobody knows whose Manage is meant."""
    offered = (Application("One", ("Staff",), installed=False), Application("Two", ("Staff",), installed=False))
    school = SeedSchool(10001, "School", "Consent", (), (), applications=offered)
    with serve(Seed((school,))) as sandbox:
        with pytest.raises(HandsError, match="there are 2 of them"):
            follow(sandbox, PageId.PARTNER_APPLICATIONS, Click(ClickKind.PRESS, "Manage"))
        follow(
            sandbox,
            PageId.PARTNER_APPLICATIONS,
            Click(ClickKind.PRESS, "Manage", "Two"),
            Click(ClickKind.SEE, "Manage Two"),
        )


def test_an_optional_click_is_left_out_only_where_its_label_is_missing(sandbox: SandboxServer) -> None:
    """What a page refuses is an error all the same."""
    follow(sandbox, PageId.USERS, Click(ClickKind.PRESS, "Nothing of this name", optional=True))
    with pytest.raises(HandsError, match="the username is empty"):
        follow(sandbox, PageId.USERS, Click(ClickKind.PRESS, "New"), Click(ClickKind.PRESS, "Save", optional=True))


def test_a_step_without_a_way_that_fits_is_an_error(sandbox: SandboxServer) -> None:
    """Neither done nor left out in silence."""
    with pytest.raises(HandsError, match="no branch of the step fits"):
        follow_ways(sandbox, PageId.USERS, Branch((), Condition.LISTED, "nobody"))


def test_a_school_that_is_not_there_is_said(sandbox: SandboxServer) -> None:
    """With those that are; School 1 is not School 10001."""
    for school_id in (1, 99999):
        with pytest.raises(HandsError, match=f"there is no school {school_id}, only .*School 10001"):
            follow(sandbox, PageId.USERS, school_id=school_id)


def test_where_no_pages_are_is_said(sandbox: SandboxServer) -> None:
    """Nobody at the port, another program, and an answer without a word."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(HandsError, match="no practice page came from"):
            PracticeHands(f"http://127.0.0.1:{taken.getsockname()[1]}", str).do(
                10001, pages()[PageId.USERS], step(Branch(()))
            )


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "is empty"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "no practice page came from"),
        (b"HTTP/1.1 200 OK\r\n\r\n<html><p>hello</p></html>", "there is no school 10001"),
    ],
)
def test_another_program_at_the_port_is_no_sandbox(answer: bytes, words: str) -> None:
    """Whatever it answers."""

    def answer_once() -> None:
        connection, _ = other.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as other:
        thread = threading.Thread(target=answer_once)
        thread.start()
        with pytest.raises(HandsError, match=words):
            PracticeHands(f"http://127.0.0.1:{other.getsockname()[1]}", str).do(
                10001, pages()[PageId.USERS], step(Branch(()))
            )
        thread.join()
