"""The text that a sandbox shows when it starts, and when people ask for its state."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.sandbox.server import SandboxServer
from reconciler.sandbox.service.contract import ELSEWHERE
from reconciler.sandbox.state.records import SandboxAccount


def welcome(sandbox: SandboxServer) -> str:
    """The addresses, and every school with its logins. The passwords are those that the suppliers were told."""
    lines = [
        "A practice Bromcom. Every school, person and password in it is invented.",
        "",
        f"  read service   {sandbox.read_url}",
        f"  write service  {sandbox.write_url}",
        f"  pages          {sandbox.pages_url}  (open them in a browser)",
        "",
        f"As real ones do, its WSDL names another address ({ELSEWHERE}).",
        "In a SOAP client, use the addresses above.",
    ]
    for school in sandbox.schools():
        lines += ["", f"School {school.school_id}  {school.name}"]
        lines += _table([_login(account) for account in sandbox.accounts(school.school_id)])
    return "\n".join(lines) + "\n"


def state_text(state: Mapping[str, Any]) -> str:
    """The accounts, ticks, roles, applications and troubles that `GET /_sandbox/state` answered with."""
    lines: list[str] = []
    for school in state["schools"]:
        lines += [f"School {school['schoolId']}  {school['name']}  (lawful basis: {school['lawfulBasis']})"]
        for account in school["accounts"]:
            lines += _account(account)
        lines += [f"  role {role['name']}: {', '.join(role['permissions']) or 'nothing'}" for role in school["roles"]]
        lines += [f"  application {_application(application)}" for application in school["partnerApplications"]]
        lines.append("")
    lines.append("Troubles: " + ("none" if not state["troubles"] else ""))
    lines += [f"  {_trouble(trouble)}" for trouble in state["troubles"]]
    return "\n".join(line.rstrip() for line in lines)


def _login(account: SandboxAccount) -> tuple[str, str, str]:
    return (account.username, account.handed_over, account.password_env)


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows under each other, each column as wide as its widest cell."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        ("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))).rstrip() for row in rows
    ]


def _account(account: Mapping[str, Any]) -> list[str]:
    count, roles = len(account["entities"]), ", ".join(account["roles"]) or "no role"
    head = f"  {account['username']}  ({roles}) {count} tick{'' if count == 1 else 's'}"
    head += ", must change its password" if account["mustChange"] else ""
    names = ", ".join(account["entities"])
    return [head, *textwrap.wrap(names, 100, initial_indent="    ", subsequent_indent="    ")]


def _application(application: Mapping[str, Any]) -> str:
    return f"{application['name']}: {'installed' if application['installed'] else 'not installed'}"


def _trouble(trouble: Mapping[str, Any]) -> str:
    """`database-down at school 12350, the next 2 calls`."""
    parts = [str(trouble["kind"])]
    if trouble["schoolId"] is not None:
        parts.append(f"at school {trouble['schoolId']}")
    if trouble["username"] is not None:
        parts.append(f"for {trouble['username']}")
    if trouble["operation"] is not None:
        parts.append(f"in {trouble['operation']}")
    if trouble["seconds"] is not None:
        parts.append(f"with {trouble['seconds']:g} s")
    if trouble["calls"] is not None:
        parts.append(f"for the next {trouble['calls']} calls" if trouble["calls"] > 1 else "for the next call")
    return " ".join(parts)
