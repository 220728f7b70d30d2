"""Writes `values.pyi` from the registry: `python -m pmiptool.wire.stubs`. A test holds the file against it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pmiptool.registry import model
from pmiptool.wire import values

PATH = Path(__file__).with_name("values.pyi")
_HEAD = '''"""Made by `python -m pmiptool.wire.stubs`; the module says what it is for."""

from typing import Any

import msgspec

from pmiptool.registry import model

class Prefix(msgspec.Struct, frozen=True):
    address: bytes = ...
    length: int = ...
    @property
    def is_any(self) -> bool: ...
    @classmethod
    def any(cls) -> Prefix: ...

ANY: Prefix

class UnknownOption(msgspec.Struct, frozen=True):
    type: int
    data: bytes = ...

class UnknownSubOption(msgspec.Struct, frozen=True):
    type: int
    data: bytes = ...

class UnknownMessage(msgspec.Struct, frozen=True):
    type: int
    data: bytes = ...
    options: tuple[Any, ...] = ...

class Undecoded(msgspec.Struct, frozen=True):
    data: bytes = ...
    count: int = ...

CLASSES: dict[str, type[msgspec.Struct]]
ENTRIES: dict[type, model.Entry]

def attributes(field: model.Field, entry: model.Entry | None = ...) -> list[tuple[str, Any, Any]]: ...
def entries() -> list[model.Entry]: ...
'''


def _name(kind: Any) -> str:
    return kind.__name__ if isinstance(kind, type) and "[" not in repr(kind) else repr(kind).replace("typing.", "")


def stub() -> str:
    """The text of the stub file."""
    parts = [_HEAD]
    for entry in values.entries():
        lines = [f"class {entry.value}(msgspec.Struct, frozen=True):"]
        lines += [
            f"    {name}: {_name(kind)} = ..." for field in entry.fields for name, kind, _ in values.attributes(field)
        ]
        if isinstance(entry, model.Message):
            lines.append("    options: tuple[Any, ...] = ...")
        parts.append("\n".join(lines if lines[1:] else [*lines, "    pass"]) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PATH.write_text(stub())
