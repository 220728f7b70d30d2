"""A large capture of mixed, mostly sound sessions: attachments, renewals, changes of filters, handovers, departures.

Mobile nodes of four kinds (with one interface, by timestamps and by sequence numbers; multihomed, with two filters, and
with a link-layer identifier and a link-local address) behind several gateways; heartbeats between; one answer in a
thousand is lost, and one in ten thousand is wrong. Messages are encoded once for each form and filled in, so that a
million take seconds.
"""

from __future__ import annotations

import heapq
import random
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from pmiptool.capture.files import Writer
from pmiptool.text.filters import parse_flow
from pmiptool.wire import checksum, values
from pmiptool.wire.codec import codec_for
from pmiptool.wire.envelope import build
from pmiptool.wire.values import Prefix

LMA = bytes.fromhex("20010db8000100000000000000000001")
START = 1_600_000_000_000_000_000
STEP = 2_000_000
"""Nanoseconds from one exchange to the next."""
_NAME, _PREFIX = b"mn0000000@pmip.example.org", bytes.fromhex("20010db8f00000ff0000000000000000")
_STAMP, _LINK = 0x0123456789ABCDEF, b"\x02\x11\x22\x33\x44\x55"
_LOCAL = bytes.fromhex("fe80000000000000a1a2a3a4a5a6a7a8")
_FLOWS = ("fid=1 pri=10 action=forward proto=udp dst-port=5060-5061", "fid=2 pri=20 action=forward proto=tcp")
_KINDS = ("plain", "numbered", "flows", "link")
_replace = msgspec.structs.replace


class _Form:
    """A message with blanks."""

    def __init__(self, octets: bytes, sequence: int, src: bytes, dst: bytes) -> None:
        self.packet = build(octets, src, dst)
        self.sequence = 40 + sequence
        self.blanks = [
            (self.packet.find(blank), index)
            for index, blank in enumerate((_NAME, _PREFIX, _STAMP.to_bytes(8, "big"), _LINK, _LOCAL))
        ]
        self.length = len(octets)

    def fill(self, sequence: int, parts: tuple[bytes, ...]) -> bytes:
        packet = bytearray(self.packet)
        struct.pack_into("!H", packet, self.sequence, sequence)
        for at, index in self.blanks:
            if at >= 0:
                part = parts[index]
                packet[at : at + len(part)] = part
        packet[44] = packet[45] = 0
        total = int.from_bytes(packet[8:], "big") + self.length + checksum.MOBILITY_HEADER
        struct.pack_into("!H", packet, 44, -total % 65535)
        return bytes(packet)


class _Node:
    def __init__(self, number: int) -> None:
        self.kind = _KINDS[number % 4]
        self.gateway: int | None = None
        self.sequence = number * 7 & 0xFFF
        self.name = b"mn%07d@pmip.example.org" % number
        self.prefix = bytes.fromhex("20010db8") + struct.pack("!I", 0xF0000000 + number) + bytes(8)
        self.link = b"\x02\x11" + struct.pack("!I", number)
        self.local = bytes.fromhex("fe80000000000000") + struct.pack("!Q", 1 << 40 | number)


class Mixed:
    """Makes packets in the order of time. `count`: how many; the same seed makes the same ones."""

    def __init__(self, count: int, nodes: int = 20_000, gateways: int = 4, seed: int = 1, odd: float = 1.0) -> None:
        self.count, self.odd = count, odd
        self.random = random.Random(seed)
        self.codec = codec_for()
        self.gateways = [LMA[:15] + bytes((2 + number,)) for number in range(gateways)]
        self.nodes = [_Node(number) for number in range(nodes)]
        self._forms: dict[Any, _Form] = {}

    def _form(self, kind: str, what: str, answer: bool, gateway: int, zero: bool, status: int = 0) -> _Form:
        key = kind, what, answer, gateway, zero, status
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = self._made(kind, what, answer, self.gateways[gateway], zero, status)
        return form

    def _made(self, kind: str, what: str, answer: bool, gateway: bytes, zero: bool, status: int) -> _Form:
        hi = {"attach": 1, "handover": 3, "renew": 5, "modify": 5, "detach": 4}[what]
        options: list[Any] = [
            values.MobileNodeIdentifier(1, _NAME),
            values.HomeNetworkPrefix(home_network_prefix=Prefix.any() if zero and not answer else Prefix(_PREFIX, 64)),
            values.HandoffIndicator(hi=hi),
            values.AccessTechnologyType(att=4),
        ]
        if kind == "link":
            options.append(values.MobileNodeLinkLayerIdentifier(link_layer_identifier=_LINK))
            options.append(values.LinkLocalAddress(link_local_address=_LOCAL))
        if kind != "numbered":
            options.append(values.Timestamp(timestamp=_STAMP))
        if kind in ("flows", "link"):
            options.append(values.Multihoming(0, 0, 0))
        if kind == "flows" and what in ("attach", "modify"):
            for text in _FLOWS if what == "attach" else _FLOWS[:1]:
                options.append(_replace(parse_flow(text), pro=0 if what == "attach" else 1))
        lifetime = 0 if what == "detach" else 75
        if answer:
            message: Any = values.BindingAcknowledgement(
                status=status, flags=0x20, sequence=0, lifetime=lifetime, options=tuple(options)
            )
            return _Form(self.codec.encode(message), 8, LMA, gateway)
        message = values.BindingUpdate(sequence=0, flags=0x8200, lifetime=lifetime, options=tuple(options))
        return _Form(self.codec.encode(message), 6, gateway, LMA)

    def packets(self) -> Iterator[tuple[bytes, int]]:
        """Packet and time in ns."""
        waiting: list[tuple[int, int, bytes]] = []
        time, made, given = START, 0, 0
        beats = 0
        while given < self.count:
            time += STEP
            for more in self._exchange(time):
                made += 1
                heapq.heappush(waiting, (more[1], made, more[0]))
            if (time - START) // 31_000_000_000 > beats:
                beats += 1
                for more in self._heartbeats(time, beats):
                    made += 1
                    heapq.heappush(waiting, (more[1], made, more[0]))
            while waiting and waiting[0][0] <= time and given < self.count:
                at, _, packet = heapq.heappop(waiting)
                given += 1
                yield packet, at

    def _heartbeats(self, time: int, number: int) -> Iterator[tuple[bytes, int]]:
        for gateway in self.gateways:
            for flags, src, dst, later in ((0, gateway, LMA, 0), (1, LMA, gateway, 900_000)):
                octets = self.codec.encode(values.Heartbeat(flags=flags, sequence=number), src=src, dst=dst)
                yield build(octets, src, dst), time + later

    def _exchange(self, time: int) -> Iterator[tuple[bytes, int]]:
        chance = self.random.random
        node = self.nodes[int(chance() * len(self.nodes))]
        here = node.gateway
        draw = chance()
        if here is None:
            what, here = "attach", int(chance() * len(self.gateways))
        elif draw < 0.82:
            what = "renew"
        elif draw < 0.90:
            what = "modify" if node.kind == "flows" else "renew"
        elif draw < 0.95 and node.kind == "plain":
            what, here = "handover", (here + 1) % len(self.gateways)
        else:
            what = "detach"
        node.gateway = None if what == "detach" else here
        odd = chance() / self.odd if self.odd else 1.0
        for number in range(2 if odd < 0.001 else 1):
            node.sequence = node.sequence + 1 & 0xFFFF
            at = time + number * 1_000_000_000
            stamp = ((at // 1_000_000_000) << 16 | (at % 1_000_000_000) * 65536 // 1_000_000_000).to_bytes(8, "big")
            parts = node.name, node.prefix, stamp, node.link, node.local
            zero = what in ("attach", "handover")
            yield self._form(node.kind, what, False, here, zero).fill(node.sequence, parts), at
            if number or odd >= 0.001:
                if 0.001 <= odd < 0.0011:
                    parts = node.name, node.prefix, bytes(8), node.link, node.local
                given = self._form(node.kind, what, True, here, zero).fill(node.sequence, parts)
                yield given, at + 200_000 + int(chance() * 3_000_000)


def write(path: Path, count: int, **more: Any) -> None:
    """Write a capture of so many packets."""
    with Writer(path) as writer:
        for packet, at in Mixed(count, **more).packets():
            writer.write(packet, at)
