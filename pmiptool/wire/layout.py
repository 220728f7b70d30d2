"""How a message lay on the wire: what its values do not say."""

from __future__ import annotations

from typing import Any

import msgspec

from pmiptool.errors import UsageError
from pmiptool.wire.finding import Finding


class EncodeError(UsageError):
    """A value does not fit its field: names the option, the field and what fits."""


class Slot(msgspec.Struct, frozen=True):
    """One option, or one pad, as it lay there.

    offset: from the start of the Mobility Header. length: its length octet (None: Pad1, or the octet is missing).
    pad: the octets of a pad; None for an option. trailing: octets that its format leaves over.
    cut: it runs past its end. sub: the slots of its sub-options.
    reading: which other reading of its entry it follows (`Contradiction.what`).
    """

    offset: int
    type: int
    length: int | None
    pad: bytes | None = None
    trailing: bytes = b""
    cut: bool = False
    sub: tuple[Slot, ...] = ()
    reading: str = ""


def as_captured(kind: int, slot: Slot, data: bytes) -> bytes:
    """Type, the length octet as it was (none where it was missing), and `data` behind it."""
    return bytes((kind,)) if slot.length is None else bytes((kind, slot.length)) + data


class Layout(msgspec.Struct, frozen=True):
    """The header as captured, and the order of options and pads.

    header_length: None where it counts the octets that are there. checksum: as captured.
    trailing: octets after the end that the header gives. stump: all octets of a header too short to have fields.
    """

    type: int
    slots: tuple[Slot, ...] = ()
    payload_proto: int = 59
    header_length: int | None = None
    reserved: int = 0
    checksum: int = 0
    trailing: bytes = b""
    stump: bytes | None = None


class Decoded(msgspec.Struct, frozen=True):
    """A message, how it lay there, what is wrong with its form, and its octets.

    name: `pbu`, `binding-ack`, ...; `message-19` when unknown. checksum_ok: None where it was not judged.
    """

    message: Any
    layout: Layout
    findings: tuple[Finding, ...]
    raw: bytes
    name: str
    checksum_ok: bool | None = None
