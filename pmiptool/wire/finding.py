"""What is wrong with what came from the wire."""

from __future__ import annotations

import msgspec


class Finding(msgspec.Struct, frozen=True):
    """One rule that a message, an exchange or a session breaks.

    option: index into the layout's slots, which is the index into `options` of `decode --json`.
    offset: octets from the start of the Mobility Header. field: the path meant.
    """

    rule: str
    level: str
    text: str
    option: int | None = None
    offset: int | None = None
    field: str | None = None
