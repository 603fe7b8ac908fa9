"""The words of every report, in two registers: for engineers, and for the people who approve."""

from collections.abc import Mapping
from typing import Final, NamedTuple, assert_never

from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Waived
from reconciler.model.evidence import Attested
from reconciler.model.live import THIRD_PARTY
from reconciler.model.plan import Breach, Ended, EndReason
from reconciler.model.review import AppliedRevision, Cause
from reconciler.report import finding_rules as rules
from reconciler.report.escape import printable
from reconciler.report.style import Style


class AspectLabel(NamedTuple):
    """The words for one aspect of a school or an access.

    kind      for engineers, before a name: `role Till`
    topic     for approvers: `its roles`
    rules     {action: the rule of a finding that asks for it}
    all       all of a kind together (`*`), if none is declared

    The rest are sentences for approvers, in which `{name}`, `{before}` and `{after}` are those of a change or an edit.

    differs   {action: the state in Bromcom}
    asked     the request of a change under review
    let_go    the same, if the change withdraws it
    due       the work that is left
    accepted  {action: the difference that a waiver accepts}
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
    Aspect.REACHABLE: AspectLabel("school", "the connection"),
    Aspect.RIGHT_SCHOOL: AspectLabel(
        "school with URN",
        "the school with URN",
        rules={Action.SET: rules.OTHER_SCHOOL},
        differs={Action.SET: "the database has no school with URN {name}"},
        due="to correct in the manifests",
    ),
    Aspect.LOGIN: AspectLabel(
        "account",
        "the login",
        rules={Action.MEND_LOGIN: rules.LOGIN_REFUSED, Action.REVOKE: rules.ACCESS_ENDED},
        differs={
            Action.MEND_LOGIN: "its login is refused: {name}",
            Action.REVOKE: "can still log in as {name}, although its access has ended",
        },
        asked="is to have no access: {after}",
        let_go="is to have access again; it was {before}",
        due="to close by hand",
        accepted={
            Action.MEND_LOGIN: "its login is refused: {name}",
            Action.REVOKE: "can still log in as {name}, although its access has ended",
        },
    ),
    Aspect.READ: AspectLabel(
        "entity",
        "entities",
        rules={Action.GRANT: rules.ENTITY_MISSING, Action.REVOKE: rules.ENTITY_NOT_DECLARED},
        differs={Action.GRANT: "cannot read {name}", Action.REVOKE: "can read {name}, which is not agreed"},
        asked="may read {name}",
        let_go="may no longer read {name}",
        accepted={
            Action.GRANT: "cannot yet read {name}",
            Action.REVOKE: "can still read {name}, which is not agreed",
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
        asked="has the role {name}, which lets it write",
        let_go="no longer has the role {name}, which let it write",
        due="to give by hand",
        accepted={
            Action.GRANT: "does not yet have {name}",
            Action.REVOKE: "still has the role {name}, which is not agreed",
        },
    ),
    Aspect.WRITE: AspectLabel(
        "write-back",
        "write-back permissions",
        rules={Action.GRANT: rules.PERMISSION_MISSING, Action.REVOKE: rules.PERMISSION_NOT_DECLARED},
        all="write-back permissions",
        differs={Action.GRANT: "cannot change {name}", Action.REVOKE: "can change {name}, which is not agreed"},
        asked="may change {name}",
        let_go="may no longer change {name}",
        due="to give by hand",
        accepted={
            Action.GRANT: "does not yet have {name}",
            Action.REVOKE: "can still change {name}, which is not agreed",
        },
    ),
    Aspect.LAWFUL_BASIS: AspectLabel(
        "lawful basis",
        "the lawful basis",
        rules={Action.SET: rules.LAWFUL_BASIS_DIFFERS},
        differs={Action.SET: "the lawful basis is {before} and should be {after}"},
        let_go="the lawful basis is no longer checked; it was {before}",
        accepted={Action.SET: "the lawful basis is not yet {name}"},
    ),
    Aspect.CONSENT: AspectLabel(
        "consent of",
        "consent of",
        rules={Action.SET: rules.CONSENT_NOT_SET},
        differs={Action.SET: "consent is not set for all {name}, so some are missing there"},
        asked="needs consent set for all {name}, which then applies to every supplier",
        let_go="no longer needs the consent of {name}",
        accepted={Action.SET: "consent is not yet set for {name}"},
    ),
    Aspect.CONSENT_ENFORCED: AspectLabel(
        "canary among",
        "the canary among",
        rules={Action.SET: rules.CONSENT_NOT_ENFORCED},
        differs={Action.SET: "the canary among {name} is {before}, against the lawful basis"},
        asked="a canary shows if consent of {name} is enforced",
        let_go="no canary shows any more if consent of {name} is enforced",
    ),
    Aspect.WRITE_LICENCE: AspectLabel(
        "write licence",
        "the write licence",
        rules={Action.SET: rules.LICENCE_MISSING},
        differs={Action.SET: "the write licence is {before}"},
        asked="needs the write licence",
        let_go="no longer needs the write licence",
        due="to buy",
    ),
    Aspect.PARTNER_APPLICATION: AspectLabel(
        "partner application",
        "the partner application",
        rules={Action.GRANT: rules.APPLICATION_NOT_GRANTED, Action.REVOKE: rules.ACCESS_ENDED},
        differs={
            Action.GRANT: "does not have the partner application {name}",
            Action.REVOKE: "still has the partner application {name}, although its access has ended",
        },
        asked="is to have no access: {after}",
        let_go="is to have access again; it was {before}",
        due="to close by hand",
        accepted={
            Action.GRANT: "does not yet have {name}",
            Action.REVOKE: "still has the partner application {name}, although its access has ended",
        },
    ),
    Aspect.OLD_EXPORT: AspectLabel(
        "old export on",
        "the old export",
        rules={Action.SET: rules.OLD_EXPORT_CONNECTED},
        differs={Action.SET: "its old export is still connected on {name}"},
        asked="its old export on {name} must be disconnected",
        let_go="its old export on {name} is no longer checked",
        due="to disconnect by hand",
    ),
    Aspect.ACCOUNT: AspectLabel(
        "third-party account",
        "its accounts",
        rules={Action.GRANT: rules.ACCOUNT_MISSING, Action.REVOKE: rules.ACCOUNT_UNCLAIMED},
        all="list of third-party accounts",
        differs={
            Action.GRANT: "does not have the account {name}, which a supplier claims",
            Action.REVOKE: "has the third-party account {name}",
        },
        accepted={
            Action.GRANT: "does not yet have the account {name}",
            Action.REVOKE: "still has the account {name}, which no supplier claims",
        },
    ),
    Aspect.DELETION: AspectLabel(
        "deletion",
        "the deletion of what it had",
        rules={Action.SET: rules.DELETION_NOT_CONFIRMED},
        differs={Action.SET: "has not confirmed that it deleted what it had"},
        asked="must delete what it had",
        let_go="need not delete what it had any more",
        due="to ask the supplier for",
    ),
}
KINDS: Final = {aspect: label.kind for aspect, label in LABELS.items()}
ALL: Final = {aspect: label.all for aspect, label in LABELS.items() if label.all}

COMMIT: Final = 8  # characters of a commit that tell it from others
_KEPT: Final = {
    "env": "under {}, in the environment or the file of --env-file",
    "file": "in the file {}",
    "keyring": "in the keyring, under {}",
    "command": "where the program {} takes it from",
}


class DifferenceLabel(NamedTuple):
    """The word for a kind of difference, its mark where a word does not fit, and its colour: red is for leaks and
    refusals alone."""

    word: str
    mark: str
    style: Style


DIFFERENCES: Final[Mapping[Action, DifferenceLabel]] = {
    Action.GRANT: DifferenceLabel("missing", "□", Style.ATTENTION),
    Action.REVOKE: DifferenceLabel("too much", "▲", Style.REVOKE),
    Action.MEND_LOGIN: DifferenceLabel("refused", "⊘", Style.BROKEN),
    Action.SET: DifferenceLabel("differs", "≠", Style.ATTENTION),
}
CAUSES: Final[Mapping[Cause | None, str]] = {
    Cause.THIS_CHANGE: "from this change",
    Cause.BEFORE: "already different",
    Cause.BOTH: "already different, and changed again here",
    Cause.PENDING: "not carried out yet",
    None: "",
}


def perhaps(breach: Breach) -> str:
    """Explain a count that is above that of the plan, which knows no ticks of an account whose login is refused."""
    now, later = breach.count - breach.perhaps, plural(breach.perhaps, "tick")
    return f" ({now} to grant now, {later} if the refused logins are new accounts)" if breach.perhaps else ""


def manifest_wording(reference: str) -> str:
    """Say where a password is kept, from the text of a reference to it (see `model/secret.py`).

    `env TILL_PASSWORD` -> `under TILL_PASSWORD, in the environment or the file of --env-file`
    """
    kind, _, rest = reference.partition(" ")
    return _KEPT[kind].format(rest) if kind in _KEPT else f"in {reference}"


def attested(word: Attested) -> str:
    """Name the person who confirms a fact, and for how long."""
    reference = f" ({printable(word.reference)})" if word.reference else ""
    on, expires = word.on.date().isoformat(), word.expires.isoformat()
    counts = f": {printable(word.counts)}" if word.counts else ""
    return f"confirmed by {printable(word.by)} on {on}{reference}, until {expires}{counts}"


def waived(terms: Waived) -> str:
    """Name the person who accepts a difference, for how long, and why."""
    return f"accepted by {printable(terms.by)} until {terms.expires.isoformat()}: {printable(terms.reason)}"


def applied_said(applied: AppliedRevision) -> str:
    """Name the manifests that Bromcom was last brought in line with."""
    commit = applied.commit[:COMMIT]
    return f"{printable(applied.revision)} ({commit})" if applied.revision else f"the last verified apply ({commit})"


def ended_said(ended: Ended) -> str:
    """Say since when an access has ended, or when it begins."""
    match ended.reason:
        case EndReason.NOT_YET:
            return f"no access before {ended.day}"
        case EndReason.OVER:
            return f"access ended on {ended.day}"
        case EndReason.RETIRED:
            return f"retired on {ended.day}" if ended.day else "retired"
        case _:
            assert_never(ended.reason)


def plural(number: int, one: str, many: str = "") -> str:
    """`1 school`, `2 schools`; `many` is for words whose plural does not end in an added s."""
    return f"{number} {one if number == 1 else many or one + 's'}"
