"""Words that every report has for the same things.

How many of what, in words.
"""

from typing import Final

from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Waived
from reconciler.model.evidence import Attested
from reconciler.model.live import THIRD_PARTY
from reconciler.report.escape import printable
from reconciler.report.style import Style

KINDS: Final = {
    Aspect.REACHABLE: "school",
    Aspect.LOGIN: "account",
    Aspect.READ: "entity",
    Aspect.ROLE: "role",
    Aspect.WRITE: "write-back",
    Aspect.LAWFUL_BASIS: "lawful basis",
    Aspect.CONSENT: "consent of",
    Aspect.WRITE_LICENCE: "write licence",
    Aspect.PARTNER_APPLICATION: "partner application",
    Aspect.OLD_EXPORT: "old export on",
}

# All that there is of a kind together (`*`), where none of it is declared.
ALL: Final = {Aspect.ROLE: f"roles beyond {THIRD_PARTY}", Aspect.WRITE: "write-back permissions"}

_KEPT: Final = {
    "env": "under {}, in the environment or the file of --env-file",
    "file": "in the file {}",
    "keyring": "in the keyring, under {}",
    "command": "where the program {} takes it from",
}

SIGNS: Final = {
    Action.GRANT: ("+", Style.GRANT),
    Action.REVOKE: ("-", Style.REVOKE),
    Action.MEND_LOGIN: ("!", Style.BROKEN),
    Action.SET: ("*", Style.GRANT),
}


def manifest_wording(reference: str) -> str:
    """Where a password is kept, of the text of the reference to it (see `model/secret.py`).

    `env TILL_PASSWORD` -> `under TILL_PASSWORD, in the environment or the file of --env-file`
    """
    kind, _, rest = reference.partition(" ")
    return _KEPT[kind].format(rest) if kind in _KEPT else f"in {reference}"


def attested(word: Attested) -> str:
    """Who vouches, and for how long."""
    reference = f" ({printable(word.reference)})" if word.reference else ""
    return f"attested {word.on.date().isoformat()} by {printable(word.by)}{reference}, until {word.expires.isoformat()}"


def waived(terms: Waived) -> str:
    """Who accepts a difference, for how long, and why."""
    return f"waived until {terms.expires.isoformat()} by {printable(terms.by)}: {printable(terms.reason)}"


def plural(number: int, one: str, many: str = "") -> str:
    """`1 school`, `2 schools`; `many` is for words whose plural is not made with an s."""
    return f"{number} {one if number == 1 else many or one + 's'}"
