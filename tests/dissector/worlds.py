"""Random captures of related messages: mobile nodes, gateways and anchors that talk as they should, mostly.

A `World` is some dozens of messages between addresses of its own: registrations (plain, multihomed with flows, several
paths), retransmissions, answers that are lost, late, doubled or from elsewhere, sequence numbers that collide and wrap,
revocations, notifications, heartbeats and all other exchanges; a part of them is twisted, or damaged with the checksum
mended.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from msgspec.structs import replace as changed

from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.wire import values as w
from pmiptool.wire.checksum import checksum
from pmiptool.wire.codec import codec_for
from pmiptool.wire.envelope import build
from pmiptool.wire.layout import EncodeError
from tests.rules import examples_exchanges as other
from tests.rules.make import (
    ANY,
    LMA,
    OTHER,
    P1,
    P2,
    SELECTOR,
    A,
    P,
    att,
    fid,
    fid6089,
    hi,
    hnp,
    ll,
    local,
    mh,
    mn,
    path,
    pbu,
    stamp,
)  # fmt: skip

OUTER = bytes.fromhex("20010db8ffff00000000000000000001"), bytes.fromhex("20010db8ffff00000000000000000002")
STATUSES = (0, 1, 99, *range(128, 136), *range(152, 163), 178, 180)
REFUSALS = (128, 129, 130, 131, 135, 135, 135, 152, 154, 155, 156, 157, 160, 159, 1)
PREFIXES = P1.address[:4] + b"\xb0"
PAUSES = (5, 20, 63, 66, 130, 400)


@dataclass(frozen=True)
class Packet:
    """One message, and what carries it: `plain`, `tunnel`, `udp6`, `options` or `gre`. Of 4 octets always UDP."""

    time: float
    src: bytes
    dst: bytes
    mh: bytes
    how: str = "plain"

    def octets(self) -> bytes:
        if len(self.src) == 4 or self.how == "plain":
            return build(self.mh, self.src, self.dst)
        if self.how == "udp6":
            return build(self.mh, self.src, self.dst, sport=5436, dport=5436)
        if self.how == "options":
            return _ip6(60, bytes((135, 0, 1, 4, 0, 0, 0, 0)) + self.mh, self.src, self.dst)
        inner = build(self.mh, self.src, self.dst)
        return _ip6(41, inner, *OUTER) if self.how == "tunnel" else _ip6(47, bytes.fromhex("000086dd") + inner, *OUTER)


def _ip6(header: int, body: bytes, src: bytes, dst: bytes) -> bytes:
    return struct.pack("!IHBB", 6 << 28, len(body), header, 64) + src + dst + body


def mended(octets: bytes, src: bytes, dst: bytes) -> bytes:
    """With a Header Len that counts what is there and the right checksum, or none over UDP."""
    octets = octets + bytes(-len(octets) % 8)
    octets = octets[:1] + bytes([min(255, len(octets) // 8 - 1)]) + octets[2:]
    total = 0 if len(src) == 4 else checksum(src, dst, octets)
    return octets[:4] + total.to_bytes(2, "big") + octets[6:]


def damaged(octets: bytes, src: bytes, dst: bytes, chance: random.Random) -> bytes:
    """One octet wrong, some left out, or a header that says something else."""
    message, kind = bytearray(octets), chance.randrange(8)
    if kind < 5:
        at = chance.randrange(6, len(message))
        message[at] = chance.choice((0, 1, 2, 3, 4, 5, 8, 128, 135, 156, 255, message[at] ^ (1 << chance.randrange(8))))
        return mended(bytes(message), src, dst)
    if kind == 5 and len(message) > 20:
        at = chance.randrange(12, len(message))
        del message[at : at + chance.randrange(1, 9)]
        return mended(bytes(message), src, dst)
    if kind == 6:
        message[chance.choice((4, 5, 3, 0, 1))] ^= 1 << chance.randrange(8)
        return bytes(message)
    return bytes(message[: chance.randrange(8, len(message) + 1)])


class World:
    """`count` messages or some more. number: which addresses. wild: how many of its messages are not as they should."""

    def __init__(
        self, seed: int, number: int = 1, count: int = 40, settings: CodePoints = DEFAULT, wild: float = 0.1
    ) -> None:
        self.chance = chance = random.Random(seed)
        self.number, self.wild, self.settings = number, wild, settings
        self.codec = codec_for(settings)
        self.now = 0.0
        self.packets: list[Packet] = []
        self.mns = [b"mn%d@example.org" % node for node in range(chance.choice((1, 1, 2, 3)))]
        self.given = {
            name: chance.choice((P1, P2)) if chance.random() < 0.15 else w.Prefix(PREFIXES + bytes((n, *bytes(10))), 64)
            for n, name in enumerate(self.mns)
        }
        self.ipv4 = chance.random() < 0.08
        self.anchors = chance.choice((1, 1, 1, 2))
        self.stamped = chance.random() < 0.4
        self.several = chance.choice((None, "groups", "groups", "groups", "paths", "both"))
        self.numbering = chance.choice(("few", "by-gateway", "by-node", "one"))
        self.interfaces = [
            (chance.choice((4, 4, 2, 1)), chance.choice((None, *2 * (bytes((2, 0, 0, 0, 0, n)),)))) for n in range(3)
        ]
        self.speed = chance.choice((0.02, 0.3, 2.0))
        self._hows: dict[tuple[bytes, bytes], str] = {}
        self._numbers: dict[object, int] = {}
        self._asked: list[tuple[bytes, bytes, Any, str, bytes]] = []
        while len(self.packets) < count:
            self._step()
        self.packets.sort(key=lambda packet: packet.time)
        if chance.random() < 0.15:
            self._reorder()

    def gateway(self, number: int) -> bytes:
        return self._address(number + 1)

    def anchor(self, number: int = 0) -> bytes:
        return self._address(100 + number)

    def node(self, number: int) -> bytes:
        """A mobile node, or its correspondent: over IPv6 in any world."""
        return LMA[:12] + self.number.to_bytes(2, "big") + (200 + number).to_bytes(2, "big")

    def _address(self, host: int) -> bytes:
        if self.ipv4:
            return bytes((10, self.number >> 8, self.number & 255, host))
        return LMA[:12] + self.number.to_bytes(2, "big") + host.to_bytes(2, "big")

    def _step(self) -> None:
        kind = self.chance.random()
        if kind < 0.6:
            self._register()
        elif kind < 0.78:
            self._repeat()
        else:
            self._other()
        self.now += self.speed * self.chance.random() * 2
        if self.chance.random() < 0.04:
            self.now += self.chance.choice(PAUSES)

    def _reorder(self) -> None:
        """Some change places; times still rise."""
        times = [packet.time for packet in self.packets]
        for _ in range(4):
            at = self.chance.randrange(len(self.packets) - 1)
            self.packets[at : at + 2] = reversed(self.packets[at : at + 2])
        self.packets = [replace(packet, time=time) for packet, time in zip(self.packets, times, strict=True)]

    def _next(self, name: bytes, gateway: object) -> int:
        if self.numbering == "one":
            return self.chance.choice((1, 1, 2))
        if self.numbering == "few":
            return self.chance.randrange(4)
        key = (name, gateway) if self.numbering == "by-node" else gateway
        number = self._numbers.get(key, self.chance.choice((65533, 65535, 0, 1, 32767)))
        self._numbers[key] = (number + 1) % 65536
        return number

    # What is sent

    def _emit(self, src: bytes, dst: bytes, message: Any, delay: float = 0.0) -> None:
        chance = self.chance
        with suppress(EncodeError):  # a number that a twist made too great
            octets = self.codec.encode(message, src=src, dst=dst)
            usual = "plain" if chance.random() < 0.85 else chance.choice(("tunnel", "udp6", "options", "gre"))
            how = self._hows.setdefault((src, dst), usual)
            if len(src) == 4 or how == "udp6":
                octets = octets[:4] + bytes(2) + octets[6:]
            if chance.random() < self.wild / 2:
                octets = damaged(octets, src, dst, chance)
                octets = octets[:4] + bytes(2) + octets[6:] if how == "udp6" else octets
            self.packets.append(Packet(self.now + delay, src, dst, octets, how))
            if chance.random() < 0.04:  # on two links
                again = self.now + delay + chance.choice((0.0001, 0.1, 0.6))
                self.packets.append(Packet(again, src, dst, octets, how))

    def _ask(self, src: bytes, dst: bytes, message: Any, kind: str, name: bytes = b"") -> None:
        """A request, with its answers, if any."""
        chance = self.chance
        if chance.random() < self.wild:
            message = self._twisted(message)
        asked = src, dst, message, kind, name
        self._asked.append(asked)
        self._emit(src, dst, message)
        luck = chance.random()
        if luck < 0.72:
            self._answer(*asked, chance.choice((0.001, 0.01, 0.01, 0.1, 0.4)))
        elif luck < 0.8:
            self._answer(*asked, chance.choice((1.2, 3, 8, 40, 63, 66, 70)))
        if chance.random() < 0.06:
            self._answer(*asked, chance.choice((0.02, 0.5, 0.7, 5)))

    def _answer(self, src: bytes, dst: bytes, message: Any, kind: str, name: bytes, delay: float) -> None:
        chance = self.chance
        answer = self._acknowledged(message, name) if kind == "pbu" else self._replied(message, kind)
        if chance.random() < self.wild:
            answer = self._twisted(answer)
        if chance.random() < 0.02:
            src, dst = self.gateway(chance.randrange(3)), self.anchor(chance.randrange(2))
        self._emit(dst, src, answer, delay)

    def _repeat(self) -> None:
        """A request is sent again: as it was, or under a new number, time or flag."""
        if not self._asked:
            return
        src, dst, message, kind, name = self.chance.choice(self._asked[-4:])
        if kind == "pbu" and self.chance.random() < 0.8:
            message = changed(message, sequence=(message.sequence + 1) & 0xFFFF)
        if kind == "upn" and self.chance.random() < 0.6:
            message = changed(message, flags=message.flags | 0x4000)
        if self.chance.random() < 0.8:
            now = stamp(round(self.now, 3))
            options = tuple(now if isinstance(option, w.Timestamp) else option for option in message.options)
            message = changed(message, options=options)
        self._ask(src, dst, message, kind, name)

    def _twisted(self, message: Any) -> Any:
        """A message that is not quite what was meant."""
        chance, options = self.chance, list(message.options)
        kind = chance.randrange(9)
        if kind == 0:
            chance.shuffle(options)
        elif kind == 1 and options:
            options.pop(chance.randrange(len(options)))
        elif kind == 2 and options:
            options.insert(chance.randrange(len(options) + 1), chance.choice(options))
        elif kind == 3:
            options.insert(chance.randrange(len(options) + 1), chance.choice(self._any_options()))
        elif kind == 4 and hasattr(message, "lifetime"):
            return changed(message, lifetime=chance.choice((0, 1, 20, 75, 300, 65535)))
        elif kind == 5 and hasattr(message, "status"):
            return changed(message, status=chance.choice(STATUSES))
        elif kind == 6 and hasattr(message, "flags"):
            return changed(message, flags=message.flags ^ (1 << chance.randrange(8 if message.flags < 256 else 16)))
        elif kind == 7 and hasattr(message, "sequence"):
            return changed(message, sequence=(message.sequence + chance.choice((1, -1, 7))) & 0xFFFF)
        elif options:
            at = chance.randrange(len(options))
            one = options[at]
            numbers = [name for name in one.__struct_fields__ if isinstance(getattr(one, name), int)]
            if numbers:
                name = chance.choice(numbers)
                there = (0, 1, 2, 3, 4, 5, 128, 129, 133, 135, 136, getattr(one, name) ^ 1)
                options[at] = changed(one, **{name: chance.choice(there)})
        return changed(message, options=tuple(options))

    def _any_options(self) -> list[Any]:
        chance = self.chance
        return [
            mh(chance.randrange(2), chance.randrange(4)), self._flow(), self._care_of(), local(),
            hi(chance.randrange(6)), att(chance.randrange(6)), stamp(chance.randrange(3)),
            ll(bytes((2, 0, 0, 0, 0, chance.randrange(3)))),
            hnp(chance.choice((P1, P2, ANY))), mn(chance.choice((*self.mns, b"x", b""))),
            w.FlowSummary(fid=tuple(chance.sample(range(1, 5), 2))), other.ANI, other.QOS, other.GROUP,
            *path(chance.randrange(1, 3), b=chance.randrange(2), o=chance.randrange(2)), other.HOA_REQUEST,
            w.BindingIdentifier(bid=chance.randrange(3)),
            w.BindingRefreshAdvice(refresh_interval=chance.randrange(100)),
            w.Ipv4HomeAddressReply(prefix_length=24, ipv4_home_address=bytes((192, 0, 2, chance.randrange(3)))),
        ]  # fmt: skip

    def _care_of(self) -> Any:
        address = self.chance.choice((self.node(0), bytes(16), *(() if self.ipv4 else (self.gateway(1),))))
        return w.AlternateCareOfAddress(alternate_care_of_address=address)

    def _flow(self) -> Any:
        chance = self.chance
        number, selectors = chance.randrange(1, 5), chance.choice(((SELECTOR,), (OTHER,), (SELECTOR,), ()))
        if chance.random() < 0.2:
            selectors += (w.BindingReference(bid=tuple(chance.sample(range(1, 4), chance.randrange(3)))),)
        if self.settings.dialect == "rfc6089":
            return fid6089(number, pri=chance.choice((10, 20)), sub=selectors)
        action, pro = chance.choice((1, 1, 1, 2, 3)), chance.choice((0, 0, 0, 1, 1, 2))
        return fid(number, pri=chance.choice((10, 20, number)), action=action, pro=pro, sub=selectors)

    def _announced(self) -> Any:
        """A filter that its gateway did not ask for."""
        chance = self.chance
        number, selectors = chance.choice((65535, 65534, 1, 2)), chance.choice(((SELECTOR,), (OTHER,)))
        if self.settings.dialect == "rfc6089":
            return fid6089(number, sub=selectors)
        return fid(number, pro=chance.choice((2, 2, 1, 0)), status=chance.choice((0, 0, 135)), sub=selectors)

    # Registrations

    def _register(self) -> None:
        chance = self.chance
        name, number = chance.choice(self.mns), chance.randrange(3)
        technology, link_layer = self.interfaces[number if chance.random() < 0.9 else chance.randrange(3)]
        remove = chance.random() < 0.2
        more = [*self._several(remove), *self._beside(link_layer)]
        prefix = self.given[name] if chance.random() < 0.7 else ANY
        indicator = 4 if remove else chance.choice((1, 1, 5, 5, 5, 2, 3, 4))
        first: dict[str, Any] = {"mn": mn(name), "hnp": hnp(prefix), "hi": hi(indicator), "att": att(technology)}
        if chance.random() < 0.04:
            first["hnp"] = hnp(P1), hnp(P2)
        if chance.random() < 0.03:
            first[chance.choice(list(first))] = None
        flags, lifetime = (A if chance.random() < 0.03 else A | P), chance.choice((75, 75, 1, 5, 900))
        message = pbu(
            *more, sequence=self._next(name, number), flags=flags, lifetime=0 if remove else lifetime, **first
        )
        if chance.random() < 0.1:
            message = changed(message, options=tuple(chance.sample(message.options, len(message.options))))
        anchor = self.anchor(0 if chance.random() < 0.8 else chance.randrange(self.anchors))
        self._ask(self.gateway(number), anchor, message, "pbu", name)

    def _several(self, remove: bool) -> Iterator[Any]:
        """Options of several interfaces or paths, with flows."""
        chance = self.chance
        several = chance.choice((None, "groups", "paths")) if self.several == "both" else self.several
        if several == "groups" and chance.random() < 0.95:
            act = chance.choice((0, 0, 1, 2, 2)) if remove else chance.choice((*9 * (0,), 2))
            yield mh(0 if chance.random() < 0.9 else 1, act)
        if several == "paths" and chance.random() < 0.9:
            yield from path(chance.randrange(1, 4), b=int(chance.random() < 0.15), o=int(chance.random() < 0.15))
        if several and not remove:
            for _ in range(chance.choice((0, 0, 1, 1, 2))):
                yield self._flow()
            if chance.random() < 0.12:
                yield w.FlowSummary(fid=tuple(chance.sample(range(1, 5), chance.randrange(1, 3))))

    def _beside(self, link_layer: bytes | None) -> Iterator[Any]:
        chance = self.chance
        if self.stamped and chance.random() < 0.9:
            yield stamp(round(self.now, 3) if chance.random() < 0.8 else 0)
        if link_layer is not None and chance.random() < 0.9:
            yield ll(link_layer)
        if chance.random() < 0.1:
            yield local(bytes(16)) if chance.random() < 0.5 else local()
        if chance.random() < 0.05:
            yield self._care_of()
        if chance.random() < 0.05:
            yield other.HOA_REQUEST

    def _acknowledged(self, message: Any, name: bytes) -> Any:
        chance = self.chance
        status = 0 if chance.random() < 0.82 else chance.choice(REFUSALS)
        options = [kept for option in message.options for kept in self._echo(option, status, name)]
        if self.several and status < 128 and chance.random() < 0.12:
            options.append(self._announced())
        if chance.random() < 0.05:
            chance.shuffle(options)
        sequence, lifetime = message.sequence, message.lifetime
        if status == 135 and chance.random() < 0.8:
            sequence = (sequence + chance.choice((1, 2, 100, -1, 0))) & 0xFFFF
        if chance.random() < 0.1:
            lifetime = chance.choice((min(lifetime, 20), 0, 4 * lifetime & 0xFFFF, 300))
        flags = (0x20 if message.flags & P else 0) ^ (0x20 if chance.random() < 0.02 else 0)
        return w.BindingAcknowledgement(
            status=status, flags=flags, sequence=sequence, lifetime=lifetime, options=tuple(options)
        )

    def _echo(self, option: Any, status: int, name: bytes) -> Iterator[Any]:
        """What an answer says to an option."""
        chance, kind = self.chance, type(option)
        flow = kind in (w.FlowIdentification, w.FlowIdentification6089)
        skipped = kind in (w.Multihoming, w.MagMultipathBinding) and chance.random() < 0.08
        skipped = skipped or (flow and (status >= 128 or chance.random() < 0.06))
        if skipped or kind in (w.FlowSummary, w.AlternateCareOfAddress):
            return
        if kind is w.HomeNetworkPrefix and status < 128 and option.home_network_prefix == ANY:
            option = hnp(self.given[name])
        elif flow:
            if chance.random() < 0.2:
                option = changed(option, status=chance.choice((128, 129, 132, 133, 135, 136, 138, 139)))
            if chance.random() < 0.05 and kind is w.FlowIdentification:
                option = changed(option, pro=2)
            if chance.random() < 0.05:
                option = changed(option, suboptions=option.suboptions[1:])
        elif kind is w.Multihoming:
            option = changed(option, act=0)
        elif kind is w.Timestamp and status in (156, 157):
            option = stamp(self.now)
        elif kind is w.MobileNodeIdentifier and status == 160 and chance.random() < 0.7:
            option = mn(b"")
        elif kind is w.Ipv4HomeAddressRequest:
            option = w.Ipv4HomeAddressReply(
                prefix_length=24, ipv4_home_address=bytes((192, 0, 2, self.mns.index(name)))
            )
        yield option

    # Everything else

    def _other(self) -> None:
        chance = self.chance
        name, number = chance.choice(self.mns), chance.randrange(3)
        anchor, gateway, peer = self.anchor(), self.gateway(number), self.gateway((number + 1) % 3)
        way = (anchor, gateway) if chance.random() < 0.5 else (gateway, anchor)
        kind = chance.choice(
            (*3 * ("bri",), *3 * ("upn",), "beat", "beat", "lri", "fbi", "fbu", "initiate", "query", "home", "care-of",
             "error", "restart")
        )  # fmt: skip
        one = {"sequence": self._next(kind.encode(), number)}
        if kind == "bri":
            self._ask(*((anchor, gateway) if chance.random() < 0.8 else way), self._revocation(name, **one), kind, name)
        elif kind == "upn":
            reason = chance.choice((1, 2, 4, 8, 8, 8, 5, 3))
            options = (mn(name), hnp(self.given[name]), self._announced()) if reason == 8 else (mn(name),)
            self._ask(
                anchor,
                gateway,
                other.upn(*options, reason=reason, flags=chance.choice((0x8000, 0x8000, 0)), **one),
                kind,
            )
        elif kind == "beat":
            self._ask(*way, other.beat(one["sequence"]), kind)
        elif kind == "lri":
            way = way if chance.random() < 0.7 else (gateway, peer)
            self._ask(*way, other.lri(lifetime=chance.choice((60, 60, 0)), **one), kind)
        elif kind == "fbi":
            self._ask(
                anchor, gateway, other.fbi(mn(name), self._flow(), flags=chance.choice((0x80, 0x80, 0)), **one), kind
            )
        elif kind == "initiate":
            options = chance.choice(((), (hi(chance.randrange(6)),), (w.ContextRequest(),)))
            self._ask(gateway, peer, other.initiate(mn(name), *options, flags=chance.choice((0x20, 0x30)), **one), kind)
        elif kind == "query":
            self._ask(anchor, gateway, other.query(mn(name), **one), kind)
        elif kind == "error":
            self._emit(anchor, gateway, w.BindingError(status=chance.choice((1, 2)), home_address=bytes(16)))
        elif kind == "restart":
            self._emit(*way, other.pulse(0, flags=3, counter=chance.randrange(3, 7)))
        elif not self.ipv4:
            cookie = bytes((chance.randrange(3),)) * 8
            message = {
                "fbu": other.fbu(**one), "home": w.HomeTestInit(home_init_cookie=cookie),
                "care-of": w.CareOfTestInit(care_of_init_cookie=cookie),
            }[kind]  # fmt: skip
            self._ask(self.node(0), gateway if kind == "fbu" else self.node(1), message, kind)

    def _revocation(self, name: bytes, sequence: int) -> Any:
        chance = self.chance
        flags = chance.choice((*5 * (0x8000,), 0xA000, 0xA000, 0xC000, 0))
        options = [mn(name), hnp(self.given[name])] if chance.random() < 0.6 else [mn(name)]
        if flags & 0x2000:
            options = chance.choice(([], [mn(b"@example.org")], [mn(b"mag1@x")], [other.GROUP]))
        if chance.random() < 0.15 and not self.ipv4:
            options.append(w.AlternateCareOfAddress(alternate_care_of_address=self.gateway(chance.randrange(3))))
        if chance.random() < 0.1:
            options.append(w.BindingIdentifier(bid=chance.randrange(1, 3)))
        trigger = chance.choice((128, 129, 129)) if flags & 0x2000 else 1
        return w.BindingRevocationIndication(
            revocation_trigger=trigger, sequence=sequence, flags=flags, options=tuple(options)
        )

    def _replied(self, asked: Any, kind: str) -> Any:
        """The answer to what is no registration."""
        chance, options = self.chance, asked.options
        number = {"sequence": getattr(asked, "sequence", 0)}
        if kind == "bri":
            options = options if chance.random() < 0.5 else ()
            return other.bra(
                *options, status=chance.choice((0, 0, 0, 0, 1, *range(128, 134))), flags=asked.flags & 0xE000, **number
            )
        if kind == "upn":
            named = [option for option in options if isinstance(option, (w.MobileNodeIdentifier, w.HomeNetworkPrefix))]
            return other.upa(*named, status=chance.choice((0, 0, 0, 128, 129, 132)), **number)
        if kind == "lri":
            return other.lra(*options, status=chance.choice((0, 0, 129)), lifetime=asked.lifetime, **number)
        if kind == "initiate":
            return other.hack(
                *(option for option in options if not isinstance(option, w.ContextRequest)), hnp(), **number
            )
        return {
            "beat": lambda: other.pulse(**number, counter=chance.choice((5, 5, 5, 6))),
            "fbi": lambda: other.fba(*options, **number), "fbu": lambda: other.fback(**number),
            "query": lambda: other.response(*options, **number),
            "home": lambda: w.HomeTest(home_init_cookie=asked.home_init_cookie),
            "care-of": lambda: w.CareOfTest(care_of_init_cookie=asked.care_of_init_cookie),
        }[kind]()  # fmt: skip


def worlds(seeds: Iterable[int], **how: Any) -> Iterator[tuple[int, Packet]]:
    """The packets of worlds, one after the other, each with the seed of its world. how: as `World` takes it."""
    begins = 0.0
    for number, seed in enumerate(seeds, 1):
        last = begins
        for packet in World(seed, number, **how).packets:
            last = begins + packet.time
            yield seed, replace(packet, time=last)
        begins = last + 2000
