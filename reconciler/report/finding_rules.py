"""The rules for findings of a plan. The rules for manifests are in `manifest/`."""

from typing import Final

from reconciler.model.problem import RuleText
from reconciler.planning.refused_login import CHECKS

OTHER_SCHOOL: Final = "other-school"
ENTITY_MISSING: Final = "entity-missing"
ENTITY_NOT_DECLARED: Final = "entity-not-declared"
ENTITY_REPORTED: Final = "entity-reported"
LOGIN_REFUSED: Final = "login-refused"
ROLE_MISSING: Final = "role-missing"
ROLE_NOT_DECLARED: Final = "role-not-declared"
PERMISSION_MISSING: Final = "permission-missing"
PERMISSION_NOT_DECLARED: Final = "permission-not-declared"
LICENCE_MISSING: Final = "licence-missing"
LAWFUL_BASIS_DIFFERS: Final = "lawful-basis-differs"
CONSENT_NOT_SET: Final = "consent-not-set"
CONSENT_NOT_ENFORCED: Final = "consent-not-enforced"
APPLICATION_NOT_GRANTED: Final = "application-not-granted"
OLD_EXPORT_CONNECTED: Final = "old-export-connected"
ACCOUNT_MISSING: Final = "account-missing"
ACCOUNT_UNCLAIMED: Final = "account-unclaimed"
ACCESS_ENDED: Final = "access-ended"
DELETION_NOT_CONFIRMED: Final = "deletion-not-confirmed"
WORD_DENIED: Final = "word-denied"
NO_LONGER_AGREED: Final = "no-longer-agreed"
SUPPLIER_WITHOUT_ENTITIES: Final = "supplier-without-entities"
OVER_LIMIT: Final = "over-limit"
SCHOOL_UNREACHABLE: Final = "school-unreachable"
NOT_KNOWN: Final = "not-known"
TO_ATTEST: Final = "to-attest"
TO_AGREE: Final = "to-agree"

FINDING_RULES: Final = (
    RuleText(
        TO_AGREE,
        "A change that opens sensitive records or redirects passwords needs explicit agreement.",
        "Reported only for a change under review, on the line that asks for it, whether or not Bromcom could be "
        "checked. There is nothing to fix: read it, then approve or reject the change.",
    ),
    RuleText(
        OTHER_SCHOOL,
        "A School ID leads to the school with the declared URN.",
        "Another school with the same account and password answers well, so a mistyped schoolId shows nowhere else. "
        "Nothing found there counts: it is neither in sync nor a difference. To fix it, correct schoolId on this line. "
        "If it is right, check urn, and the URN that the school has in Bromcom.",
    ),
    RuleText(
        ENTITY_MISSING,
        "A supplier can read what the manifests declare for it.",
        "Its product silently lacks the data of an entity that is not ticked. To fix it, tick the entity for the "
        "account under Third Party Access Permissions & Logs, or remove it from the supplier's manifest.",
    ),
    RuleText(
        ENTITY_NOT_DECLARED,
        "A supplier can read only what the manifests declare for it.",
        "This is where data leaks: a third party can read records that nobody agreed to share. To fix it, untick the "
        "entity under Third Party Access Permissions & Logs, or declare it, which puts it under review. It is an "
        "error if the entity is sensitive.",
    ),
    RuleText(
        ENTITY_REPORTED,
        "While a supplier is being adopted, its access beyond the manifests is listed.",
        "The supplier's extraEntities is report, so the entity does not count as a difference yet. Declare it or "
        "untick it, then set extraEntities back to revoke.",
    ),
    RuleText(
        LOGIN_REFUSED,
        "A supplier's account can log in.",
        "Bromcom gives the same answer for a wrong password, a wrong username, a missing account, and an account that "
        "may not log in or lacks the role Third Party. What it may read is unknown until it logs in. "
        + " ".join(CHECKS),
    ),
    RuleText(
        ROLE_MISSING,
        "A supplier's account has the role that the manifests declare.",
        "The supplier writes back through that role alone. To fix it, tick the role for the account under System "
        "Users.",
    ),
    RuleText(
        ROLE_NOT_DECLARED,
        "A supplier's account has no roles except Third Party and the one that the manifests declare.",
        "Bromcom adds up the roles of an account, so one more can undo every limit on it. To fix it, untick the role "
        "for the account under System Users, or declare it, which puts it under review.",
    ),
    RuleText(
        PERMISSION_MISSING,
        "A supplier can write what the manifests declare for it.",
        "Without the permission, what the supplier writes back is lost. To fix it, tick Third Party Write Back for "
        "the supplier's role under Roles and Permissions.",
    ),
    RuleText(
        PERMISSION_NOT_DECLARED,
        "A supplier can write only what the manifests declare for it.",
        "A third party can change a school's records, and nobody agreed to that. To fix it, untick the permission for "
        "the supplier's role under Roles and Permissions, or declare it, which puts it under review.",
    ),
    RuleText(
        LICENCE_MISSING,
        "The write-back that the manifests declare is licensed.",
        "Bromcom sells the write licence separately. Without it no write function works, whatever is ticked.",
    ),
    RuleText(
        LAWFUL_BASIS_DIFFERS,
        "A school has the lawful basis that the manifests declare.",
        "It applies to every third party at once: with any basis except Consent, all students and staff are readable. "
        "To fix it, set it under Administration Defaults, or declare what was agreed.",
    ),
    RuleText(
        CONSENT_NOT_SET,
        "Consent is set for the people whose records a supplier needs.",
        "Under the lawful basis Consent, people without it are silently missing for the supplier. To fix it, set Data "
        "Processing Consent Granted for the people who consented.",
    ),
    RuleText(
        CONSENT_NOT_ENFORCED,
        "A person who withheld consent is hidden where the lawful basis is Consent, and readable elsewhere.",
        "With Consent, a canary that is readable may mean that everything is open. To fix it, check the lawful basis "
        "under Administration Defaults, then that person's Data Processing Consent Granted. With any other basis, a "
        "canary that is hidden shows that the basis in Bromcom is Consent, whatever was attested.",
    ),
    RuleText(
        APPLICATION_NOT_GRANTED,
        "A partner application that the manifests declare is granted.",
        "It is granted with its whole scope. To fix it, read its scope under Partner Applications, then grant it "
        "there.",
    ),
    RuleText(
        OLD_EXPORT_CONNECTED,
        "The export from a platform that a school has left is disconnected.",
        "While it is connected, the supplier keeps reading from a place that is no longer checked. To fix it, ask the "
        "old host or the supplier to disconnect it.",
    ),
    RuleText(
        ACCOUNT_UNCLAIMED,
        "A supplier in the manifests claims every third-party account of a school.",
        "A third party may read records through an account that nobody agreed to, and no probe looks at it. To fix it, "
        "adopt it with reconciler import account; or untick The user can log into the system, and record that with "
        "reconciler attest SCHOOL/SUPPLIER access=gone --account NAME; or accept it with a Waiver: action revoke, "
        "aspect third-party-account.",
    ),
    RuleText(
        ACCOUNT_MISSING,
        "An account that a supplier claims is among the third-party accounts of its school.",
        "Either the list is not whole, or the supplier has lost its account. To fix it, list the accounts again and "
        "run reconciler attest, or create the account under System Users.",
    ),
    RuleText(
        ACCESS_ENDED,
        "A supplier whose access has ended cannot get in.",
        "The manifests say that its access is over (state: retired, accessUntil), or has not begun (accessFrom), and "
        "its account still logs in, or its partner application is granted. To fix it, untick The user can log into "
        "the system under User Login Details, and never delete the account; or revoke the partner application.",
    ),
    RuleText(
        DELETION_NOT_CONFIRMED,
        "A supplier whose access has ended deleted what it had.",
        "To end an access deletes nothing that the supplier has already. To fix it, ask the supplier, and its "
        "aggregator, to delete it and to confirm that. Then record it: reconciler attest SCHOOL/SUPPLIER "
        "deletion=confirmed.",
    ),
    RuleText(
        WORD_DENIED,
        "An attestation agrees with what a probe finds.",
        "A probe outweighs an attestation: the claim is not believed, and the fact is unknown. To fix it, look again "
        "and attest what you see.",
    ),
    RuleText(
        NO_LONGER_AGREED,
        "An account that the manifests no longer name has no access.",
        "Deleting a supplier or a school from the manifests removes nothing in Bromcom. To end the access, untick The "
        "user can log into the system under User Login Details, or revoke the partner application. Then record it: "
        "reconciler attest SCHOOL/SUPPLIER access=gone. Or keep the supplier in the manifests with state: retired: "
        "then a plan says what is left to do.",
    ),
    RuleText(
        SUPPLIER_WITHOUT_ENTITIES,
        "A supplier whose account may read entities declares some.",
        "Without `entities`, a plan removes everything that it may read. If the list was forgotten, add it; if the "
        "supplier is leaving, this is right.",
    ),
    RuleText(
        OVER_LIMIT,
        "A plan stays within the limits of the Workspace.",
        "A plan over a limit is most likely a mistake in the manifests. Apply refuses it until the limit is accepted "
        "by name.",
    ),
    RuleText(
        SCHOOL_UNREACHABLE,
        "A school's service answers.",
        "This is not a difference. Nothing is known of the school this time, and nothing of it counts as in sync.",
    ),
    RuleText(
        NOT_KNOWN,
        "Everything that the manifests declare is known.",
        "This is not a difference. We asked and could not find out, so it does not count as in sync.",
    ),
    RuleText(
        TO_ATTEST,
        "A fact that cannot be checked remotely has an attestation.",
        "This is not a difference. It waits for a person to look in Bromcom, and then to run reconciler attest.",
    ),
)
