"""The meaning of a fault's words: a refused login, a school that is not known, or trouble inside the service.

ASP.NET passes on the words of its own database, files and directory, and they look like refusals: SQL Server tells the
service's own account "Login failed for user 'x'". Only a whole statement about the account, user, login or credentials
is a refusal. All else is unknown, since a login wrongly called refused would be a false difference.
"""

import re
from typing import Final

from reconciler.startup import pattern

_OF_LOGIN: Final = r"(?: user\s?-?name | user\s?id | user | password | pass\s?word | log-?[io]n | credentials? )"
_WRONG: Final = r"(?: invalid | incorrect | wrong | bad )"
# "Invalid user." ends there; "Invalid user id format" speaks of something else.
_ENDS: Final = r"(?= \s* (?: [/.,;:!)] | $ | (?: or | and | combination | details | attempt ) \b ) )"
_401: Final = r"(?: error | (?: http )? \s? status | http (?: /1\.[01] )? )"

# The whole message, but for punctuation and the word "error".
_WHOLE = pattern(
    r"""(?: error \W+ )?
    (?: 401
      | (?: 401 \W+ )? (?: (?:the\ )? (?: user | account | access | request ) (?:\ is | \ was )?\  | you\ are\  )?
        (?: unauthori[sz]ed | not\ authori[sz]ed ) (?:\ (?: user | account | access | request | log-?[io]n ) )?
      | access\ denied
      | (?:the\ )? (?: user\  )? (?: log-?[io]n | authentication ) (?:\ has )?\ failed
    ) \W*""",
    re.IGNORECASE | re.VERBOSE,
)
# A statement, wherever it stands in the message. The repetitions have bounds, so that no text takes long.
_STATEMENT = pattern(
    rf"""\b 401 \W{{1,3}} unauthori[sz]ed
      | \b {_401} (?:\ code )? \W{{0,3}} 401 \b
      | \b error \W{{0,3}} \(401\)
      | \b access\ (?: is\  )? denied \ (?: for | to ) \ (?: the\ | this\  )? (?: user | account ) \b
      | \b {_WRONG} \ (?: (?: user | account | third\ party | supplied )\  )?
        (?: user\s?-?name | pass\s?word | credentials? | (?: user\s?id | user | log-?[io]n ) {_ENDS} ) \b
      | \b {_OF_LOGIN} (?: (?: \s? / \s? | \ ) (?: or | and | password | combination | details | supplied | provided )
        ){{0,5}} \ (?: is | are | was | were ) \ (?: {_WRONG} | not\ (?: valid | correct | recogni[sz]ed ) ) \b
      | \b (?: user | account | log-?in | you ) \b [^.;:]{{0,60}}? \  (?:
          (?: is | are | was ) \ (?: not\ authori[sz]ed | unauthori[sz]ed | not\ permitted ) \b
        | (?: ha(?:s|ve)\ no | do(?:es)?\ not\ have\ (?: the | any ) ) \ third[\ -]party
          [ ] (?: permissions? | role | access ) \b )""",
    re.IGNORECASE | re.VERBOSE,
)
# What only the service's own machinery is called, and how .NET tells of another system's answer, which may be a 401:
# nothing that names these is about the supplier's account.
_MACHINERY = pattern(
    r"\b(database|sql|dbo\.|stored procedure|server principal|connection|domain|certificate|transport stream|"
    r"log-?[io]n failed for|logon failure|permission was denied|access to the path|0x[0-9a-f]{8}|"
    r"(web|http\s?request|communication|messagesecurity|socket|io|sql|ldap|directoryservices\w*|security\w*)exception|"
    r"remote server returned an error|request failed with http status|response status code does not indicate|"
    r"http request (is|was) (unauthorized|forbidden)|system\.(net|io|data|servicemodel|directoryservices)\b)",
    re.IGNORECASE,
)

_SCHOOL: Final = r"(?: school | establishment | academy | organi[sz]ation | tenant | customer | mis\s?org )"
_NUMBER: Final = r"(?: \s? (?: id | identifier | code | number | no\.? ) )? \b"
# The School ID, or the school's name, as a sentence gives it.
_VALUE: Final = r"(?: \s* (?: with | for )? (?: \s (?:the\ )? id )? [\s:=\#'\"(\[]{1,4} [\w-]{1,40} ['\")\]]{0,2} )?"
_MISSING: Final = r"""(?: not\ found | not\ known | not\ recogni[sz]ed | not\ registered | not\ valid | not\ configured
    | unknown | invalid | incorrect | unrecogni[sz]ed | not\ exist )"""
# A statement that there is no such school, wherever it stands in the message.
_NO_SCHOOL = pattern(
    rf"""\b (?: unknown | invalid | incorrect | wrong | unrecogni[sz]ed | no\ such | non-?existent )
        \ (?: bromcom\  | mis\  )? {_SCHOOL} {_NUMBER}
      | \b no\ {_SCHOOL} {_NUMBER} \ (?: with | for | found | exists | has | matches | is
          | configured | registered | known )
      | \b (?: cannot | can't | could\ not | couldn't | unable\ to | failed\ to ) \ (?: find | locate | identify )
        \ (?: (?: the | a | any ) \  )? {_SCHOOL} {_NUMBER}
      | \b no\ (?: connection(?:\ string)? | database | configuration ) \ (?: was\  | is\  )? (?: found\  )? for
        \ (?:the\ )? {_SCHOOL} {_NUMBER}
      | \b {_SCHOOL} {_NUMBER} {_VALUE} \s*
        (?: (?: is | was | does | did | has | could | can ) \ )? (?: not\ be(?:en)?\ found | {_MISSING} ) \b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def names_no_school(words: str) -> bool:
    """Tell if a fault's words, on one line, say that no school has this School ID."""
    return bool(_NO_SCHOOL.search(words))


def names_machinery(words: str) -> bool:
    """Tell if a fault's words, on one line, are about the service's own machinery or another system's answer."""
    return bool(_MACHINERY.search(words))


def refuses_login(words: str) -> bool:
    """Tell if a fault's words, on one line, refuse the account."""
    if names_machinery(words):
        return False
    return bool(_WHOLE.fullmatch(words) or _STATEMENT.search(words))
