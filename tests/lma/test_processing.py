"""RFC 6275 9.2 and RFC 5213 5.3.1 (1) to (12): what is discarded, what is rejected, and in which order."""

import pytest

from pmiptool.lma.events import DISCARDS, BindingErrorSent, Noted, PbuAccepted, PbuRejected, SilentlyDiscarded
from pmiptool.session.endpoint import PMIP_PORT, Endpoint, ParameterProblem
from pmiptool.wire.checksum import checksum
from pmiptool.wire.values import (
    AccessTechnologyType,
    BindingAcknowledgement,
    BindingError,
    HandoffIndicator,
    MobileNodeIdentifier,
    Multihoming,
    UnknownOption,
)
from tests.lma.support import (
    ANY,
    LMA,
    MAG1,
    MAG2,
    World,
    addr,
    prefix,
    stamp,
)

POLICY = {
    "lma": {"accept_unknown_mn": False},
    "mag": [{"address": "2001:db8:1::2"}, {"address": "2001:db8:2::2", "mn": ["mn2"]}],
    "mn": [{"id": "mn1", "hnp": ["2001:db8:a1::/64"]}, {"id": "mn2"}, {"id": "mn3", "proxy_registration": False}],
}


def sealed(data):
    return data[:4] + checksum(MAG1, LMA, data).to_bytes(2, "big") + data[6:]


def octets(world, **fields):
    return world.codec.encode(world.request(**fields), src=MAG1, dst=LMA)


def discarded(world):
    (event,) = world.happened(SilentlyDiscarded)
    assert event.reason in DISCARDS
    assert not world.anchor.sessions
    return event.reason


def test_wrong_checksum_is_silently_discarded():
    world = World()
    data = octets(world)
    assert world.deliver(data[:4] + bytes((data[4] ^ 1,)) + data[5:]) == []
    assert discarded(world) == "checksum"


def test_over_udp_the_checksum_is_not_looked_at_and_is_zero_in_answers():
    world = World()
    data = octets(world)
    (sent,) = world.deliver(data[:4] + b"\x12\x34" + data[6:], port=40000)
    assert sent.destination == Endpoint(MAG1, 40000)
    assert sent.source == Endpoint(LMA, PMIP_PORT)
    assert sent.data[4:6] == b"\0\0"
    assert world.codec.decode(sent.data).message.status == 0


def test_ipv4_gateways_over_udp():
    world = World()
    world.anchor.receive(
        octets(world), Endpoint(b"\xc6\x33\x64\x01", 5436), world.now, Endpoint(b"\xc6\x33\x64\x02", 5436)
    )
    (sent,) = world.collect()
    assert sent.source == Endpoint(b"\xc6\x33\x64\x02", 5436)
    assert world.session.oldest().care_of_address == b"\xc6\x33\x64\x01"


@pytest.mark.parametrize("kind", [8, 12, 17, 21, 200, 255])
def test_unknown_type_gets_a_binding_error(kind):
    world = World()
    data = octets(world)
    (sent,) = world.deliver(sealed(data[:2] + bytes((kind,)) + data[3:]))
    answer = world.answer(sent)
    assert answer.decoded.checksum_ok
    assert answer.message == BindingError(status=2, home_address=bytes(16))
    assert world.happened(BindingErrorSent)[0].type == kind


def test_unknown_type_with_a_wrong_checksum_gets_nothing():
    world = World()
    data = octets(world)
    assert world.deliver(data[:2] + b"\xc8" + data[3:]) == []
    assert discarded(world) == "checksum"


def test_no_binding_error_to_a_source_that_is_not_unicast():
    world = World()
    data = octets(world)
    data = data[:2] + b"\xc8" + data[3:]
    group = addr("ff02::1")
    data = data[:4] + checksum(group, LMA, data).to_bytes(2, "big") + data[6:]
    assert world.deliver(data, mag=group) == []


@pytest.mark.parametrize("kind", [0, 1, 4, 6, 7])
def test_known_types_that_an_anchor_has_no_use_for(kind):
    world = World()
    data = octets(world)
    assert world.deliver(sealed(data[:2] + bytes((kind,)) + data[3:])) == []
    assert discarded(world) == "not-for-an-anchor"


def test_payload_proto_other_than_59():
    world = World()
    data = sealed(b"\x3a" + octets(world)[1:])
    assert world.deliver(data) == [ParameterProblem(data, Endpoint(LMA), Endpoint(MAG1), pointer=40)]
    assert discarded(world) == "payload-proto"


def test_no_icmp_error_over_udp_and_none_to_a_group():
    world = World()
    assert world.deliver(b"\x3a" + octets(world)[1:], port=4000) == []
    group = bytes.fromhex("ff020000000000000000000000000001")
    data = b"\x3a" + octets(world)[1:4] + b"\0\0" + octets(world)[6:]
    data = data[:4] + checksum(group, LMA, data).to_bytes(2, "big") + data[6:]
    assert world.deliver(data, mag=group) == []


@pytest.mark.parametrize("data", [b"", b"\x3b\x00\x05", bytes.fromhex("3b00050000000000")])
def test_header_shorter_than_a_binding_update(data):
    world = World()
    whole = len(data) == 8
    sent = world.deliver(sealed(data) if whole else data)
    assert [problem.pointer for problem in sent] == ([41] if whole else [])
    assert discarded(world) == "too-short"


def test_header_that_promises_more_than_there_is():
    world = World()
    data = octets(world)
    assert world.deliver(sealed(data[:1] + bytes((data[1] + 1,)) + data[2:])) == []
    assert discarded(world) == "too-short"


def test_home_registration_is_answered_as_no_home_agent():
    world = World()
    (sent,) = world.deliver(octets(world, flags=0xC000, seq=77))
    answer = world.answer(sent)
    assert (answer.status, answer.sequence, answer.message.flags) == (131, 77, 0)
    assert world.deliver(octets(world, flags=0x8000)) == []
    assert discarded(world) == "home-registration"


def test_home_registration_of_an_address_that_is_not_routable_gets_nothing():
    """RFC 6275 6.1.7 comes before 10.3.1."""
    world = World()
    assert world.deliver(octets(world, flags=0xC000, alternate=addr("fe80::1"))) == []
    assert discarded(world) == "care-of-address"


def test_an_unknown_form_of_a_known_type_gets_nothing():
    """A Binding Revocation message of a B.R. Type that is none: its header is as long as it says."""
    world = World()
    assert world.deliver(sealed(bytes.fromhex("3b01100000000900 0001800000000000"))) == []
    assert discarded(world) == "not-for-an-anchor"


@pytest.mark.parametrize("care_of", ["ff02::1", "::", "fe80::2", "febf::1", "::1", "::ffff:224.0.0.1"])
def test_care_of_address_that_is_not_unicast_and_routable(care_of):
    world = World()
    assert world.send(alternate=addr(care_of)) is None
    assert discarded(world) == "care-of-address"


def test_alternate_care_of_address_binds_and_the_answer_goes_to_the_source():
    world = World()
    answer = world.send(alternate=MAG2)
    assert answer.datagram.destination == Endpoint(MAG1, None)
    assert world.session.oldest().care_of_address == MAG2


def test_request_without_the_a_flag_is_still_answered():
    assert World().send(flags=0x0200).status == 0


def test_unknown_options_are_skipped():
    assert World().send(UnknownOption(201, b"abc")).status == 0


def test_missing_mn_id_is_160_with_a_zero_length_identifier():
    answer = World(POLICY).send(mn=None)
    assert answer.status == 160
    assert answer.option(MobileNodeIdentifier) == MobileNodeIdentifier(subtype=1, identifier=b"")


def test_zero_length_mn_id_is_153():
    assert World().send(mn=b"").status == 153
    assert World().send(UnknownOption(8, b""), mn=None, tick=0).status == 153


@pytest.mark.parametrize(
    ("mag", "mn", "status"),
    [
        (MAG1, b"mn1", 0),
        (MAG2, b"mn1", 154),
        (MAG2, b"mn2", 0),
        (addr("2001:db8:9::9"), b"mn1", 154),
        (MAG1, b"stranger", 153),
        (MAG2, b"stranger", 154),
        (MAG1, b"mn3", 152),
        (MAG2, b"mn3", 154),
    ],
)
def test_authorisation(mag, mn, status):
    """154 goes before 153, and 153 before 152."""
    assert World(POLICY).send(mag=mag, mn=mn).status == status


@pytest.mark.parametrize(
    ("missing", "status"),
    [({"hnp": None}, 158), ({"hi": None}, 161), ({"att": None}, 162), ({"hnp": None, "hi": None, "att": None}, 158),
     ({"hi": None, "att": None}, 161), ({"mn": None, "hnp": None}, 160)],
)  # fmt: skip
@pytest.mark.parametrize("group", [None, 0])
def test_missing_options(missing, status, group):
    world = World()
    answer = world.send(group=group, **missing)
    assert answer.status == status
    assert not world.anchor.sessions
    assert (answer.option(Multihoming) is None) is (group is None)


def test_order_of_the_checks():
    """152 before the timestamp, the timestamp before a missing option, that before the prefix."""
    world = World(POLICY)
    old = stamp(world.now - 10)
    assert world.send(mn=b"mn3", ts=old).status == 152
    assert world.send(mn=b"mn1", ts=old, hnp=None).status == 156
    assert world.send(mn=b"mn1", hnp=prefix("2001:db8:dead::/64"), att=None).status == 162
    assert world.send(mn=b"mn1", hnp=prefix("2001:db8:dead::/64")).status == 155
    assert not world.anchor.sessions


def test_rejection_copies_what_the_request_had():
    world = World(POLICY)
    asked = [prefix("2001:db8:7::1/64"), prefix("2001:db8:8::/60")]
    answer = world.send(mn=b"stranger", hnp=asked, hi=4, att=8, ll=b"\x02abcde", link_local=addr("fe80::9"), seq=9)
    assert (answer.status, answer.sequence, answer.lifetime) == (153, 9, 0)
    assert answer.hnps == asked
    assert answer.option(HandoffIndicator).hi == 4
    assert answer.option(AccessTechnologyType).att == 8
    assert [type(option).__name__ for option in answer.message.options] == [
        "MobileNodeIdentifier", "HomeNetworkPrefix", "HomeNetworkPrefix", "HandoffIndicator", "AccessTechnologyType",
        "MobileNodeLinkLayerIdentifier", "LinkLocalAddress", "Timestamp",
    ]  # fmt: skip
    assert answer.message.options[6].link_local_address == addr("fe80::9")
    assert answer.message.flags == 0x20


def test_rejection_without_options_to_copy():
    answer = World().send(mn=None, hnp=None, hi=None, att=None, ts=None)
    assert answer.hnp == ANY
    assert (answer.option(HandoffIndicator).hi, answer.option(AccessTechnologyType).att) == (0, 0)
    assert len(answer.message.options) == 4


def test_of_an_option_that_stands_twice_the_first_counts():
    world = World()
    answer = world.send(HandoffIndicator(hi=5), MobileNodeIdentifier(subtype=1, identifier=b"other"), hi=1)
    assert answer.status == 0
    assert world.session.mn_id == (1, b"mn1@example.org")
    assert answer.option(HandoffIndicator).hi == 1
    assert [note.text for note in world.happened(Noted)] == [
        "more than one handoff indicator option; the first counts",
        "more than one MN-ID option; the first counts",
    ]


def test_every_request_ends_in_one_of_three_events():
    world = World()
    world.send()
    world.send(mn=None)
    world.send(lifetime=0, hnp=prefix("2001:db8:77::/64"))
    kinds = [type(event) for event in world.log]
    assert kinds == [PbuAccepted, PbuRejected, SilentlyDiscarded]


def test_acknowledgement_is_never_answered():
    world = World()
    data = world.codec.encode(BindingAcknowledgement(flags=0x20), src=MAG1, dst=LMA)
    assert world.deliver(data) == []
    assert discarded(world) == "not-for-an-anchor"
