"""Which words refuse a login: whole statements about the account, and nothing that the service says of itself."""

from __future__ import annotations

import pytest

from reconciler.bromcom.login_faults import names_no_school, refuses_login

REFUSALS = [
    "401 Unauthorised",
    "401",
    "Unauthorized.",
    "Error: 401 - Unauthorized",
    "HTTP status 401: Unauthorized.",
    "HTTP 401",
    "Access denied.",
    "Access denied for user 'groupcall'",
    "Login failed.",
    "Authentication failed",
    "Invalid username or password",
    "Invalid credentials",
    "wrong password",
    "The user name or password provided is incorrect.",
    "The username / password combination is incorrect",
    "User is not authorised",
    "You are not authorised to use this service",
    "This account is not permitted to use the service",
    "Invalid username/password.",
    "Invalid login attempt",
    "User has no Third Party permission",
    "The account does not have the Third Party permission",
]
# Most are the words of SQL Server, Windows and .NET, as they come.
TROUBLES = [
    "Cannot open database \"MIS12345\" requested by the login. The login failed. Login failed for user 'x'.",
    "Login failed for user 'sa'. Reason: Invalid password.",
    "Login failed. The login is from an untrusted domain and cannot be used with Windows authentication.",
    "Login failed: server is in script upgrade mode",
    "Invalid object name 'dbo.ThirdPartyPermissions'.",
    "Invalid column name 'Permission'.",
    "Invalid column name 'Password'.",
    "Could not find stored procedure 'dbo.CheckPermission'.",
    "Unable to load permissions for school",
    "EXECUTE permission was denied on object 'spFind', database 'MIS'.",
    "CREATE TABLE permission denied in database 'tempdb'.",
    "Request for the permission of type 'System.Security.Permissions.FileIOPermission' failed.",
    "Access is denied. (Exception from HRESULT: 0x80070005 (E_ACCESSDENIED))",
    "Access is denied",
    "Authentication failed because the remote party has closed the transport stream.",
    "Attempted to perform an unauthorized operation.",
    "The user does not have permission to perform this action.",
    "Logon failure: unknown user name or bad password.",
    "The remote server returned an error: (401) Unauthorized.",
    "WebException: The remote server returned an error: (401)",
    "The request failed with HTTP status 401: Unauthorized.",
    "System.Net.Http.HttpRequestException: Response status code does not indicate success: 401 (Unauthorized).",
    "The HTTP request is unauthorized with client authentication scheme 'Anonymous'. 401 Unauthorized",
    "MessageSecurityException: 401 Unauthorized",
    "Invalid School ID 401",
    "Transaction (Process ID 401) was deadlocked",
    "Login timeout expired",
    "Invalid user id format in record",
    "Your login is not allowed at this time; the service is under maintenance",
    "The user was not allowed to connect: maximum sessions reached",
    "You do not have any permission to access the entity Students.",
]
NO_SCHOOLS = [
    "School not found",
    "School not found.",
    "No School configured for ID: 999",
    "School 999 not found",
    "School ID 999 does not exist.",
    "SchoolID: 999 is not valid",
    "The school with ID 999 could not be found",
    "The school with the ID '999' was not found.",
    "School (999) is unknown",
    "Unknown school",
    "Unknown School ID 999.",
    "Invalid SchoolID",
    "Invalid School ID 401",
    "No such school: 999",
    "There is no school with the School ID 999.",
    "No school found for ID 999",
    "No school exists with this code",
    "Could not find school 999",
    "Unable to locate the school",
    "Cannot find the establishment with number 999",
    "Organisation 999 is not registered",
    "MIS OrgID 999 not recognised",
    "No connection string found for school 999",
    "No database for the school",
    "School has not been found",
]


@pytest.mark.parametrize("words", NO_SCHOOLS)
def test_a_school_that_does_not_exist_is_told_in_many_ways(words: str) -> None:
    """In any case of letters, and never as a refused login."""
    assert names_no_school(words)
    assert names_no_school(words.upper())
    assert not refuses_login(words)


@pytest.mark.parametrize(
    "words",
    [
        *REFUSALS,
        *TROUBLES,
        "Student not found at this school",
        "The school's database is in single-user mode",
        "No student found for the school",
        "School year has not started",
        "Object reference not set to an instance of an object.",
    ],
)
def test_other_words_deny_no_school(words: str) -> None:
    """What else a service says, of its schools too."""
    assert names_no_school(words) == (words == "Invalid School ID 401")


@pytest.mark.parametrize("words", REFUSALS)
def test_a_statement_about_the_account_refuses_it(words: str) -> None:
    """In any case of letters."""
    assert refuses_login(words)
    assert refuses_login(words.upper())


@pytest.mark.parametrize("words", TROUBLES)
def test_what_the_service_says_of_itself_refuses_nobody(words: str) -> None:
    """However much it sounds like it: a login that is taken for refused would be a false difference."""
    assert not refuses_login(words)
    assert not refuses_login(words.upper())
