"""Rules that a schema cannot express: one check a file, each with an id; the list below registers them."""

from collections.abc import Iterable
from typing import Protocol

from reconciler.manifest.rules import (
    application_without_via,
    counts_later,
    declared_twice,
    ends_before_it_begins,
    entity_twice,
    expires_too_early,
    expires_too_late,
    impossible_change,
    impossible_counts,
    misplaced_fact,
    moved_from_itself,
    no_such_date,
    nothing_declared,
    override_conflict,
    override_removes_nothing,
    password_in_reference,
    permission_spelling,
    permission_twice,
    permission_without_role,
    placeholder,
    plain_http,
    plain_text_password,
    platform_address,
    platform_redefined,
    profile_incomplete,
    profile_redefined,
    role_shared,
    role_without_account,
    round_decision,
    school_id_shared,
    school_without_supplier,
    selects_no_school,
    unknown_access,
    unknown_bundle,
    unknown_entity,
    unknown_platform,
    unknown_profile,
    unknown_school,
    unknown_supplier,
    username_missing,
    username_shared,
    via_without_application,
    word_conflict,
    workspace_missing,
)
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem


class Rule(Protocol):
    """A module of this package: its ID is the `rule` of every problem that its `check` finds."""

    ID: str

    def check(self, manifests: Manifests, /) -> Iterable[Problem]: ...


RULES: tuple[Rule, ...] = (
    workspace_missing,
    nothing_declared,
    declared_twice,
    plain_text_password,
    password_in_reference,
    school_id_shared,
    platform_redefined,
    platform_address,
    plain_http,
    unknown_platform,
    moved_from_itself,
    unknown_school,
    unknown_supplier,
    unknown_access,
    selects_no_school,
    school_without_supplier,
    unknown_profile,
    profile_redefined,
    profile_incomplete,
    unknown_bundle,
    unknown_entity,
    entity_twice,
    permission_twice,
    permission_spelling,
    permission_without_role,
    via_without_application,
    application_without_via,
    role_shared,
    role_without_account,
    placeholder,
    username_missing,
    username_shared,
    override_removes_nothing,
    override_conflict,
    no_such_date,
    ends_before_it_begins,
    expires_too_early,
    expires_too_late,
    counts_later,
    misplaced_fact,
    word_conflict,
    impossible_change,
    impossible_counts,
    round_decision,
)
