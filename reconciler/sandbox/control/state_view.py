"""What the control shows of a sandbox: the state of its schools, and the access log. Never a password."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from reconciler.sandbox.control.controls import Controls
from reconciler.sandbox.state.database import SandboxSchool
from reconciler.sandbox.state.records import SandboxAccount


def state(controls: Controls) -> object:
    """The schools with their accounts, roles and partner applications; the troubles."""
    return {
        "schools": [_school(controls, school) for school in controls.schools()],
        "troubles": [_camel(asdict(trouble)) for trouble in controls.troubles()],
    }


def log(controls: Controls) -> object:
    """Every call to the two services."""
    return [_camel(asdict(call)) for call in controls.access_log()]


def _school(controls: Controls, school: SandboxSchool) -> Mapping[str, object]:
    return {
        "schoolId": school.school_id,
        "name": school.name,
        "lawfulBasis": school.lawful_basis,
        "accounts": [_account(account) for account in controls.accounts(school.school_id)],
        "roles": [asdict(role) for role in controls.roles(school.school_id)],
        "partnerApplications": [asdict(application) for application in controls.applications(school.school_id)],
    }


def _account(account: SandboxAccount) -> Mapping[str, object]:
    return {
        "username": account.username,
        "firstName": account.first_name,
        "lastName": account.last_name,
        "mustChange": account.must_change,
        "passwordEnv": account.password_env,
        "roles": account.roles,
        "entities": account.ticks,
    }


def _camel(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same fields, `school_id` named `schoolId`."""
    return {"schoolId" if name == "school_id" else name: value for name, value in fields.items()}
