"""Which fault each case catches, as the tables in `caught/` say, and what then becomes of the case."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

BY_LEVEL = {"MUST": "FAIL", "SHOULD": "WARN", "MAY": "UNSUPPORTED"}
"""The verdict on a case that sees what it is there to see."""
_FOLDER = Path(__file__).parent / "caught"


@cache
def caught(role: str) -> dict[str, tuple[str, ...]]:
    """The faults, all at once, with which each case against an LMA or a MAG shows that it can fail."""
    table: dict[str, tuple[str, ...]] = {}
    for file in sorted((_FOLDER if role == "lma" else _FOLDER / role).glob("*.yaml")):
        for case, faults in yaml.safe_load(file.read_text("utf-8")).items():
            assert case not in table, f"{case} stands twice"
            table[case] = (faults,) if isinstance(faults, str) else tuple(faults)
    return table
