"""A seed's YAML as nodes with places, so that every error says `file:line:column`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import yaml

from reconciler.errors import InputError

_NUMBER = "tag:yaml.org,2002:int"
_DECIMAL = "tag:yaml.org,2002:float"
_TRUTH = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class SeedNode:
    """One node of the file `source`."""

    source: str
    node: yaml.Node

    @classmethod
    def of_text(cls, text: str, source: str) -> SeedNode:
        """The root of a YAML document; raises InputError unless there is exactly one."""
        try:
            root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
            raise InputError(f"{source}{place}: this is not YAML: {error.problem or error.context}") from None
        except yaml.YAMLError as error:
            raise InputError(f"{source}: this is not YAML: {error}") from None
        if root is None:
            raise InputError(f"{source}: the seed is empty: it needs at least `schools:`")
        return cls(source, root)

    def wrong(self, message: str) -> NoReturn:
        """Raise InputError with this node's place."""
        mark = self.node.start_mark
        raise InputError(f"{self.source}:{mark.line + 1}:{mark.column + 1}: {message}")

    def fields(self, *allowed: str) -> dict[str, SeedNode]:
        """A mapping with no other keys than `allowed`, and none twice."""
        values = self.pairs()
        for key in values:
            if key not in allowed:
                self._at_key(key).wrong(f"unknown key `{key}`: choose one of {', '.join(allowed)}")
        return values

    def pairs(self) -> dict[str, SeedNode]:
        """A mapping with keys of any name."""
        if not isinstance(self.node, yaml.MappingNode):
            self.wrong("expected a mapping (`key: value` lines)")
        values: dict[str, SeedNode] = {}
        for key_node, value in self.node.value:
            key = SeedNode(self.source, key_node)
            name = key.text()
            if name in values:
                key.wrong(f"`{name}` appears twice")
            values[name] = SeedNode(self.source, value)
        return values

    def items(self) -> list[SeedNode]:
        """A list."""
        if not isinstance(self.node, yaml.SequenceNode):
            self.wrong("expected a list (`- value` lines, or `[a, b]`)")
        return [SeedNode(self.source, item) for item in self.node.value]

    def text(self) -> str:
        """A text, just as it was typed."""
        if not isinstance(self.node, yaml.ScalarNode):
            self.wrong("expected a text")
        return str(self.node.value)

    def integer(self, *, least: int = 0) -> int:
        """A whole number of at least `least`."""
        text = self.text()
        if self.node.tag != _NUMBER or not text.isdecimal() or int(text) < least:
            self.wrong(f"expected a whole number of {least} or more, not {text!r}")
        return int(text)

    def decimal(self) -> float:
        """A number that is not negative."""
        text = self.text()
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if self.node.tag not in (_NUMBER, _DECIMAL) or not 0 <= number < 1e6:
            self.wrong(f"expected a number of 0 or more, not {text!r}")
        return number

    def truth(self) -> bool:
        """`true` or `false`."""
        text = self.text()
        if text not in _TRUTH:
            self.wrong(f"expected true or false, not {text!r}")
        return _TRUTH[text]

    def _at_key(self, name: str) -> SeedNode:
        assert isinstance(self.node, yaml.MappingNode)
        return next(SeedNode(self.source, key) for key, _ in self.node.value if key.value == name)


def required(owner: SeedNode, fields: dict[str, SeedNode], name: str) -> SeedNode:
    """A field that must be there."""
    if name not in fields:
        owner.wrong(f"`{name}` is missing")
    return fields[name]
