"""A MAG's configuration as tables, as a file has them: `[mag]` and `[codepoints]`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from pmiptool.errors import UsageError
from pmiptool.mag import MagConfig
from pmiptool.net.peer import read_toml
from pmiptool.registry.codepoints import code_points
from pmiptool.text.names import did_you_mean
from pmiptool.text.values import parse_address

_TABLES = ("mag", "codepoints")


def changed(config: MagConfig, tables: Mapping[str, Any]) -> MagConfig:
    """The configuration with what the tables say. Raises UsageError for a key or a value that there is not."""
    for table in tables:
        if table not in _TABLES:
            raise UsageError(f"a MAG has no table '{table}'{did_you_mean(table, _TABLES)}")
    points = code_points(tables.get("codepoints", {}), config.codepoints)
    keys = dict(tables.get("mag", {}))
    known = {field.name: field.type for field in msgspec.structs.fields(MagConfig) if field.name != "codepoints"}
    for key, value in keys.items():
        if key not in known:
            raise UsageError(f"a MAG has no setting '{key}'{did_you_mean(key, sorted(known))}")
        if key == "fixed_link_local":
            keys[key] = parse_address(key, value, 6) if isinstance(value, str) else value
        try:
            keys[key] = msgspec.convert(keys[key], known[key], strict=False)
        except msgspec.ValidationError as error:
            raise UsageError(f"{key} of a MAG: {error}") from None
    return msgspec.structs.replace(config, codepoints=points, **keys)


def load(path: str | Path) -> dict[str, Any]:
    """The tables of a file. Raises UsageError: unreadable, or no TOML."""
    return read_toml(path, dict[str, Any], "configuration of the MAG")
