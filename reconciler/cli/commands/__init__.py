"""The verbs: one a file, each the `command` of the module of its name."""

from collections.abc import Mapping
from keyword import iskeyword
from typing import Final

# The first line of each verb's own help, so that `reconciler --help` need import none of them; a test compares them.
VERBS: Final[Mapping[str, str]] = {
    "apply": "Carry out a plan by hand, page by page, and check the result.",
    "attest": "Record what you saw of facts that cannot be checked remotely.",
    "catalogue": "Look up the entities of Bromcom's API, and what suppliers ask for.",
    "completion": "Print the completion script for a SHELL.",
    "demo": "Show the whole story on a practice Bromcom.",
    "doctor": "Find out why Bromcom does not answer, or refuses a login.",
    "drift": "Report how Bromcom moved away from the manifests.",
    "explain": "Say why something is as it is, offline.",
    "fmt": "Put manifests into normal form, offline.",
    "help": "Explain a command, as its --help does.",
    "history": "Show who could read what in the past, and how that changed.",
    "import": "Write manifests that say what Bromcom has now.",
    "init": "Begin a workspace in DIR, or add a school or suppliers to the one that is there.",
    "journal": "Show what was done here, by whom, when, and how it was proven.",
    "lint": "Suggest improvements to the manifests, offline.",
    "merge": "Make one plan of the parts that several machines made.",
    "plan": "Show what must change for Bromcom to match the manifests.",
    "report": "Answer for third-party access: who can read what, what is used, what can be taken away.",
    "round": "Go through what suppliers can read, and decide of each access what stays.",
    "runbook": "Print the clicks that carry out the saved PLAN, or those for a new supplier.",
    "sandbox": "Serve a practice Bromcom until Ctrl-C.",
    "schema": "Print the JSON Schema (2020-12) of a KIND of document.",
    "site": "Write the pages: who can read what, what differs, and how that is known.",
    "ui": "Show the workspace in the browser, and check it there.",
    "validate": "Check the manifests for mistakes, offline.",
    "verify": "Check what of PLAN is done, and say how that is proven.",
}

# The headings below which `reconciler --help` lists them.
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "Get started": ("init", "import", "ui", "demo", "sandbox"),
    "Manifests": ("validate", "lint", "fmt", "catalogue", "explain"),
    "Compare with Bromcom": ("doctor", "plan", "merge", "drift"),
    "Carry out": ("apply", "verify", "runbook", "attest", "journal"),
    "Answer for it": ("report", "round", "history", "site"),
    "More": ("schema", "completion", "help"),
}


def module_of(verb: str) -> str:
    """Return the name of a verb's module; that of a word of Python ends in `_`."""
    return f"reconciler.cli.commands.{verb}{'_' if iskeyword(verb) else ''}"
