"""Faults by name: a gateway that does exactly one thing wrong. Each is shown to be found by a case against a MAG."""

from __future__ import annotations

from collections.abc import Collection

from pmiptool.errors import UsageError

FAULTS: dict[str, str] = {}
"""Every fault and what it does."""


class Faults:
    """The faults of one gateway. Raises UsageError that lists the names for one that does not exist."""

    def __init__(self, names: Collection[str]) -> None:
        for name in names:
            if name not in FAULTS:
                raise UsageError(f"fault {name!r} does not exist; the names are {', '.join(FAULTS)}")
        self.names = frozenset(names)
