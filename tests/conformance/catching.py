"""Which fault each case catches, as the tables in `caught/` say, and what then becomes of the case."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.tables import table

BY_LEVEL = {"MUST": "FAIL", "SHOULD": "WARN", "MAY": "UNSUPPORTED"}
"""The verdict on a case that sees what it is there to see."""
_FOLDER = Path(__file__).parent / "caught"


@cache
def caught(role: str) -> dict[str, tuple[str, ...]]:
    """The faults, all at once, with which each case against an LMA or a MAG shows that it can fail."""
    found: dict[str, tuple[str, ...]] = {}
    for file in sorted((_FOLDER if role == "lma" else _FOLDER / role).glob("*.yaml")):
        for case, faults in table(file).items():
            assert case not in found, f"{case} stands twice"
            found[case] = (faults,) if isinstance(faults, str) else tuple(faults)
    return found
