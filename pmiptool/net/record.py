"""What was sent and received, kept and written as a capture with comments (``-w``)."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from pathlib import Path

from pmiptool.capture.files import Writer, nanoseconds
from pmiptool.errors import UsageError
from pmiptool.net.target import Target
from pmiptool.net.transport import Arrival, IcmpError, Received, Transport
from pmiptool.session.endpoint import Datagram, Endpoint
from pmiptool.wire.checksum import internet_checksum
from pmiptool.wire.envelope import build

_ICMPV6 = 58
_AT_ONCE = 0.05  # seconds in which a message follows the time that is said in it


class Recorded:
    """One packet that went over the transport. ``comments`` may be added until the recording is written."""

    def __init__(self, time: float, packet: bytes, data: bytes, comments: list[str]) -> None:
        self.time = time
        self.packet = packet
        self.data = data
        self.comments = comments


class Recorder:
    """A transport that remembers what goes through it; ``close`` writes the file, also when something went wrong.

    ``step`` is put on every packet from then on, ``about`` on the whole file. With ``path`` None it only remembers.
    ``unwritten`` is told why the file could not be written; without it ``close`` raises UsageError then.
    """

    def __init__(
        self,
        transport: Transport,
        path: str | Path | None = None,
        unwritten: Callable[[UsageError], None] | None = None,
    ) -> None:
        self.transport = transport
        self.target: Target = transport.target
        self.step = ""
        self.about = ""
        self.packets: list[Recorded] = []
        self._path = path
        self._unwritten = unwritten
        self._written = False
        self._writer: Writer | None = None
        self._moment = 0.0
        if path is not None and str(path) != "-":
            Writer(path).close()  # a folder that is not there shows now, not after the test

    @property
    def locals(self) -> tuple[Endpoint, ...]:
        return self.transport.locals

    @locals.setter
    def locals(self, endpoints: tuple[Endpoint, ...]) -> None:
        self.transport.locals = endpoints

    @property
    def peer(self) -> Endpoint:
        return self.transport.peer

    @peer.setter
    def peer(self, endpoint: Endpoint) -> None:
        self.transport.peer = endpoint

    @property
    def sources(self) -> tuple[bytes, ...]:
        return self.transport.sources

    def now(self) -> float:
        return self.transport.now()

    def moment(self) -> float:
        """The time now, and of the next packet sent: what that says of its time and the file agree to the bit."""
        self._moment = round(self.transport.now(), 6)
        return self._moment

    def send(self, datagram: Datagram) -> None:
        before = self.transport.now()
        if 0 <= before - self._moment < _AT_ONCE:
            before = self._moment
        self.transport.send(datagram)
        packet = packet_of(datagram.data, datagram.source, datagram.destination)
        self._keep(before, packet, datagram.data, under=self._under(datagram))

    def receive(self, deadline: float) -> list[Arrival]:
        arrivals = self.transport.receive(deadline)
        for arrival in arrivals:
            if isinstance(arrival, Received):
                packet = packet_of(arrival.data, arrival.source, arrival.destination)
                self._keep(arrival.time, packet, arrival.data, under=self._under(arrival))
            else:
                error = icmp_packet(arrival)
                if error is not None:
                    self._keep(arrival.time, error, arrival.original, arrival.text)
        return arrivals

    def beside(self, packet: bytes, *comments: str) -> None:
        """Keep an IP packet that goes beside the transport now: a probe to a mobile node, say."""
        told = [word for word in (self.step, *comments) if word]
        self.packets.append(Recorded(self.transport.now(), packet, b"", told))

    def comment(self, data: bytes, text: str) -> None:
        """Add a comment to the newest packet with this Mobility Header: the verdict, say."""
        for packet in reversed(self.packets):
            if packet.data == data:
                packet.comments.append(text)
                return

    def _under(self, message: Datagram | Received) -> str:
        return sealed_in(self.target, message.source, message.destination)

    def _keep(self, time: float, packet: bytes, data: bytes, text: str = "", under: str = "") -> None:
        comments = [word for word in (self.step, text, under) if word]
        self.packets.append(Recorded(time, packet, data, comments))

    def spill(self) -> None:
        """Write what went so far, and remember it no longer: for who runs for days. Comments on it come too late then.

        A program that reads the file along sees it, and one that is killed leaves it behind.
        """
        if not self.packets or str(self._path) == "-":
            return
        if self._path is not None and not self._written:
            self._save(self._path)
        self.packets.clear()

    def close(self) -> None:
        self.transport.close()
        if self._path is None or self._written:
            return
        self._save(self._path)
        if self._writer is not None and not self._written:
            self._writer.close()
        self._written = True

    def _save(self, path: str | Path) -> None:
        """Write what is remembered, behind what was written before; what cannot be written is told once."""
        try:
            if self._writer is None:
                self._writer = Writer(path, about=self.about)
            self._write(self._writer)
            self._writer.flush()
        except UsageError as error:
            self._written = True
            if self._writer is not None:
                with contextlib.suppress(UsageError):
                    self._writer.close()
            if self._unwritten is None:
                raise
            self._unwritten(error)

    def capture(self) -> bytes:
        """What went so far, as the file would have it."""
        stream = io.BytesIO()
        with Writer(stream, about=self.about) as writer:
            self._write(writer)
        return stream.getvalue()

    def _write(self, writer: Writer) -> None:
        for packet in self.packets:
            writer.write(packet.packet, nanoseconds(packet.time), "; ".join(packet.comments) or None)


def packet_of(data: bytes, source: Endpoint, destination: Endpoint) -> bytes:
    """Return the IP packet that carries a Mobility Header between two endpoints."""
    if source.port is None and destination.port is None:
        return build(data, source.address, destination.address)
    return build(data, source.address, destination.address, sport=source.port, dport=destination.port)


def sealed_in(target: Target, source: Endpoint, destination: Endpoint) -> str:
    """What a capture says of a message that it has as it was inside ESP; nothing where it went in the clear."""
    return "" if target.esp is None else target.esp.comment(source.address, destination.address)


def icmp_packet(error: IcmpError) -> bytes | None:
    """Return an ICMPv6 error as it must have looked (RFC 4443 3), or None for one that carries too little."""
    if error.sent_from is None or error.sent_to is None or len(error.source) != 16 or len(error.sent_to.address) != 16:
        return None
    original = packet_of(error.original, error.sent_from, error.sent_to)
    body = bytes((error.type, error.code, 0, 0)) + error.pointer.to_bytes(4, "big") + original[:1232]
    pseudo = error.source + error.sent_from.address + len(body).to_bytes(4, "big") + _ICMPV6.to_bytes(4, "big")
    body = body[:2] + internet_checksum(pseudo + body).to_bytes(2, "big") + body[4:]
    header = b"\x60\0\0\0" + len(body).to_bytes(2, "big") + bytes((_ICMPV6, 64))
    return header + error.source + error.sent_from.address + body
