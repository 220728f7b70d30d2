"""The downlink classifier, checked against a slow model and by hand-made packets."""

import struct
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmiptool.session.classifier import Fragments, classify, decide, matches
from pmiptool.session.model import DISCARD, FORWARD, N_CAST, Binding, Flow, Session
from pmiptool.session.packet import Packet, read_packet
from pmiptool.session.transitions import add_binding, end_binding
from pmiptool.session.unknown import UNKNOWN
from pmiptool.wire.values import Ipv4Selector, Ipv6Selector

MN = ip_address("2001:db8:a1::1").packed
CN = ip_address("2001:db8:ffff::1").packed
MAGS = [ip_address(f"2001:db8:{n}::2").packed for n in (1, 2, 3)]
A, B, C = MAGS


def ipv6(upper=b"", proto=59, *, src=CN, dst=MN, traffic_class=0, label=0):
    return struct.pack("!IHBB", 6 << 28 | traffic_class << 20 | label, len(upper), proto, 64) + src + dst + upper


def udp(dst_port, src_port=1000):
    return struct.pack("!HHHH", src_port, dst_port, 8, 0)


def fragment(offset, more, proto, data, identification=7):
    return struct.pack("!BBHI", proto, 0, offset << 3 | more, identification) + data


def session_of(*care_of_addresses):
    session = Session((1, b"mn1"), 0, ((MN[:8] + bytes(8), 64),))
    for address in care_of_addresses:
        add_binding(session, (address, 4, None), Binding(address, 4, None))
    return session


def put(session, number, fid, pri, action=FORWARD, selector=None, bids=()):
    owner = session.by_age()[number]
    flow = Flow(fid, pri, action, selector or Ipv6Selector(), bids, session.next_count())
    owner.flows = {**owner.flows, fid: flow}
    session.changed()
    return flow


def test_lower_priority_value_first_then_installation():
    session = session_of(A, B)
    put(session, 0, 1, 20)
    put(session, 1, 2, 10)
    assert classify(ipv6(), session) == (B,)
    put(session, 0, 3, 10)
    assert classify(ipv6(), session) == (B,)
    assert [flow.fid for _, flow in session.flows()] == [2, 3, 1]


def test_forward_discard_and_n_cast():
    session = session_of(A, B)
    put(session, 1, 1, 10, FORWARD, Ipv6Selector(dst_port=53))
    put(session, 0, 2, 20, DISCARD, Ipv6Selector(dst_port=80))
    put(session, 0, 3, 30, N_CAST, Ipv6Selector(proto=17))
    assert classify(ipv6(udp(53), 17), session) == (B,)
    assert classify(ipv6(udp(80), 17), session) == ()
    assert classify(ipv6(udp(99), 17), session) == (A, B)


def test_binding_references_name_the_targets_and_lost_ones_make_a_filter_inactive():
    session = session_of(A, B, C)
    first, second, third = session.by_age()
    second.bids = {2: 5}
    third.bids = {3: 9}
    put(session, 0, 1, 10, N_CAST, bids=(2, 3))
    assert classify(ipv6(), session) == (B, C)
    end_binding(session, (B, 4, None))
    assert classify(ipv6(), session) == (C,)
    end_binding(session, (C, 4, None))
    assert decide(ipv6(), session).flow is None
    assert classify(ipv6(), session) == (A,)


def test_inactive_filter_is_skipped_for_the_next():
    session = session_of(A, B)
    put(session, 0, 1, 10, FORWARD, bids=(77,))
    put(session, 1, 2, 20)
    assert classify(ipv6(), session) == (B,)


@pytest.mark.parametrize(
    ("reading", "expected"),
    [("bid-pri", (B,)), ("oldest", (A,)), ("newest", (C,)), ("drop", ()), ("all", (A, B, C))],
)
def test_no_match_readings(reading, expected):
    session = session_of(A, B, C)
    session.by_age()[1].bids = {2: 3}
    session.by_age()[2].bids = {3: 4}
    assert classify(ipv6(), session, reading) == expected


def test_bid_priority_zero_says_nothing_and_without_bids_the_oldest_is_taken():
    session = session_of(A, B)
    assert classify(ipv6(), session) == (A,)
    session.by_age()[0].bids = {1: 0}
    session.by_age()[1].bids = {2: 7}
    assert classify(ipv6(), session) == (B,)


def test_mobility_header_packets_are_never_steered():
    session = session_of(A, B)
    put(session, 1, 1, 1)
    mh = ipv6(bytes.fromhex("3b00050000000000"), 135)
    assert classify(ipv6(), session) == (B,)
    assert classify(mh, session) == (A,)
    assert classify(mh, session, "drop") == (A,)
    assert classify(mh, session, "all") == (A, B)


def test_session_without_bindings_drops():
    assert classify(ipv6(), session_of()) == ()


def test_six_bits_of_the_traffic_class():
    wanted = Ipv6Selector(dscp=46 << 2)
    assert matches(wanted, read_packet(ipv6(traffic_class=46 << 2 | 3)))
    assert not matches(wanted, read_packet(ipv6(traffic_class=47 << 2)))
    assert matches(Ipv6Selector(dscp=46 << 2 | 3), read_packet(ipv6(traffic_class=46 << 2)))
    assert matches(Ipv6Selector(dscp=46 << 2 | 1, dscp_end=47 << 2), read_packet(ipv6(traffic_class=47 << 2 | 3)))


def test_twenty_bits_of_the_flow_label():
    assert matches(Ipv6Selector(flow_label=0xABC12345), read_packet(ipv6(label=0x12345)))
    assert not matches(Ipv6Selector(flow_label=0x12346), read_packet(ipv6(label=0x12345)))


def test_the_last_header_of_the_chain_counts():
    inner = bytes([17, 0, 1, 4, 0, 0, 0, 0]) + udp(5060)
    routed = bytes([60, 0, 0, 0, 0, 0, 0, 0]) + inner
    packet = read_packet(ipv6(bytes([43, 0, 1, 4, 0, 0, 0, 0]) + routed, 0))
    assert (packet.proto, packet.src_port, packet.dst_port) == (17, 1000, 5060)
    assert matches(Ipv6Selector(proto=17, dst_port=5060), packet)
    assert not matches(Ipv6Selector(proto=0), packet)


def test_authentication_header_is_walked_in_units_of_four():
    ah = bytes([17, 4, 0, 0]) + bytes(20)
    assert read_packet(ipv6(ah + udp(5060), 51)).dst_port == 5060


def test_spi_is_that_of_esp():
    packet = read_packet(ipv6(struct.pack("!II", 0x1000, 1), 50))
    assert matches(Ipv6Selector(spi=0xFFF, spi_end=0x1000), packet)
    assert not matches(Ipv6Selector(spi=1), packet)
    assert not matches(Ipv6Selector(dst_port=0), packet)


def test_cut_packets_match_what_they_still_say():
    packet = read_packet(ipv6(b"\x00\x01", 17))
    assert packet.proto == 17 and packet.dst_port is None
    assert not matches(Ipv6Selector(dst_port=1), packet)
    assert matches(Ipv6Selector(proto=17), packet)
    assert read_packet(b"") is None
    assert classify(b"\x60", session_of(A)) == ()


def test_fragments_follow_their_first_fragment():
    session = session_of(A, B)
    put(session, 1, 1, 1, FORWARD, Ipv6Selector(dst_port=5060))
    memory = Fragments()
    first = ipv6(fragment(0, 1, 17, udp(5060)), 44)
    later = ipv6(fragment(1, 0, 17, bytes(8)), 44)
    assert classify(later, session, fragments=memory) == (A,)
    assert classify(first, session, fragments=memory) == (B,)
    assert classify(later, session, fragments=memory) == (B,)
    other = ipv6(fragment(1, 0, 17, bytes(8), identification=8), 44)
    assert classify(other, session, fragments=memory) == (A,)
    end_binding(session, (B, 4, None))
    assert classify(later, session, fragments=memory) == (A,)


def test_fragment_memory_forgets_the_oldest():
    session, memory = session_of(A), Fragments(capacity=2)
    for number in range(3):
        classify(ipv6(fragment(0, 1, 17, udp(1), number), 44), session, fragments=memory)
    keys = [read_packet(ipv6(fragment(0, 1, 17, b"", n), 44)).fragment for n in range(3)]
    assert [memory.recall(key) is not None for key in keys] == [False, True, True]


def ipv4(upper, proto=17, flags=0):
    return (
        struct.pack("!BBHHHBBH", 0x45, 46 << 2, 20 + len(upper), 9, flags, 64, proto, 0)
        + bytes(4)
        + b"\xc6\x12\x00\x01"
        + upper
    )


def test_ipv4_packets_meet_ipv4_selectors_only():
    packet = read_packet(ipv4(udp(80)))
    assert matches(
        Ipv4Selector(dst=b"\xc6\x12\x00\x00", dst_end=b"\xc6\x12\x00\xff", dst_port=80, dscp=46 << 2), packet
    )
    assert not matches(Ipv6Selector(dst_port=80), packet)
    assert not matches(Ipv4Selector(dst_port=80), read_packet(ipv6(udp(80), 17)))
    assert matches(Ipv6Selector(), packet) and matches(Ipv4Selector(), packet)
    assert read_packet(ipv4(udp(80), flags=1)).dst_port is None


def test_unknown_selector_matches_nothing():
    assert not matches(UNKNOWN, read_packet(ipv6()))


port = st.integers(0, 0xFFFF)
maybe_port = st.none() | port


@given(start=maybe_port, end=maybe_port, value=port, proto=st.none() | st.integers(0, 255))
def test_ranges_are_inclusive(start, end, value, proto):
    selector = Ipv6Selector(dst_port=start, dst_port_end=end if start is not None else None, proto=proto)
    packet = Packet(6, CN, MN, 0, 0, 17, None, 5, value)
    expected = start is None or value in range(start, (start if end is None else end) + 1)
    assert matches(selector, packet) is (expected and proto in (None, 17))


flow_shapes = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, 3), st.sampled_from([FORWARD, DISCARD, N_CAST]),
              st.integers(0, 3), st.lists(st.integers(1, 4), max_size=2, unique=True)),
    max_size=6,
)  # fmt: skip


@given(shapes=flow_shapes, removed=st.sets(st.integers(0, 2), max_size=2), wanted=st.integers(0, 3))
def test_first_active_match_decides(shapes, removed, wanted):
    """Against a model: walk the list as the text says; never an unbound care-of address."""
    session = session_of(A, B, C)
    bindings = session.by_age()
    for number, binding in enumerate(bindings):
        binding.bids = {number + 1: 1}
    flows = []
    for fid, (owner, pri, action, port_, bids) in enumerate(shapes, 1):
        if action == FORWARD:
            bids = bids[:1]
        flows.append(
            (pri, fid, owner, put(session, owner, fid, pri, action, Ipv6Selector(dst_port=port_), tuple(bids)))
        )
    for number in removed:
        end_binding(session, (MAGS[number], 4, None))
    left = [number for number in range(3) if number not in removed]
    expected = (MAGS[left[0]],)
    for _, _, owner, flow in sorted(flows, key=lambda row: row[:2]):
        if owner in removed or flow.selector.dst_port != wanted:
            continue
        if flow.action == DISCARD:
            expected = ()
            break
        goes = [bid - 1 for bid in flow.bids] if flow.bids else [owner] if flow.action == FORWARD else left
        goes = [number for number in goes if number in left]
        if goes:
            expected = tuple(MAGS[number] for number in goes)
            break
    assert classify(ipv6(udp(wanted), 17), session) == expected
    assert set(expected) <= {binding.care_of_address for binding in session.bindings.values()}
