"""`reconciler explain`: say why a value, a difference, a rule or a word of a report is as it is."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.core import ParameterSource

from reconciler.cli.clock import clock
from reconciler.cli.completing import from_manifests, places
from reconciler.cli.console import watching
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.options.general import FILE, probing_options, workspace_option
from reconciler.cli.options.service import ServiceOptions, service_reader
from reconciler.cli.output.destinations import write_to
from reconciler.cli.output.overwrite_guard import refuse_overwriting
from reconciler.cli.output.renderers import text_style
from reconciler.cli.output.working_logins import remembered_logins
from reconciler.cli.printed_commands import with_given_options
from reconciler.errors import ReconcilerError, SelectionError
from reconciler.explaining.agreed_since import AGREED_SINCE, agreed_since
from reconciler.explaining.focus import focus_on
from reconciler.explaining.place import explain_place
from reconciler.explaining.topics import KINDS, explain_anything
from reconciler.explaining.workspace import ExplainedWorkspace, explained_workspace
from reconciler.model.address import Address
from reconciler.model.entity import entity_key
from reconciler.report.explanation import render_explanations_json, render_explanations_text
from reconciler.spelling import nearest
from reconciler.workflow import Reader, desired_of, not_asked, proving, recorded

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.bromcom.options import ProbeProgress
    from reconciler.model.explanation import Explanation

_ASKING: Final = ("env_file", "deep", "wsdl", "concurrency", "per_host", "rate", "timeout", "retries")


@verb(
    {
        "See where each value of an access comes from": "explain greenfield/groupcall",
        "Look at one entity of an access": "explain greenfield/groupcall/Students",
        "Find who agreed to an entity, and when": "explain greenfield/groupcall/Students --agreed-since",
        "Look at a school's own values": "explain greenfield",
        "Look up a kind of record": "explain entity Students",
        "Look up a rule": "explain rule login-refused",
        "Look up an exit code": "explain exit 4",
        "Look up a word or a sign of a report": 'explain "too much"',
    }
)
@click.argument("subject", nargs=-1, required=True, metavar="SUBJECT...", shell_complete=from_manifests(places))
@workspace_option
@click.option("--against", type=FILE, help="Take what is live from this snapshot.")
@click.option("--probe", is_flag=True, help="Ask Bromcom what is live. Without it, nothing is asked.")
@click.option(
    "--agreed-since",
    is_flag=True,
    help="Also read in git since when an access, or an entity of it, is agreed, and by whom.",
)
@probing_options
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--output", type=FILE, help="Write the explanation to this file instead of stdout.")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no remarks on stderr; errors stay.")
def command(subject: tuple[str, ...], form: str, output: Path | None, **typed: Any) -> int:
    """Say why something is as it is, offline.

    SUBJECT is an address, a school, a name at one of them, or a word. Of an access, each value is shown with its
    layers, file and line, then what Bromcom has and how that is known, what people confirmed or accept, the rules that
    apply, and the pages for the work by hand. A name is an entity, a permission, a role, a fact, or a manifest's key.
    """
    refuse_overwriting([output], typed["workspace"], [typed["against"], typed["env_file"]])
    _refuse_without_probe(probe=typed["probe"], against=typed["against"])
    explanations = _explanations(subject, typed)
    if typed["agreed_since"] and not any(part.id == AGREED_SINCE for one in explanations for part in one.parts):
        raise click.UsageError("--agreed-since is about an access, or an entity that the manifests have there.")
    write_to(output, with_given_options(_rendered(explanations, form, output)), private=typed["probe"])
    return Exit.OK


def _refuse_without_probe(*, probe: bool, against: Path | None) -> None:
    """Refuse options that would be ignored silently."""
    if probe and against:
        raise click.UsageError("--probe asks Bromcom and --against reads a snapshot: use only one.")
    context = click.get_current_context()
    for name in () if probe else _ASKING:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name.replace('_', '-')} needs --probe: without it nothing is asked.")


def _explanations(subject: tuple[str, ...], typed: dict[str, Any]) -> tuple[Explanation, ...]:
    first, *rest = subject
    name = " ".join(rest)
    if first in KINDS and rest:
        return (KINDS[first](name),)
    if "/" in first[1:] and not rest:
        return (_place(first, typed),)
    if first == "school" and rest:
        return (_place(name, typed),)
    try:
        return explain_anything(" ".join(subject))
    except SelectionError as error:
        return (_named_in_workspace(" ".join(subject), typed, error),)


def _named_in_workspace(name: str, typed: dict[str, Any], error: SelectionError) -> Explanation:
    """Explain the school of that name; without one, raise the error with the names that the workspace has."""
    try:
        desired = desired_of(typed["workspace"], clock()())
    except ReconcilerError:  # a word needs no workspace
        raise error from None
    with suppress(SelectionError):
        return _place(name, typed)
    suppliers = {address.supplier: address for address in sorted(desired.accesses, reverse=True)}
    if name in suppliers:
        raise SelectionError(f"{name} is a supplier: name a school too, as in `reconciler explain {suppliers[name]}`.")
    near = nearest(name, [*desired.schools, *suppliers])
    raise SelectionError(f"Nothing is called {name!r}. Did you mean `{near}`?") if near else error


def _place(typed_place: str, typed: dict[str, Any]) -> Explanation:
    """Explain `school`, `school/supplier` or `school/supplier/name`."""
    school, _, rest = typed_place.partition("/")
    supplier, _, name = rest.partition("/")
    workspace = explained_workspace(typed["workspace"], clock()())
    school = workspace.called(school)
    if supplier and not name and Address(school, supplier) not in workspace.desired.accesses:
        with suppress(SelectionError):  # of the school's own, or a mistyped supplier
            focus_on(workspace, Address(school, ""), supplier)
            supplier, name = "", supplier
    with watching(typed["quiet"]) as progress:
        explanation = explain_place(workspace, Address(school, supplier), name, _reader(typed, workspace, progress))
    if not typed["agreed_since"]:
        return explanation
    return _with_history(explanation, workspace, Address(school, supplier), name, typed["workspace"])


def _with_history(
    explanation: Explanation, workspace: ExplainedWorkspace, address: Address, name: str, folder: Path
) -> Explanation:
    """Add what git knows of an access, or of an entity that it declares."""
    access = workspace.desired.accesses.get(address)
    key = entity_key(name)
    if access is None or (key and key not in access.entities):
        return explanation
    since = agreed_since(folder, address, key, workspace.now.date())
    return replace(explanation, parts=(since, *explanation.parts))


def _reader(
    typed: dict[str, Any], workspace: ExplainedWorkspace, progress: Callable[[ProbeProgress], None] | None
) -> Reader:
    if typed["against"]:
        return recorded([typed["against"]], workspace.now)
    if not typed["probe"]:
        return not_asked
    options = {name: value for name, value in typed.items() if name in ServiceOptions.__dataclass_fields__}
    read_live = service_reader(ServiceOptions(**options), progress, [workspace.desired])
    folder, name = options["workspace"], workspace.desired.workspace
    return proving(read_live, lambda: remembered_logins(folder, name))


def _rendered(explanations: tuple[Explanation, ...], form: str, output: Path | None) -> str:
    if form == "json":
        return render_explanations_json(explanations)
    return render_explanations_text(explanations, **text_style(output))
