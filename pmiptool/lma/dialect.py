"""Which codec a peer is read with: the configured one, or under `dialect = "auto"` what its FID options fit."""

from __future__ import annotations

from dataclasses import replace

from pmiptool.lma.events import Event, Noted
from pmiptool.registry.codepoints import CodePoints
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.codec import Codec, codec_for
from pmiptool.wire.layout import Decoded

KNOWN = 4096  # peers whose dialect is remembered


class Dialects:
    """Decides once per peer address, at its first FID option: rfc6089 only when mext has findings there and it has
    fewer. The peer that has been known longest is forgotten where there are too many."""

    def __init__(self, codepoints: CodePoints) -> None:
        self.codepoints = codepoints
        self._codec = codec_for(codepoints)
        self._auto = codepoints.dialect == "auto"
        self._decided: dict[bytes, CodePoints] = {}

    def codepoints_of(self, peer: Endpoint) -> CodePoints:
        return self._decided.get(peer.address, self.codepoints)

    def codec_of(self, peer: Endpoint) -> Codec:
        if not self._auto:
            return self._codec
        return codec_for(self.codepoints_of(peer))

    def decode(
        self, data: bytes, source: Endpoint, local: Endpoint, now: float, events: list[Event]
    ) -> tuple[Decoded, CodePoints]:
        """The message and the settings it was read with; a decision for a peer is told as an event."""
        decoded = _decode(self.codec_of(source), data, source, local)
        if not self._auto:
            return decoded, self.codepoints
        known = source.address in self._decided
        kind = self.codepoints.flow_identification_option_type
        if not known and any(slot.type == kind and slot.pad is None for slot in decoded.layout.slots):
            chosen = replace(self.codepoints, dialect="mext")
            other = replace(self.codepoints, dialect="rfc6089")
            reread = _decode(codec_for(other), data, source, local)
            if len(reread.findings) < len(decoded.findings):
                chosen, decoded = other, reread
            if len(self._decided) >= KNOWN:
                del self._decided[next(iter(self._decided))]
            self._decided[source.address] = chosen
            events.append(Noted(time=now, source=source, text=f"its FID options are read as {chosen.dialect}"))
        return decoded, self.codepoints_of(source)


def _decode(codec: Codec, data: bytes, source: Endpoint, local: Endpoint) -> Decoded:
    if source.port is not None:
        return codec.decode(data, udp=True)
    return codec.decode(data, source.address, local.address)
