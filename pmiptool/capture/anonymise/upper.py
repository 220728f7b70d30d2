"""What stands behind an IP header, without what names somebody: tunnels, ICMP with its originals, neighbours."""

from __future__ import annotations

from pmiptool.capture.anonymise.messages import MESSAGES
from pmiptool.capture.anonymise.packets import Packet, Pair, Upper
from pmiptool.wire.checksum import verifies
from pmiptool.wire.envelope import UDP_PORT

_NEIGHBOURS = {133: 8, 134: 16, 135: 24, 136: 24, 137: 40, 146: 8, 147: 8}
"""Where the options of neighbour discovery begin (RFC 4861 4, RFC 6275 6.7, 6.8), by type."""
_ADDRESSES = {135: (8, 24), 136: (8, 24), 137: (8, 40), 145: (8, None)}
"""Where addresses stand before them, and where they end (None: with the message)."""
_REQUEST_OR_REPLY = (128, 129)
_LISTENERS = (130, 131, 132)
_LISTENERS_2 = 143


def _mobility(packet: Packet, at: int, end: int, pair: Pair | None) -> None:
    """A Mobility Header; without a pair it has no checksum (RFC 5844 4.1.3.1)."""
    old = packet.old[at:end]
    packet.scrub.counted[MESSAGES] += 1
    packet.put(at, packet.scrub.message(old, packet.settings))
    if len(old) < 8 or pair is None or len(pair[0]) != 16:
        return
    stop = min(at + 8 * old[1] + 8, end)
    if any(old[4:6]) or verifies(*pair, packet.old[at:stop]):  # one that was never computed is not made up
        packet.carry(at + 4, at, stop, pair)


def _mobility_header(packet: Packet, at: int, end: int, pair: Pair) -> None:
    """One over IPv6, and what it says is behind it (RFC 6275 6.1.1)."""
    if len(pair[0]) != 16:
        packet.payload(at, end)
        return
    after = at + 8 * packet.old[at + 1] + 8 if at + 1 < end else end
    if after < end and packet.old[at] != 59:
        packet.upper(packet.old[at], after, end, pair)
        inner, packet.new[after:end] = bytes(packet.new[after:end]), packet.old[after:end]
        _mobility(packet, at, after, pair)
        packet.put(after, inner)
    else:
        _mobility(packet, at, end, pair)


def _udp(packet: Packet, at: int, end: int, pair: Pair) -> None:
    old = packet.old
    if end - at < 8:
        packet.payload(at, end)
        return
    length = int.from_bytes(old[at + 4 : at + 6], "big")
    stop = min(end, at + length) if length >= 8 else end
    if UDP_PORT in (int.from_bytes(old[at : at + 2], "big"), int.from_bytes(old[at + 2 : at + 4], "big")):
        _mobility(packet, at + 8, stop, None)
    else:
        packet.payload(at + 8, stop)
    packet.payload(stop, end)
    if any(old[at + 6 : at + 8]):
        packet.carry(at + 6, at, stop, pair, zero=0xFFFF)


def _ip(packet: Packet, at: int, end: int, pair: Pair) -> None:
    packet.ip(at, end)


def _icmpv6(packet: Packet, at: int, end: int, pair: Pair) -> None:
    """ICMPv6: an error has the packet that it is about; of what is not known only type and code stay."""
    kind = packet.old[at] if at < end else 0
    if end - at < 8:
        packet.payload(at + 4, end)
    elif kind < 128:
        packet.ip(at + 8, end)
    elif kind in _NEIGHBOURS or kind in _ADDRESSES:
        begin, stop = _ADDRESSES.get(kind, (8, 8))
        packet.addresses(at + begin, end if stop is None else min(at + stop, end))
        if kind in _NEIGHBOURS:
            _neighbour_options(packet, at + _NEIGHBOURS[kind], end)
    elif kind in _LISTENERS:
        packet.addresses(at + 8, min(at + 24, end))
        packet.payload(at + 24, end)
    elif kind == _LISTENERS_2:
        _listener_report(packet, at + 8, end)
    else:
        packet.payload(at + 8 if kind in _REQUEST_OR_REPLY else at + 4, end)
    if len(pair[0]) == 16:
        packet.carry(at + 2, at, end, pair)


def _neighbour_options(packet: Packet, at: int, end: int) -> None:
    """Link-layer addresses, prefixes, routes, name servers and a redirected packet; of others nothing is kept."""
    old = packet.old
    while at + 2 <= end:
        kind, stop = old[at], min(at + 8 * max(old[at + 1], 1), end)
        if kind in (1, 2):
            packet.mac(at + 2, min(stop - at - 2, 6))
        elif kind == 3 and stop - at == 32:
            packet.put(at + 16, packet.scrub.names.prefix(old[at + 16 : stop], min(old[at + 2], 128)))
        elif kind == 24 and stop - at >= 8:
            prefix = packet.scrub.names.prefix(old[at + 8 : stop].ljust(16, b"\0")[:16], min(old[at + 2], 128))
            packet.put(at + 8, prefix[: stop - at - 8])
        elif kind == 25:
            packet.addresses(at + 8, stop)
        elif kind == 4:
            packet.ip(at + 8, stop)
        elif kind != 5:  # the MTU
            packet.payload(at + 2, stop)
        at = stop
    packet.payload(at, end)


def _listener_report(packet: Packet, at: int, end: int) -> None:
    """Records of groups and their sources (RFC 3810 5.2)."""
    while at + 20 <= end:
        sources = int.from_bytes(packet.old[at + 2 : at + 4], "big")
        stop = min(at + 20 + 16 * sources, end)
        packet.addresses(at + 4, stop)
        auxiliary = min(stop + 4 * packet.old[at + 1], end)
        packet.payload(stop, auxiliary)
        at = auxiliary
    packet.payload(at, end)


def _icmp(packet: Packet, at: int, end: int, pair: Pair) -> None:
    kind = packet.old[at] if at < end else 0
    if kind in (3, 4, 5, 11, 12) and end - at >= 8:
        if kind == 5:
            packet.address(at + 4, 4)
        packet.ip(at + 8, end)
    else:
        packet.payload(at + 8, end)
    packet.carry(at + 2, at, end)


def _igmp(packet: Packet, at: int, end: int, pair: Pair) -> None:
    """The group of a report or a query; a report of version 3 has none there (RFC 3376 4)."""
    if end - at >= 8 and packet.old[at] != 0x22:
        packet.address(at + 4, 4)
    packet.payload(at + 8, end)
    packet.carry(at + 2, at, end)


def _gre(packet: Packet, at: int, end: int, pair: Pair) -> None:
    """RFC 2784 with the key and sequence number of RFC 2890, or RFC 2637; with source routes nothing is kept."""
    flags = int.from_bytes(packet.old[at : at + 2], "big")
    present = 0xB080 if flags & 1 else 0xB000
    after = at + 4 + 4 * (flags & present).bit_count()
    if end - at < 4 or flags & 0x4006 or after > end:
        packet.payload(at, end)
        return
    packet.ethertype(int.from_bytes(packet.old[at + 2 : at + 4], "big"), after, end)
    if flags & 0x8000:
        packet.carry(at + 4, at, end)


def _tcp(packet: Packet, at: int, end: int, pair: Pair) -> None:
    if end - at < 20:
        packet.payload(at, end)
        return
    packet.payload(at + max(20, 4 * (packet.old[at + 12] >> 4)), end)
    packet.carry(at + 16, at, end, pair)


def _esp(packet: Packet, at: int, end: int, pair: Pair) -> None:
    """What is encrypted is payload; SPI and sequence number stay (RFC 4303 2)."""
    packet.payload(at + 8, end)


UPPER: dict[int, Upper] = {
    1: _icmp, 2: _igmp, 4: _ip, 6: _tcp, 17: _udp, 41: _ip, 47: _gre, 50: _esp, 58: _icmpv6, 135: _mobility_header,
}  # fmt: skip
"""By protocol number."""
