"""IPv4 downlink packets of a session with an IPv4 home address meet IPv4 selectors (RFC 6088 3.1, RFC 5844 3.1.3)."""

import struct
from ipaddress import ip_address

import pytest

from pmiptool.session.classifier import Fragments, classify
from pmiptool.session.model import DISCARD, FORWARD, N_CAST, Ipv4Home, Session
from pmiptool.text.filters import parse_flow
from pmiptool.wire.values import Ipv4Selector
from tests.session.test_classifier import MAGS, put, session_of, udp

A, B, _ = MAGS
HOME, PEER, OTHER = (ip_address(text).packed for text in ("198.18.0.7", "203.0.113.9", "203.0.113.77"))


def ipv4(upper=b"", proto=17, *, src=PEER, dst=HOME, tos=0, offset=0, more=False, identification=9, options=b""):
    """A packet worked out from RFC 791's figure; `offset` in units of 8 octets."""
    words = 5 + len(options) // 4
    return (
        struct.pack("!BBH", 0x40 | words, tos, 4 * words + len(upper))
        + struct.pack("!HHBBH", identification, more << 13 | offset, 64, proto, 0)
        + src + dst + options + upper
    )  # fmt: skip


def dual() -> Session:
    session = session_of(A, B)
    session.ipv4 = Ipv4Home(HOME, 16, ip_address("198.18.0.1").packed)
    return session


def selected(text: str, packet: bytes) -> bool:
    """Whether a filter as people write it catches the packet."""
    session = dual()
    flow = parse_flow(f"fid=1 pri=10 {text}")
    put(session, 1, 1, 10, FORWARD, flow.suboptions[0])
    return classify(packet, session) == (B,)


@pytest.mark.parametrize(
    ("text", "packet", "caught"),
    [
        ("src=203.0.113.9", ipv4(), True),
        ("src=203.0.113.9", ipv4(src=OTHER), False),
        ("src=203.0.113.0/26", ipv4(), True),
        ("src=203.0.113.0/26", ipv4(src=OTHER), False),
        ("src=203.0.113.9-203.0.113.77", ipv4(src=OTHER), True),
        ("dst=198.18.0.7 dst-port=5060-5061", ipv4(udp(5061)), True),
        ("dst=198.18.0.7 dst-port=5060-5061", ipv4(udp(5062)), False),
        ("ipv4 src-port=1000", ipv4(udp(1)), True),
        ("ipv4 src-port=1001", ipv4(udp(1)), False),
        ("ipv4 dst-port=5060", ipv4(udp(5060), options=bytes(4)), True),
        ("ipv4 proto=tcp", ipv4(proto=6), True),
        ("ipv4 proto=tcp", ipv4(), False),
        ("ipv4 dscp=46", ipv4(tos=46 << 2 | 3), True),
        ("ipv4 dscp=46", ipv4(tos=45 << 2), False),
        ("ipv4 spi=0x1000", ipv4(struct.pack("!II", 0x1000, 1), 50), True),
        ("ipv4 spi=0x1000", ipv4(struct.pack("!II", 0x1001, 1), 50), False),
        ("ipv4", ipv4(), True),
        ("dst-port=5060", ipv4(udp(5060)), False),  # without a word on IPv4 it is an IPv6 selector
    ],
)
def test_what_a_selector_catches(text, packet, caught):
    assert selected(text, packet) is caught


def test_filters_of_both_versions_stand_in_one_list():
    session = dual()
    put(session, 0, 1, 20, DISCARD, Ipv4Selector(proto=17))
    put(session, 1, 2, 10, FORWARD, Ipv4Selector(dst_port=5060))
    put(session, 1, 3, 5)  # of IPv6, without fields: it catches everything
    assert classify(ipv4(udp(9)), session) == (B,)
    session.by_age()[1].flows.pop(3)
    session.changed()
    assert classify(ipv4(udp(5060)), session) == (B,)
    assert classify(ipv4(udp(80)), session) == ()
    assert classify(ipv4(proto=6), session) == (A,)  # no match: the oldest binding


def test_n_cast_copies_to_every_care_of_address():
    session = dual()
    put(session, 0, 1, 20, N_CAST, Ipv4Selector(src=PEER))
    assert classify(ipv4(), session) == (A, B)


def test_fragments_follow_their_first_fragment():
    session, memory = dual(), Fragments()
    put(session, 1, 1, 1, FORWARD, Ipv4Selector(dst_port=5060))
    later = ipv4(bytes(8), offset=1)
    assert classify(later, session, fragments=memory) == (A,)
    assert classify(ipv4(udp(5060), more=True), session, fragments=memory) == (B,)
    assert classify(later, session, fragments=memory) == (B,)
    assert classify(ipv4(bytes(8), offset=1, identification=10), session, fragments=memory) == (A,)


def test_a_packet_cut_short_is_matched_by_what_is_left():
    assert selected("src=203.0.113.9", ipv4()[:20])
    assert not selected("src=203.0.113.9", ipv4()[:19])
