"""The rules that the findings of a plan are of; those that manifests are checked against are in `manifest/`."""

from typing import Final

from reconciler.model.problem import RuleText

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
APPLICATION_NOT_GRANTED: Final = "application-not-granted"
OLD_EXPORT_CONNECTED: Final = "old-export-connected"
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
        "A change that opens sensitive records, or says where passwords go, is agreed to by somebody who may.",
        "It is told of a change under review alone, on the line that asks for it, whether or not anybody could look at "
        "Bromcom. There is nothing to mend: read it, and approve the change or do not.",
    ),
    RuleText(
        ENTITY_MISSING,
        "A supplier can read what the manifests declare for it.",
        "An entity that is not ticked is data that the supplier's product silently lacks. To mend it: tick the entity "
        "for the account under Third Party Access Permissions & Logs, or take it out of the supplier's manifest.",
    ),
    RuleText(
        ENTITY_NOT_DECLARED,
        "A supplier can read nothing that the manifests do not declare for it.",
        "This is where data leaks: somebody's records are open to a third party, and nobody agreed to that. To mend "
        "it: take the tick off under Third Party Access Permissions & Logs, or declare the entity, and so let it be "
        "reviewed. It is an error where the entity is a sensitive one.",
    ),
    RuleText(
        ENTITY_REPORTED,
        "While a supplier is adopted, what it can read beyond the manifests is known.",
        "The supplier's extraEntities says report, so that the entity is no difference yet. Declare it or take its "
        "tick off, then set extraEntities back to revoke.",
    ),
    RuleText(
        LOGIN_REFUSED,
        "A supplier's account can log in.",
        "The service says the same to a wrong password, a wrong username and an account without the role Third Party, "
        "and to one that was never made or may not log in. What the account may read cannot be asked until it logs in. "
        "To mend it: first compare the username and the password that were used, and try again. Then look at the "
        "account under System Users: is it there, may it log in, does it have the role Third Party and its ticks; then "
        "whether two-factor authentication is on for it. Reset its password last: the supplier is cut off until it has "
        "the new one.",
    ),
    RuleText(
        ROLE_MISSING,
        "A supplier's account holds the role that the manifests declare.",
        "It writes through that role alone. To mend it: tick the role for the account under System Users.",
    ),
    RuleText(
        ROLE_NOT_DECLARED,
        "A supplier's account holds no role but Third Party and the one that the manifests declare.",
        "Bromcom adds the roles of an account up: one more can undo every limit on what the supplier may do. To fix "
        "it: untick the role for the account under System Users, or declare it, and so let it be reviewed.",
    ),
    RuleText(
        PERMISSION_MISSING,
        "A supplier can write what the manifests declare for it.",
        "Without the permission what the supplier writes back is lost. To mend it: tick Third Party Write Back for the "
        "supplier's role under Roles and Permissions.",
    ),
    RuleText(
        PERMISSION_NOT_DECLARED,
        "A supplier can write nothing that the manifests do not declare for it.",
        "Somebody can change a school's records, and nobody agreed to that. To mend it: take the tick off the "
        "supplier's role under Roles and Permissions, or declare the permission, and so let it be reviewed.",
    ),
    RuleText(
        LICENCE_MISSING,
        "The write-back that the manifests declare is licensed.",
        "Bromcom sells the licence for writing apart; without it no write function works, whatever is ticked.",
    ),
    RuleText(
        LAWFUL_BASIS_DIFFERS,
        "A school's lawful basis for data processing is the one that the manifests declare.",
        "It decides for every third party at once: with anything but Consent all students and all staff are readable. "
        "To mend it: set it under Administration Defaults, or declare what was agreed.",
    ),
    RuleText(
        CONSENT_NOT_SET,
        "Consent is set for the people whose records a supplier needs.",
        "Under the lawful basis Consent a person without it is just not there for the supplier: no error says so. To "
        "mend it: set Data Processing Consent Granted for the people who gave theirs.",
    ),
    RuleText(
        APPLICATION_NOT_GRANTED,
        "A partner application that the manifests declare is granted.",
        "It is granted with all of its scope. To mend it: grant it under Partner Applications, once you have read what "
        "its scope shows.",
    ),
    RuleText(
        OLD_EXPORT_CONNECTED,
        "The export from a platform that a school has left is disconnected.",
        "While it is connected, a supplier goes on reading from where nobody looks any more. To mend it: ask the old "
        "host, or the supplier, to disconnect it.",
    ),
    RuleText(
        WORD_DENIED,
        "What somebody vouches for agrees with what a probe finds.",
        "A probe beats a word: what was vouched for is not believed, and counts as not known. To mend it: look again, "
        "and attest what you see.",
    ),
    RuleText(
        NO_LONGER_AGREED,
        "An account that the manifests no longer name has no access any more.",
        "Deleting a supplier or a school from the manifests takes nothing away in Bromcom. To end the access: untick "
        "The user can log into the system under User Login Details, or revoke the partner application. Then say "
        "so: reconciler attest SCHOOL/SUPPLIER access=gone.",
    ),
    RuleText(
        SUPPLIER_WITHOUT_ENTITIES,
        "A supplier whose account may read entities declares some.",
        "Without `entities`, a plan takes away all that it may read. If the list was forgotten, add it; if the "
        "supplier is leaving, this is right.",
    ),
    RuleText(
        OVER_LIMIT,
        "A plan stays within the limits of the Workspace.",
        "More than the limit in one plan is most likely a mistake of the manifests, and apply refuses it until "
        "somebody accepts it by name.",
    ),
    RuleText(
        SCHOOL_UNREACHABLE,
        "A school's service answers.",
        "It is no difference: nothing is known of the school this time, and nothing of it counts as in sync.",
    ),
    RuleText(
        NOT_KNOWN,
        "What the manifests declare can be known.",
        "It is no difference: it was asked and not found out this time, and does not count as in sync.",
    ),
    RuleText(
        TO_ATTEST,
        "Somebody vouches for what no probe can see.",
        "It is no difference: it waits for a person who looks, and then runs reconciler attest.",
    ),
)
