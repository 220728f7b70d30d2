"""The value of what was not seen: captures begin in the middle."""

from __future__ import annotations

import enum


class Unknown(enum.Enum):
    """One member, `UNKNOWN`: neither equal to any other value nor true.

    Whoever only watches signalling writes it where no message has established the state yet. The anchor never does.
    """

    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown.UNKNOWN
