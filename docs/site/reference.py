"""The generated parts of the reference: made from the commands, the schemas and the rules, so that they cannot lie."""

from __future__ import annotations

import inspect
import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import click

from reconciler.catalogue import entities, profiles
from reconciler.cli.main import cli
from reconciler.manifest.rule_texts import rule_texts
from reconciler.manifest.schema.check import schema_file
from reconciler.report.finding_rules import FINDING_RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

PROGRAM: Final = "reconciler"
MANIFESTS: Final = ("workspace", "school", "supplier", "attestation", "waiver", "profile", "round")
_EXIT_CODE: Final = re.compile(r"^ +(?P<code>\d+) +(?P<meaning>\S.*)$", re.MULTILINE)


def commands() -> str:
    """Every command with its arguments and options, as `--help` has them."""
    return "\n\n".join(_command(command, context) for command, context in _all_commands())


def exit_codes() -> str:
    """The exit codes that `reconciler --help` lists."""
    rows = [(f"`{match['code']}`", _cell(match["meaning"])) for match in _EXIT_CODE.finditer(cli.help or "")]
    return _table(("exit code", "meaning"), rows)


def manifest_keys() -> str:
    """Every key of every kind of manifest."""
    return "\n\n".join(_kind(name) for name in MANIFESTS)


def schema_kinds() -> str:
    """Every schema that `reconciler schema` prints."""
    (kind,) = (param for param in _verb("schema").params if isinstance(param, click.Argument))
    names = kind.type.choices if isinstance(kind.type, click.Choice) else ()
    return _table(("kind", "what it is"), [(f"`{name}`", _cell(_schema(name)["description"])) for name in names])


def rules() -> str:
    """Every rule's id and sentence, with a link to its heading in rules.md."""
    texts = [*rule_texts(), *FINDING_RULES]
    return _table(("rule", "what holds"), [(f"[{text.id}](#{text.id})", _cell(text.title)) for text in texts])


def known_entities() -> str:
    """Every entity of the catalogue, with its sentence."""
    known = sorted(entities().values(), key=lambda entity: entity.name.casefold())
    rows = [
        (f"`{one.name}`", _cell(one.holds), one.category, ", ".join(one.people), one.sensitivity, _cell(one.reason))
        for one in known
    ]
    return _table(("entity", "about", "category", "people", "sensitivity", "why"), rows)


def published_profiles() -> str:
    """Every built-in profile, with its source."""
    rows = [
        (f"`{one.name}`", _cell(one.title), one.date, str(len(one.entities)), _cell(one.source), _cell(one.note))
        for one in profiles().values()
    ]
    return _table(("profile", "supplier", "date", "entities", "source", "note"), rows)


PARTS: Final[dict[str, Callable[[], str]]] = {
    "commands": commands,
    "entities": known_entities,
    "exit-codes": exit_codes,
    "manifest-keys": manifest_keys,
    "profiles": published_profiles,
    "rules": rules,
    "schema-kinds": schema_kinds,
}


def _verb(name: str) -> click.Command:
    command = cli.get_command(click.Context(cli), name)
    assert command
    return command


def _all_commands() -> Iterator[tuple[click.Command, click.Context]]:
    """Every command that is not hidden, a group before its own."""
    top = click.Context(cli, info_name=PROGRAM)
    for name in cli.list_commands(top):
        yield from _with_its_own(_verb(name), click.Context(_verb(name), info_name=name, parent=top))


def _with_its_own(command: click.Command, context: click.Context) -> Iterator[tuple[click.Command, click.Context]]:
    if command.hidden:
        return
    yield command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner
            yield from _with_its_own(inner, click.Context(inner, info_name=name, parent=context))


def _command(command: click.Command, context: click.Context) -> str:
    usage = " ".join((context.command_path, *command.collect_usage_pieces(context)))
    records = [record for param in command.get_params(context) if (record := param.get_help_record(context))]
    options = _table(("option", "what it does"), [(_code(names), _cell(text)) for names, text in records if text])
    lines = [f"# {purpose}\n{PROGRAM} {line}" for purpose, line in getattr(command, "examples", {}).items()]
    examples = "\n\n```sh\n" + "\n".join(lines) + "\n```" if lines else ""
    return f"## {context.command_path}\n\n```text\n{usage}\n```\n\n{_prose(command.help or '')}\n\n{options}{examples}"


def _prose(text: str) -> str:
    """A help text as Markdown: what click keeps as it stands is a block of code."""
    paragraphs = [part.strip("\n") for part in re.split(r"\n\s*\n", inspect.cleandoc(text))]
    return "\n\n".join(
        "```text\n" + part.removeprefix("\b\n") + "\n```" if part.startswith(("\b", " ")) else _cell(part)
        for part in paragraphs
    )


def _schema(name: str) -> dict[str, Any]:
    text = (files("reconciler.schemas") / schema_file(name)).read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _kind(name: str) -> str:
    schema = _schema(name)
    metadata, spec = schema["properties"]["metadata"], schema["properties"]["spec"]
    rows = [*_keys(metadata, "metadata.", schema), *_keys(spec, "", schema)]
    return f"### {schema['title']}\n\n{_cell(schema['description'])}\n\n{_table(('key', 'what it says'), rows)}"


def _keys(node: dict[str, Any], prefix: str, schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The keys below a node of a schema, each with what it says, a key before what is below it."""
    for shape in _shapes(node, schema):
        required = shape.get("required", ())
        named = dict(shape.get("properties", {}))
        if isinstance(any_other := shape.get("additionalProperties"), dict):
            named["NAME"] = any_other
        for key, value in named.items():
            if said := _said(value, schema, required=key in required):
                yield _code(f"{prefix}{key}"), said
            yield from _keys(value, f"{prefix}{key}.", schema)
        if isinstance(items := shape.get("items"), dict):
            yield from _keys(items, f"{prefix.removesuffix('.')}[].", schema)


def _shapes(node: dict[str, Any], schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a node may look like: itself, what it refers to, and its alternatives."""
    yield node
    if "$ref" in node:
        yield from _shapes(_referred(node["$ref"], schema), schema)
    for alternative in (*node.get("anyOf", ()), *node.get("oneOf", ())):
        yield from _shapes(alternative, schema)


def _referred(reference: str, schema: dict[str, Any]) -> dict[str, Any]:
    node: Any = schema
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    found: dict[str, Any] = node
    return found


def _said(node: dict[str, Any], schema: dict[str, Any], *, required: bool) -> str:
    known: dict[str, Any] = {}
    for shape in _shapes(node, schema):
        known = {**shape, **known}
    text = str(known.get("description") or known.get("title") or "")
    if "enum" in known:
        text += " One of " + ", ".join(_code(str(value)) for value in dict.fromkeys(known["enum"])) + "."
    if "default" in known:
        text += f" Default: {_code(json.dumps(known['default']).strip(chr(34)))}."
    return ("**Required.** " if required else "") + _cell(text)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _code(text: str) -> str:
    return "`" + text.replace("|", r"\|") + "`"


def _cell(text: str) -> str:
    """A text on one line, in which nothing is markup but what stands between backticks."""
    spans = re.split(r"(`[^`]*`)", " ".join(text.split()))
    return "".join(
        span.replace("|", r"\|") if span.startswith("`") else re.sub(r"([\\*_<\[\]|])", r"\\\1", span) for span in spans
    )
