"""The tables of the database. Usernames and entities compare without regard to case, as in the real service.

`LAYOUT` is the number of this layout of the tables, which a state file keeps: it changes whenever they do.
"""

from __future__ import annotations

LAYOUT = 3

TABLES = """
CREATE TABLE school (
    school_id    INTEGER PRIMARY KEY,
    name         TEXT NOT NULL,
    lawful_basis TEXT NOT NULL
);

CREATE TABLE account (
    school_id    INTEGER NOT NULL REFERENCES school,
    username     TEXT NOT NULL COLLATE NOCASE,
    password     TEXT NOT NULL,
    first_name   TEXT NOT NULL,
    last_name    TEXT NOT NULL,
    must_change  INTEGER NOT NULL,
    PRIMARY KEY (school_id, username)
);

-- What suppliers were told, also of accounts that nobody has made yet.
CREATE TABLE handed_over (
    school_id    INTEGER NOT NULL REFERENCES school,
    username     TEXT NOT NULL COLLATE NOCASE,
    password     TEXT NOT NULL,
    password_env TEXT NOT NULL,
    PRIMARY KEY (school_id, username)
);

CREATE TABLE role (
    school_id   INTEGER NOT NULL REFERENCES school,
    name        TEXT NOT NULL,
    description TEXT NOT NULL,
    PRIMARY KEY (school_id, name)
);

-- The write-back permissions that a school's service offers.
CREATE TABLE permission (
    school_id INTEGER NOT NULL REFERENCES school,
    name      TEXT NOT NULL,
    PRIMARY KEY (school_id, name)
);

CREATE TABLE role_permission (
    school_id  INTEGER NOT NULL,
    role       TEXT NOT NULL,
    permission TEXT NOT NULL,
    PRIMARY KEY (school_id, role, permission),
    FOREIGN KEY (school_id, role) REFERENCES role,
    FOREIGN KEY (school_id, permission) REFERENCES permission
);

CREATE TABLE account_role (
    school_id INTEGER NOT NULL,
    username  TEXT NOT NULL COLLATE NOCASE,
    role      TEXT NOT NULL,
    PRIMARY KEY (school_id, username, role),
    FOREIGN KEY (school_id, username) REFERENCES account,
    FOREIGN KEY (school_id, role) REFERENCES role
);

CREATE TABLE tick (
    school_id INTEGER NOT NULL,
    username  TEXT NOT NULL COLLATE NOCASE,
    entity    TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (school_id, username, entity),
    FOREIGN KEY (school_id, username) REFERENCES account
);

CREATE TABLE person (
    school_id INTEGER NOT NULL REFERENCES school,
    kind      TEXT NOT NULL,
    number    INTEGER NOT NULL,
    consent   INTEGER NOT NULL,
    PRIMARY KEY (school_id, kind, number)
);

CREATE TABLE application (
    school_id INTEGER NOT NULL REFERENCES school,
    name      TEXT NOT NULL,
    installed INTEGER NOT NULL,
    PRIMARY KEY (school_id, name)
);

CREATE TABLE application_scope (
    school_id   INTEGER NOT NULL,
    application TEXT NOT NULL,
    entity      TEXT NOT NULL,
    PRIMARY KEY (school_id, application, entity),
    FOREIGN KEY (school_id, application) REFERENCES application
);

CREATE TABLE application_audit (
    audit_id    INTEGER PRIMARY KEY,
    school_id   INTEGER NOT NULL,
    application TEXT NOT NULL,
    time        TEXT NOT NULL,
    action      TEXT NOT NULL,
    FOREIGN KEY (school_id, application) REFERENCES application
);

CREATE TABLE trouble (
    trouble_id INTEGER PRIMARY KEY,
    kind       TEXT NOT NULL,
    school_id  INTEGER,
    operation  TEXT COLLATE NOCASE,
    username   TEXT COLLATE NOCASE,
    calls      INTEGER,
    seconds    REAL
);

-- Never a password.
CREATE TABLE access_log (
    call_id   INTEGER PRIMARY KEY,
    time      TEXT NOT NULL,
    service   TEXT NOT NULL,
    operation TEXT NOT NULL,
    school_id INTEGER,
    username  TEXT NOT NULL,
    entity    TEXT NOT NULL,
    outcome   TEXT NOT NULL
);
"""
