"""The tables of the database. Usernames and entities compare without regard to case, as in the real service."""

from __future__ import annotations

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
    handed_over  TEXT NOT NULL,
    password_env TEXT NOT NULL,
    PRIMARY KEY (school_id, username)
);

CREATE TABLE role (
    school_id INTEGER NOT NULL,
    username  TEXT NOT NULL COLLATE NOCASE,
    role      TEXT NOT NULL,
    PRIMARY KEY (school_id, username, role),
    FOREIGN KEY (school_id, username) REFERENCES account
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
