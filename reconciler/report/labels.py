"""Words that every report has for the same things.

How many of what, in words.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Waived
from reconciler.model.evidence import Attested
from reconciler.model.live import THIRD_PARTY
from reconciler.report import finding_rules as rules
from reconciler.report.escape import printable
from reconciler.report.style import Style


class AspectLabel(NamedTuple):
    """The words for one aspect of a school or an access.

    kind      for engineers, before a name: `role Till`
    topic     for approvers: `its roles`
    rules     {action: the rule of a finding that asks for it}
    all       all that there are of a kind together (`*`), where none is declared

    The rest are sentences for approvers, in which `{name}`, `{before}` and `{after}` are those of a change or an edit.

    differs   {action: how it is now}
    asked     what a change under review asks for
    let_go    the same, where it asks for it no more
    due       what somebody must still do for it
    accepted  {action: what a waiver accepts}
    """

    kind: str
    topic: str
    rules: Mapping[Action, str] = {}
    all: str = ""
    differs: Mapping[Action, str] = {}
    asked: str = ""
    let_go: str = ""
    due: str = "to set by hand"
    accepted: Mapping[Action, str] = {}


LABELS: Final[Mapping[Aspect, AspectLabel]] = {
    Aspect.REACHABLE: AspectLabel("school", "whether the school answers"),
    Aspect.LOGIN: AspectLabel(
        "account",
        "the login",
        rules={Action.MEND_LOGIN: rules.LOGIN_REFUSED},
        differs={Action.MEND_LOGIN: "its login is refused: {name}"},
        accepted={Action.MEND_LOGIN: "its login is refused: {name}"},
    ),
    Aspect.READ: AspectLabel(
        "entity",
        "what is ticked",
        rules={Action.GRANT: rules.ENTITY_MISSING, Action.REVOKE: rules.ENTITY_NOT_DECLARED},
        differs={Action.GRANT: "cannot read {name}", Action.REVOKE: "reads {name}, which is not agreed"},
        asked="reads {name}",
        let_go="no longer reads {name}",
        accepted={
            Action.GRANT: "it does not yet read {name}",
            Action.REVOKE: "it goes on reading {name}, which is not agreed",
        },
    ),
    Aspect.ROLE: AspectLabel(
        "role",
        "its roles",
        rules={Action.GRANT: rules.ROLE_MISSING, Action.REVOKE: rules.ROLE_NOT_DECLARED},
        all=f"roles beyond {THIRD_PARTY}",
        differs={
            Action.GRANT: "does not have the role {name}",
            Action.REVOKE: "has the role {name}, which is not agreed",
        },
        asked="has the role {name}, through which it writes",
        let_go="no longer has the role {name}, through which it writes",
        due="to give by hand",
        accepted={
            Action.GRANT: "it does not yet have {name}",
            Action.REVOKE: "it may keep the role {name}, which is not agreed",
        },
    ),
    Aspect.WRITE: AspectLabel(
        "write-back",
        "what it may write",
        rules={Action.GRANT: rules.PERMISSION_MISSING, Action.REVOKE: rules.PERMISSION_NOT_DECLARED},
        all="write-back permissions",
        differs={Action.GRANT: "cannot change {name}", Action.REVOKE: "may change {name}, which is not agreed"},
        asked="may change {name}",
        let_go="may no longer change {name}",
        due="to give by hand",
        accepted={
            Action.GRANT: "it does not yet have {name}",
            Action.REVOKE: "it may go on changing {name}, which is not agreed",
        },
    ),
    Aspect.LAWFUL_BASIS: AspectLabel(
        "lawful basis",
        "the lawful basis",
        rules={Action.SET: rules.LAWFUL_BASIS_DIFFERS},
        differs={Action.SET: "the lawful basis for data processing is {before} and should be {after}"},
        let_go="nobody watches any more the lawful basis {before}",
        accepted={Action.SET: "the lawful basis is not yet {name}"},
    ),
    Aspect.CONSENT: AspectLabel(
        "consent of",
        "the consent of",
        rules={Action.SET: rules.CONSENT_NOT_SET},
        differs={Action.SET: "consent is not set for all {name}, so that some are missing there"},
        asked="needs consent to be set for all {name}, which holds for every supplier then",
        let_go="no longer needs the consent of {name}",
        accepted={Action.SET: "the consent is not yet set of {name}"},
    ),
    Aspect.WRITE_LICENCE: AspectLabel(
        "write licence",
        "the licence for writing",
        rules={Action.SET: rules.LICENCE_MISSING},
        differs={Action.SET: "the licence for writing is {before}"},
        asked="needs the licence for writing",
        let_go="no longer needs the licence for writing",
        due="to buy",
    ),
    Aspect.PARTNER_APPLICATION: AspectLabel(
        "partner application",
        "the partner application",
        rules={Action.GRANT: rules.APPLICATION_NOT_GRANTED},
        differs={Action.GRANT: "has not been given the partner application {name}"},
        accepted={Action.GRANT: "it does not yet have {name}"},
    ),
    Aspect.OLD_EXPORT: AspectLabel(
        "old export on",
        "the old export",
        rules={Action.SET: rules.OLD_EXPORT_CONNECTED},
        differs={Action.SET: "its old export is still connected on {name}"},
        asked="its old export is to be disconnected on {name}",
        let_go="nobody watches any more its old export on {name}",
        due="to have disconnected",
    ),
}
KINDS: Final = {aspect: label.kind for aspect, label in LABELS.items()}
ALL: Final = {aspect: label.all for aspect, label in LABELS.items() if label.all}

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
