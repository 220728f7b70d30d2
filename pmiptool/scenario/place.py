"""Where in a YAML file something stands, and which keys may stand there."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import yaml
from msgspec import inspect

from pmiptool.text.names import nearest_or_all


class Loader(yaml.SafeLoader):
    """YAML as people expect it: 12:34:56 is no number of seconds, `no` is no boolean, a date is text."""


Loader.yaml_implicit_resolvers = {}
for _tag, _form, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("merge", r"<<", "<"),
):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_form})$"), [*_first, ""])


class _Quick(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # either is a loader
    """The same by libyaml, which is eight times faster."""


_Quick.yaml_implicit_resolvers = Loader.yaml_implicit_resolvers


_LONG = 16_384
"""Characters, and levels at most: libyaml has crashed at 100,000 of these."""


def read(text: str) -> tuple[yaml.Node | None, Any]:
    """What stands in the text, and where. Raises YAMLError, in the same words with and without libyaml.

    Raises RecursionError for what is nested too deeply; libyaml would crash, so that it reads no long texts.
    """
    if len(text) > _LONG:
        return yaml.compose(text, Loader=Loader), yaml.load(text, Loader=Loader)
    try:
        return yaml.compose(text, Loader=_Quick), yaml.load(text, Loader=_Quick)
    except yaml.YAMLError:
        return yaml.compose(text, Loader=Loader), yaml.load(text, Loader=Loader)


def unknown_key(node: yaml.Node | None, kind: inspect.Type, path: str = "") -> str | None:
    """The first key that its table does not have, or that stands twice, as a sentence with line and suggestion."""
    kind = _meant(kind, node)
    if isinstance(node, yaml.SequenceNode) and isinstance(kind, inspect.ListType):
        for index, item in enumerate(node.value):
            found = unknown_key(item, kind.item_type, f"{path}[{index}]")
            if found:
                return found
    if not isinstance(node, yaml.MappingNode):
        return None
    seen: set[str] = set()
    fields = {f.encode_name: f for f in kind.fields} if isinstance(kind, inspect.StructType) else None
    for key, value in node.value:
        place = f"{path}.{key.value}".lstrip(".")
        if key.value in seen:
            return f"line {key.start_mark.line + 1}: key '{place}' stands twice; keep one of them"
        seen.add(key.value)
        if fields is not None and key.value not in fields:
            where = f" in {path}" if path else ""
            known = nearest_or_all(key.value, fields)
            return f"line {key.start_mark.line + 1}: unknown key {key.value!r}{where}{known}"
        inner: Any = fields[key.value].type if fields is not None else getattr(kind, "value_type", inspect.AnyType())
        found = unknown_key(value, inner, place)
        if found:
            return found
    return None


def _meant(kind: inspect.Type, node: yaml.Node | None) -> inspect.Type:
    """The member of a union that a node of this shape is about."""
    if isinstance(kind, inspect.UnionType):
        shapes: Any = (inspect.ListType,) if isinstance(node, yaml.SequenceNode) else (inspect.StructType,)
        return next((member for member in kind.types if isinstance(member, shapes)), kind)
    return kind


def line_of(node: yaml.Node | None, path: str) -> int | None:
    """The line of what msgspec names by a path such as `$.steps[2].attach`."""
    for part in path.replace("[", ".[").split(".")[1:]:
        if isinstance(node, yaml.SequenceNode) and part.startswith("[") and part[1:-1].isdigit():
            index = int(part[1:-1])
            node = node.value[index] if index < len(node.value) else None
        elif isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == part), node)
    return node.start_mark.line + 1 if node is not None else None


def convert_error(node: yaml.Node | None, error: msgspec.ValidationError) -> str:
    """msgspec's sentence with the line before it."""
    text, _, path = str(error).partition(" - at ")
    line = line_of(node, path.strip("`")) if path else None
    where = path.strip("`").removeprefix("$").lstrip(".")
    missing = re.search(r"missing required field `([^`]*)`", text)
    if missing:
        return (
            (f"line {line}: " if line else "")
            + f"the key {missing[1]!r} is missing"
            + (f" in {where}" if where else "")
        )
    return (f"line {line}: " if line else "") + (f"{where}: " if where else "") + text[:1].lower() + text[1:]
