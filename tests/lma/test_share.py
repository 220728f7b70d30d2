"""Several anchors behind one address: each mobile node has one, and no two give the same thing."""

from collections import Counter
from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmiptool.errors import UsageError
from pmiptool.lma import LocalMobilityAnchor, config_from
from pmiptool.lma.pool import AddressPool, PrefixPool
from pmiptool.lma.share import Share, check_shares, share_of, share_of_message
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import (
    BindingRevocationAcknowledgement,
    BindingRevocationIndication,
    Heartbeat,
    MobileNodeIdentifier,
    UpdateNotificationAcknowledgement,
)
from tests.lma.support import LMA, MAG1, START, World, prefix

CODEC = codec_for()


def test_names_are_spread_evenly():
    for count in (2, 3, 7):
        found = Counter(share_of(b"mn%06d@example.org" % number, count) for number in range(7000))
        assert set(found) == set(range(count))
        assert max(found.values()) < 1.2 * 7000 / count


@given(st.binary(min_size=1, max_size=254), st.integers(1, 64))
def test_a_name_has_one_share(name, count):
    assert share_of(name, count) == share_of(bytes(name), count) < count


def test_a_message_belongs_where_its_mobile_node_does():
    world = World()
    name = b"mn1@example.org"
    mine = share_of(name, 5)
    assert mine == share_of_message(CODEC.encode(world.request(mn=name)), 5, CODEC)
    last = world.request(mn=None)
    options = (*last.options, MobileNodeIdentifier(1, name), MobileNodeIdentifier(1, b"another"))
    moved = type(last)(last.sequence, last.flags, last.lifetime, options)
    assert mine == share_of_message(CODEC.encode(moved), 5, CODEC)
    indication = BindingRevocationIndication(sequence=9, options=(MobileNodeIdentifier(1, name),))
    assert mine == share_of_message(CODEC.encode(indication), 5, CODEC)


@pytest.mark.parametrize(
    "message",
    [
        Heartbeat(sequence=7),
        MobileNodeIdentifier,
        b"",
        bytes.fromhex("3b010500000000010200004b01020000"),
    ],
    ids=["heartbeat", "no name", "nothing", "no option"],
)
def test_what_belongs_to_nobody_goes_to_the_first(message):
    if message is MobileNodeIdentifier:
        message = World().request(mn=b"")
    data = message if isinstance(message, bytes) else CODEC.encode(message)
    assert share_of_message(data, 5, CODEC) == 0


def test_answers_go_to_who_asked():
    for number in (0, 7, 65534):
        for answer in (
            BindingRevocationAcknowledgement(sequence=number), UpdateNotificationAcknowledgement(sequence=number)
        ):  # fmt: skip
            assert share_of_message(CODEC.encode(answer), 5, CODEC) == number % 5


def test_shares_of_a_pool_do_not_meet():
    for count in (1, 3):
        shares = [PrefixPool("2001:db8::/61", Share(number, count)) for number in range(count)]
        given_ = [[pool.take(()) for _ in range(8 // count)] for pool in shares]
        assert len({one for each in given_ for one in each}) == 8 // count * count
        assert all(pool.take(()) is None for pool in shares)
        assert all((one in pool) == (one in own) for pool, own in zip(shares, given_, strict=True) for one in given_[0])
    homes = [AddressPool(IPv4Network("192.0.2.0/29"), (), Share(number, 3)) for number in range(3)]
    assert [[pool.take(()) for _ in range(3)] for pool in homes] == [
        [bytes((192, 0, 2, 2 * n + 1)), bytes((192, 0, 2, 2 * n + 2)), None] for n in range(3)
    ]


def anchors(count, **settings):
    return [LocalMobilityAnchor(config_from(settings), LMA, share=Share(n, count)) for n in range(count)]


def test_what_anchors_give_is_given_once():
    """Prefixes, and numbers of requests of their own; a prefix of another's part is refused."""
    world = World()
    prefixes, numbers = set(), set()
    for each, anchor in enumerate(anchors(3)):
        for number in range(4):
            data = world.codec.encode(world.request(mn=b"mn%d" % number, ts=None), src=MAG1, dst=LMA)
            anchor.receive(data, Endpoint(MAG1), START)
            prefixes.add(world.answer(anchor.to_send(START)[0]).hnp)
            anchor.revoke(b"mn%d" % number, START)
            (datagram,) = anchor.to_send(START)
            sequence = int.from_bytes(datagram.data[8:10], "big")
            assert sequence % 3 == each
            numbers.add(sequence)
        wanted = prefix("2001:db8:f000:3::/64")
        data = world.codec.encode(world.request(mn=b"mn9", hnp=wanted), src=MAG1, dst=LMA)
        anchor.receive(data, Endpoint(MAG1), START)
        assert world.answer(anchor.to_send(START)[0]).status == 155  # the first gave it to mn3, the others never may
    assert len(prefixes) == len(numbers) == 12


def test_numbers_wrap_inside_their_share():
    world = World()
    (_, anchor) = anchors(2)
    anchor._outgoing._last["revocation"] = 0xFFFF
    data = world.codec.encode(world.request(), src=MAG1, dst=LMA)
    anchor.receive(data, Endpoint(MAG1), START)
    anchor.revoke(b"mn1@example.org", START)
    assert [datagram.data[8:10] for datagram in anchor.to_send(START)[1:]] == [b"\0\1"]


def test_sessions_are_limited_by_all_together():
    assert [one._core.max_sessions for one in anchors(3, lma={"max_sessions": 7})] == [3, 3, 3]


@pytest.mark.parametrize(
    ("settings", "faults", "text"),
    [
        ({}, ("deaf-after-two",), "a fault does not go with 2 workers; leave it out, or take one worker"),
        ({"codepoints": {"dialect": "auto"}}, (), 'dialect = "auto" does not go with 2 workers; name one'),
        ({"lma": {"heartbeat_interval": 30}}, (), "lma.heartbeat_interval does not go with 2 workers"),
        ({"mag": [{"address": "2001:db8::1", "global_revocation": True}]}, (), "mag.global_revocation does not go"),
        ({"lma": {"pool": "2001:db8::/64"}}, (), "too small for 2 workers; make them larger"),
        ({"lma": {"ipv4_pool": "192.0.2.0/30"}}, (), None),
    ],
)
def test_what_does_not_go_with_several(settings, faults, text):
    config = config_from(settings)
    check_shares(config, 1, faults)
    if text is None:
        check_shares(config, 2, faults)
        return
    with pytest.raises(UsageError, match=text):
        check_shares(config, 2, faults)
    with pytest.raises(UsageError, match=text):
        LocalMobilityAnchor(config, LMA, faults=faults, share=Share(0, 2))
