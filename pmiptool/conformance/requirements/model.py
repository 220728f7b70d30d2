"""The shape of one entry of the tables."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Level = Literal["MUST", "SHOULD", "MAY", "is"]
"""How strongly a sentence binds; "is" for one that binds without a key word of RFC 2119."""

Role = Literal["lma", "mag", "both", "mn", "other"]
"""Whom it binds."""

Need = Literal[
    "multihoming",
    "flows",
    "ipv4",
    "gre",
    "revocation",
    "heartbeat",
    "notification",
    "flow-mobility",
    "multipath",
    "timestamps",
    "sequence-numbers",
]
"""What a peer must support for a sentence to apply to it."""

NEEDS: tuple[str, ...] = Need.__args__  # type: ignore[attr-defined]

BECAUSE = (
    "not observable from outside",
    "role of another node",
    "binds the operator",
    "said again in",
    "needs IPsec",
    "needs the data plane",
)
"""How the reason for having no case begins."""


class Requirement(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One sentence of a text, or several that say one thing. It has a case or a reason for having none."""

    clause: str
    """Document and section as in the registry: `RFC 5213 5.3.1`, `muho 4.1`, `mext 5.3.2`."""
    level: Level
    role: Role
    says: str
    """What it says, in our own words, as one sentence."""
    item: str = ""
    """The numbered item or the paragraph within the clause, where there is one."""
    case: str | tuple[str, ...] = ()
    """Ids of the conformance cases that observe it, as the table has them; `cases` is always a tuple."""
    none: str = ""
    """Why there is no case: one of `BECAUSE`, and the detail."""
    needs: tuple[Need, ...] = ()
    reading: str = ""
    """The key in the ambiguity register of the question that it leaves open, where there is one."""

    @property
    def cases(self) -> tuple[str, ...]:
        return (self.case,) if isinstance(self.case, str) else self.case
