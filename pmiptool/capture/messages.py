"""The messages of a capture: each Mobility Header with the frame and the headers that carried it, decoded."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import BinaryIO, NamedTuple

import msgspec

from pmiptool.capture.files import Frame, read
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.text.values import address_text
from pmiptool.wire.codec import Codec, codec_for
from pmiptool.wire.envelope import Envelope, find
from pmiptool.wire.finding import Finding
from pmiptool.wire.layout import Decoded

TRUNCATED = "capture/truncated"
_OF_MISSING_OCTETS = ("/header-length", "/minimum-length", "/option-past-end")


class Seen(NamedTuple):
    """One Mobility Header as it was captured; without an envelope when it came alone."""

    frame: Frame
    envelope: Envelope | None
    decoded: Decoded


def messages(source: str | os.PathLike[str] | BinaryIO, settings: CodePoints = DEFAULT) -> Iterator[Seen]:
    """All Mobility Headers of a capture, in order. Raises what `files.read` raises, after what came before."""
    for frame in read(source):
        yield from messages_of(frame, settings)


def messages_of(frame: Frame, settings: CodePoints = DEFAULT) -> list[Seen]:
    """The Mobility Headers of one packet."""
    codec = codec_for(settings)
    return [Seen(frame, envelope, decode_envelope(codec, envelope)) for envelope in find(frame.linktype, frame.data)]


class Dialects:
    """Reads messages in the dialect set; under `auto` in the one that a pair of peers speaks.

    That is decided once for each pair of addresses, at its first Flow Identification option: rfc6089 only where mext
    has findings and rfc6089 has fewer. `say` is told.
    """

    def __init__(self, settings: CodePoints, say: Callable[[str], None]) -> None:
        self._settings, self._say = settings, say
        self._decided: dict[frozenset[bytes], CodePoints] = {}

    def read(self, frame: Frame) -> Iterator[tuple[Seen, CodePoints]]:
        """The Mobility Headers of one packet, each with the settings that it was read with."""
        for envelope in find(frame.linktype, frame.data):
            yield self._read(frame, envelope)

    def _read(self, frame: Frame, envelope: Envelope) -> tuple[Seen, CodePoints]:
        pair = frozenset((envelope.src, envelope.dst))
        settings = self._decided.get(pair, self._settings)
        decoded = decode_envelope(codec_for(settings), envelope)
        if settings.dialect == "auto":
            kind = settings.flow_identification_option_type
            if any(slot.type == kind and slot.pad is None for slot in decoded.layout.slots):
                settings = replace(self._settings, dialect="mext")
                other = replace(self._settings, dialect="rfc6089")
                reread = decode_envelope(codec_for(other), envelope)
                if len(reread.findings) < len(decoded.findings):
                    settings, decoded = other, reread
                self._decided[pair] = settings
                ends = " and ".join(map(address_text, (envelope.src, envelope.dst)))
                self._say(f"{ends} speak the dialect {settings.dialect} of the Flow Identification option")
        return Seen(frame, envelope, decoded), settings


def decode_envelope(codec: Codec, envelope: Envelope) -> Decoded:
    """Decode what an envelope carries; its checksum is judged where it can be.

    Of a truncated one nobody blames the sender: what is missing is told by one note.
    """
    decoded = codec.decode(envelope.mh, *envelope.checksum_pair, udp=envelope.transport == "udp")
    if not envelope.truncated:
        return decoded
    kept = tuple(finding for finding in decoded.findings if not finding.rule.endswith(_OF_MISSING_OCTETS))
    told = f"only the first {len(envelope.mh)} octets were captured, or the rest is in another fragment"
    return msgspec.structs.replace(decoded, findings=(*kept, Finding(TRUNCATED, "note", told)))
