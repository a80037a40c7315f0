"""YAML with every scalar kept as printed and the line of every key known.

PyYAML turns 2.50 into 2.5, ``No`` into False and a date into another time zone, and it lets a second key
silently replace the first. Here scalars stay strings, only null is None; repeated keys, aliases and non-text
keys are refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import yaml

from assistant.ingest.source import UnreadableSource

YamlValue = str | None | list["YamlValue"] | dict[str, "YamlValue"]
Location = tuple[str | int, ...]


_NULL_ONLY = {
    first: kept
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    if (kept := [resolver for resolver in resolvers if resolver[0] == "tag:yaml.org,2002:null"])
}
"""Plain scalars that are not strings: null alone. By first character, as PyYAML wants it."""


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """The values and the line, from 1, on which each of them starts."""

    value: YamlValue
    lines: Mapping[Location, int]

    def line_of(self, location: Sequence[str | int]) -> int | None:
        """The line of ``location``, or of the nearest thing around it."""
        for length in range(len(location), -1, -1):
            if (line := self.lines.get(tuple(location[:length]))) is not None:
                return line
        return None


def read_yaml(text: str, *, first_line: int = 1) -> YamlDocument:
    """Parse one YAML document.

    Args:
        text: The document.
        first_line: Its first line's number in the file, for messages.

    Raises:
        UnreadableSource: With the line of the mistake.
    """
    lines: dict[Location, int] = {}
    try:
        loader = yaml.SafeLoader(text)
        loader.yaml_implicit_resolvers = _NULL_ONLY
        node = loader.get_single_node()
        value = None if node is None else _Reader(lines, first_line).value(node, ())
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        line = mark.line + first_line if mark else None
        raise UnreadableSource(f"broken YAML: {exc.problem or exc.context}", line=line) from exc
    except yaml.YAMLError as exc:
        raise UnreadableSource(f"broken YAML: {exc}") from exc
    return YamlDocument(value, lines)


class _Reader:
    """Turns composed nodes into values and notes where each stood."""

    def __init__(self, lines: dict[Location, int], first_line: int) -> None:
        self._lines = lines
        self._first_line = first_line
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, location: Location) -> YamlValue:
        line = node.start_mark.line + self._first_line
        self._lines.setdefault(location, line)
        # An alias is the same node met again. A few lines of them can stand for gigabytes.
        if id(node) in self._seen:
            raise UnreadableSource("YAML aliases (*name) are not supported; write the value out", line=line)
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, location)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*location, index)) for index, item in enumerate(node.value)]
        return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)

    def _mapping(self, node: yaml.MappingNode, location: Location) -> dict[str, YamlValue]:
        values: dict[str, YamlValue] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + self._first_line
            if not isinstance(key_node, yaml.ScalarNode):
                raise UnreadableSource("broken YAML: a key must be a text", line=line)
            key = str(key_node.value)
            if key in values:
                raise UnreadableSource(f"the key {key!r} stands twice", line=line)
            self._lines[(*location, key)] = line
            values[key] = self.value(value_node, (*location, key))
        return values
