"""What a peer must be configured with for a case, in the words of its files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from pmiptool.conformance.trial import NotPossible
from pmiptool.net.trigger import Trigger
from pmiptool.session.endpoint import Endpoint
from pmiptool.text.values import address_text

T = TypeVar("T")


def placed(value: Any, locals: Sequence[Endpoint]) -> Any:
    """A configuration with our addresses in place of `MAG1` and on."""
    if isinstance(value, Mapping):
        return {key: placed(one, locals) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [placed(one, locals) for one in value]
    places = {f"MAG{number}": local for number, local in enumerate(locals, 1)}
    return address_text(places[value].address) if isinstance(value, str) and value in places else value


def claims_of(configured: Mapping[str, Any]) -> list[str]:
    """A configuration in words that a peer file's `claims` can have: `lma.multihoming=false`."""
    words = []
    for table, keys in configured.items():
        if isinstance(keys, Mapping):
            words += [f"{table}.{key}={_word(value)}" for key, value in keys.items()]
        else:
            words.append(f"[[{table}]] {_word(keys)}")
    return words


def _word(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else msgspec.json.encode(value).decode()


def toml_of(configured: Mapping[str, Any]) -> str:
    """A configuration as a file of its tables."""
    lines: list[str] = []
    for table, keys in configured.items():
        for entry in [keys] if isinstance(keys, Mapping) else keys:
            lines.append(f"[{table}]" if isinstance(keys, Mapping) else f"[[{table}]]")
            lines += [f"{key} = {msgspec.json.encode(value).decode()}" for key, value in entry.items()]
    return "\n".join(lines) + "\n"


@contextmanager
def by_trigger(trigger: Trigger, configured: Mapping[str, Any], known: T) -> Iterator[T]:
    """A peer so configured for a while: `configure FILE` before, `configure` after. Raises NotPossible.

    It is ready when the trigger ends. known: what is known of it then.
    """
    with tempfile.TemporaryDirectory(prefix="pmiptool-") as folder:
        file = Path(folder) / "peer.toml"
        file.write_text(toml_of(configured), "utf-8")
        _carry_out(trigger, "configure", str(file))
        try:
            yield known
        finally:
            _carry_out(trigger, "configure")


def _carry_out(trigger: Trigger, *words: str) -> None:
    trouble = trigger.carry_out(*words)
    if trouble:
        raise NotPossible(trouble)
