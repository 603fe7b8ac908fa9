"""Whether the manifests still mean the same school and account by a name as they did in an approved plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.model.account import username_key

if TYPE_CHECKING:
    from reconciler.model.plan import AccessPlan, SchoolPlan


def other_school(approved: SchoolPlan, now: SchoolPlan) -> str:
    """Why what is found at the school now says nothing of the approved one; empty where they are one."""
    if approved.school_id != now.school_id:
        return f"the manifests mean School ID {now.school_id} by now, and {approved.school_id} was approved"
    if approved.read_url.strip().casefold() != now.read_url.strip().casefold():  # IIS ignores case
        return "the manifests name another service by now than was approved"
    return ""


def other_account(approved: AccessPlan, now: AccessPlan) -> str:
    """Why what is found of the access now says nothing of the approved one; empty where they are one."""
    if (approved.via, username_key(approved.name)) != (now.via, username_key(now.name)):
        return f"the manifests name {now.via.value} {now.name} by now, and {approved.name} was approved"
    return ""
