"""The words and signs that reports print, and the exit codes: what each means and what to do about it."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class WordText(NamedTuple):
    """Words and signs that mean one thing, and that meaning; commands in backticks."""

    words: tuple[str, ...]
    text: str


_PLAN: Final = "`reconciler plan`"
VOCABULARY: Final = (
    WordText(
        ("missing", "□", "grant", "☐", "cannot read"),
        "The manifests declare it and Bromcom does not have it: a person gives it, by ticking an entity, a role or a "
        "permission. Until then the supplier silently lacks it.",
    ),
    WordText(
        ("too much", "too many", "▲", "revoke", "not agreed"),
        "Bromcom has it and the manifests do not declare it: someone can read or write more than was agreed. Untick "
        "it, or declare it, which puts it under review.",
    ),
    WordText(
        ("refused", "⊘", "mend-login", "login refused"),
        "Bromcom refused the supplier's login, so what it may read is unknown. Check your own files first, then the "
        "account; reset the password last: `reconciler explain rule login-refused`.",
    ),
    WordText(
        ("differs", "≠", "set", "set differently"),
        "A setting such as the lawful basis has another value than the manifests declare.",
    ),
    WordText(
        ("+", "-"),
        "Lines that are added (+) and removed (-), in the differences that `reconciler fmt --diff` prints. Plans have "
        "no such signs: they say missing (□) and too much (▲).",
    ),
    WordText(
        ("look again", "not called", "called-undeclared", "not-called", "not-listed", "few-peers"),
        "A reason to ask if a supplier needs this, in `reconciler report access`: it is not agreed, a log of 90 days "
        "has no call of it, the supplier's whole list lacks it, or few other schools give it. It is no fault.",
    ),
    WordText(("reported", "·", "only reported"), "Granted and not declared, but `extraEntities: report` lets it be."),
    WordText(
        ("accepted", "~", "accepted for now", "waived"),
        "A waiver accepts this difference until its last day. It is shown and not counted as a difference.",
    ),
    WordText(
        ("disputed", "contradicted"),
        "A person confirmed it and a probe found otherwise. Look again, then attest what you see.",
    ),
    WordText(
        ("unknown", "?", "not checked", "could not be checked", "not-known"),
        "It could not be checked this time; the reason is beside it. It counts neither as in sync nor as a difference.",
    ),
    WordText(("✓", "in sync", "as agreed", "agreed", "in-sync"), "Everything declared is known, and nothing differs."),
    WordText(
        ("✎", "only this change says so", "confirmed by", "attested"),
        "A person says so in an attestation. Nothing else shows it.",
    ),
    WordText(("probed",), "We asked the service just now, with the supplier's own account and the call beside it."),
    WordText(("☑", "already done"), "Bromcom is already as this change asks."),
    WordText(
        ("⚠", "sensitive"), "Special category data, or a high risk if it leaks: `reconciler explain entity NAME`."
    ),
    WordText(("‼", "check this"), "It decides over everybody's records, or over where passwords go."),
    WordText(("★", "new"), "A supplier that had no access there before; in a nightly report, not told before."),
    WordText(("✏", "writes"), "It lets a supplier change a school's records."),
    WordText(
        ("unrecognised",),
        "The entity is on no list that we know. It may hold anything, so treat it as sensitive.",
    ),
    WordText(("action needed",), "Something differs. The numbers behind it say what; the worst comes first."),
    WordText(
        ("partly checked", "incomplete"),
        "No differences were found, but not everything could be checked. The command ends with 4.",
    ),
    WordText(("nothing was compared",), "The manifests in scope declare no access, so nothing is in sync either."),
    WordText(("drift",), "The same differences read from the other side: Bromcom moved away from the manifests."),
    WordText(("blind",), "Hardly anything could be checked: at most one access in ten. Check the connection first."),
    WordText(
        ("no longer agreed", "orphan"),
        "The manifests no longer name this account and Bromcom may still have it. End its access, then run "
        "`reconciler attest SCHOOL/SUPPLIER access=gone`.",
    ),
    WordText(
        ("unreachable", "school-unreachable"),
        "The school's service did not answer. Nothing is known of the school, so nothing counts as in sync.",
    ),
    WordText(("already different", "before"), "The difference was there before this change of the manifests."),
    WordText(("from this change", "this-change"), "The manifests now ask for something else than before this change."),
    WordText(
        ("already different, and changed again here", "both"),
        "Bromcom was not as agreed before, and this change asks for something else again.",
    ),
    WordText(("verified",), "Done, and proven by a probe or an attestation."),
    WordText(
        ("pending", "not carried out yet"),
        "Not done yet, and no one said that it is. In a report of drift: the manifests ask for it since the last "
        "apply and nobody has carried it out, so it is not drift.",
    ),
    WordText(("skipped",), "A person left it for later, and it is not done."),
    WordText(("failed",), "It could not be checked if it is done; the reason is beside it."),
    WordText(("high", "risk high"), "Sensitive or unrecognised records, the lawful basis, an extra role and the like."),
    WordText(("medium", "risk medium"), "Something to put right that opens no sensitive records."),
    WordText(("low", "risk low"), "An ordinary entity to give to a supplier."),
    WordText(
        ("fingerprint",),
        "A short mark of everything that a plan asks for. If it changes, the plan that was approved is out of date.",
    ),
    WordText(
        ("over the limit", "over a limit", "over-limit"),
        "The plan takes away or opens more than the Workspace's limits allow. If that is meant, accept it by name: "
        "`reconciler apply --accept NAME`.",
    ),
    WordText(("built in",), "No manifest says it, so the program's own value counts."),
    WordText(("override",), "An item of `overrides` in a Supplier. It counts only at the schools that it names."),
    # The reasons of what is unknown, as JSON has them.
    WordText(("database-down",), "The service answers and says that the school's database does not."),
    WordText(("login-refused",), "The login was refused, so the account's ticks cannot be read."),
    WordText(
        ("refusal-unproven",),
        "The access has ended and its login is refused, as it would be with a wrong password. It counts as closed if "
        "the same password worked before, or a person confirms it: `reconciler attest SCHOOL/SUPPLIER login=closed`.",
    ),
    WordText(
        ("closed", "login closed", "ended", "retired"),
        "The manifests say that the supplier should have no access (state: retired, accessUntil, accessFrom). Closed: "
        "its account may not log in any more.",
    ),
    WordText(("unreadable",), "The answer breaks the service's contract: a login page, half an answer."),
    WordText(("throttled",), "The service asked for pauses until no retry was left. Try later, or lower `--rate`."),
    WordText(("not-granted",), "The entity is listed for the account, but was refused when it was read."),
    WordText(("not-proven",), "A canary did not come, and nothing shows that it was consent that kept it back."),
    WordText(
        ("nothing-listed",),
        "Bromcom lists nothing: no ticks yet, or a failed login. An empty list proves neither.",
    ),
    WordText(("no-password",), "The manifests have no password reference, so it was not checked: attest its facts."),
    WordText(("no-secret",), "The password reference gave no password: the variable, file or entry is missing."),
    WordText(
        ("no-probe", "to-attest"),
        "No probe can see it. Look in Bromcom, then run `reconciler attest SCHOOL/SUPPLIER FACT=VALUE`.",
    ),
    WordText(("expired",), "An attestation was given, and its last day is over, or it is about another account."),
    WordText(
        ("partly-counted",),
        "A person counted those who consented, and the others may have refused or have no answer yet: count who "
        "refused, then `reconciler attest` it again.",
    ),
    WordText(("denied",), "An attestation is contradicted by a probe, so the fact is unknown: look again."),
    WordText(("not-asked",), "Only the manifests were read, and Bromcom was not asked."),
    WordText(("not-recorded",), "The snapshot does not have it. Record a new one: `reconciler plan --record FILE`."),
    WordText(("too-old",), "The snapshot is older than `--max-age` allows."),
    WordText(("other-school",), "Another school answers under this School ID, so nothing found there counts."),
    WordText(("part-missing",), "The plan was merged without the part that checks it."),
    WordText(("unreviewed",), "A change that is not reviewed yet says where the password goes, so it was not used."),
    WordText(("own-fault",), "This program failed on it alone: please report it."),
    WordText(("interrupted", "stopped early"), "The run was stopped before it was asked."),
)
EXIT_CODES: Final[Mapping[int, tuple[str, str]]] = {
    0: ("In sync, or done.", "There is nothing to do."),
    1: (
        "It failed.",
        "The message says what did not happen, where, why, and what to do next. Nothing was compared, so "
        "nothing counts as in sync.",
    ),
    2: ("There are differences.", f"Read the report of {_PLAN}. Carry the work out with `reconciler apply`."),
    3: (
        "Refused, and nothing was changed.",
        f"The plan is out of date, over a limit, or another apply is at work. Make a new plan: {_PLAN}.",
    ),
    4: (
        "No differences were found, but something could not be checked, or nothing was compared.",
        "This is not in sync. The report names each unknown fact and the reason. Facts that only a person can see are "
        "settled with `reconciler attest`.",
    ),
    5: (
        "Steps are waiting for a person.",
        "Go on with `reconciler apply --resume`. Of `drift`: Bromcom has not moved, and the manifests ask for work "
        "that nobody has carried out yet.",
    ),
    64: (
        "The command line was mistyped.",
        "The message says what can be typed. `--help` lists a command's options.",
    ),
}
