"""The checks after a refused login, in the order that harms least.

Bromcom's guide gives two causes for its 401, the account's permissions and its username or password, and one cure:
check the permissions, then reset the password. A wrong School ID, an account that may not log in (accounts are retired
like that) and two-factor authentication may look the same. Our own files come first: to correct them changes nothing in
Bromcom.
"""

from typing import Final

IN_SHORT: Final = (
    "Check the username, password and schoolId in your files first, then the account and its ticks in Bromcom. "
    "Reset the password last"
)
NO_LOGIN_WORKED: Final = "No login tried at this school worked, so first check schoolId"
CHECKS: Final = (
    "Check the username and the password in your own files, and where the password comes from.",
    "Check the School ID and the address of its platform.",
    "Check the account under System Users: does it exist, may it log in, and does it have the role Third Party? Check "
    "its ticks under Third Party Access Permissions & Logs.",
    "Check if two-factor authentication is on for it (Config > Setup > Security Settings, its roles, the account "
    "itself). No program can answer it. We do not know if the service asks for it.",
    "Only then set a new password: the supplier is cut off until it uses the new one.",
)
