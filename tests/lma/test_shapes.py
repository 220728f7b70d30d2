"""Requests read and answered without objects: answers, events and state as by the codec, whatever the octets."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmiptool.lma import shapes
from pmiptool.lma.events import Noted
from pmiptool.lma.request import Request
from pmiptool.lma.shapes import Shapes
from pmiptool.session.endpoint import Endpoint
from pmiptool.session.unknown import Unknown
from pmiptool.wire.checksum import checksum
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import AlternateCareOfAddress, HomeNetworkPrefix
from tests.lma.support import ANY, LMA, MAG1, MAG2, World, addr, flow, flow6089, prefix
from tests.lma.test_properties import CONFIGURED, fids_of, path_of, readings, steps


class Checked(Shapes):
    """Holds every request that it reads against what the codec makes of the same octets."""

    def __init__(self, codec):
        super().__init__(codec)
        self.quick = 0

    def read(self, data, source, local):
        request = super().read(data, source, local)
        if request is not None:
            self.quick += 1
            addresses = (None, None) if source.port is not None else (source.address, local.address)
            decoded = self._codec.decode(data, *addresses, udp=source.port is not None)
            assert decoded.checksum_ok is not False and not decoded.findings
            whole = Request(decoded, source, local, self._codec.settings)
            for name in set(Request.__slots__) - {"_decoded", "shape"}:
                assert getattr(request, name) == getattr(whole, name), name
            assert request.decoded.message == decoded.message
        return request


def pair(**sections):
    """An anchor with shapes, and one with the codec alone."""
    quick, slow = World(sections), World(sections)
    quick.anchor._shapes = Checked(quick.codec)
    slow.anchor._shapes = None
    return quick, slow


def inside(value, seen=()):
    """All that a value holds, by name."""
    if isinstance(value, (int, float, str, bytes, type(None), Unknown)):
        return value
    if id(value) in seen:
        return "again"
    seen = (*seen, id(value))
    if isinstance(value, dict):
        return [(inside(key, seen), inside(item, seen)) for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return [inside(item, seen) for item in value]
    names = getattr(type(value), "__slots__", None) or value.__struct_fields__
    return type(value).__name__, [(name, inside(getattr(value, name), seen)) for name in names]


def state(world):
    core = world.anchor._core
    timers = [(when, what.scheduled) for when, _, what, _ in sorted(core.timers, key=lambda entry: entry[:2])]
    return [inside(core.nodes), list(core.prefixes), timers, inside(world.anchor.sessions)]


def both(quick, slow, data, mag=MAG1, port=None):
    """The same octets to both; what they send."""
    sent = [world.deliver(data, mag, port) for world in (quick, slow)]
    assert sent[0] == sent[1]
    assert quick.log == slow.log
    return sent[0]


def tick(quick, slow, seconds):
    """Time passes for both."""
    left = [[answer.datagram for answer in world.advance(seconds)] for world in (quick, slow)]
    assert left[0] == left[1]


def renumbered(data, number, mag):
    """The same message with another sequence number and the right checksum."""
    data = data[:6] + number.to_bytes(2, "big") + data[8:]
    return data[:4] + checksum(mag, LMA, data).to_bytes(2, "big") + data[6:]


def play(quick, slow, step, chance, rfc6089=False, udp=False):
    """A request, the same with the next number, and what a few changed octets make of it, with a right checksum."""
    tick(quick, slow, step["wait"])
    request = quick.request(
        *path_of(step), mn=step["mn"], hnp=step["hnp"], hi=step["hi"], att=step["att"], ll=step["ll"],
        lifetime=step["lifetime"], group=step["group"], act=step["act"], flows=fids_of(step, rfc6089),
        summary=step["summary"], ts="now" if step["timestamps"] else None, link_local=step["link_local"],
    )  # fmt: skip
    mag, port = step["mag"], 4000 if udp else None
    data = quick.codec.encode(request, src=mag, dst=LMA)
    changed = bytearray(data)
    for _ in range(step["changes"]):
        changed[chance.randrange(len(data))] = chance.choice([0, 1, 2, 8, 22, 45, 44, 255, chance.randrange(256)])
    for octets in (data, data, bytes(changed), data):
        quick.sequence = (quick.sequence + 1) & 0xFFFF
        again = renumbered(octets, quick.sequence, mag)
        both(quick, slow, again[:4] + bytes(2) + again[6:] if udp else again, mag, port)
    both(quick, slow, bytes(changed), mag, port)  # mostly with a wrong checksum
    assert state(quick) == state(slow)


@settings(max_examples=60, deadline=None)
@given(
    story=st.lists(
        st.builds(
            lambda step, changes, link_local, odd: {
                **step, "changes": changes, "link_local": link_local, "mn": step["mn"] + odd
            },
            steps, st.integers(0, 3), st.sampled_from([None, None, bytes(16), addr("fe80::7")]),
            st.sampled_from([b"", b"a"]),
        ),
        max_size=8,
    ),
    chosen=st.just({}) | readings,
    dialect=st.sampled_from(["mext", "mext", "rfc6089"]),
    unit=st.sampled_from(["octets", "octets", "units-of-8"]),
    udp=st.booleans(),
    seed=st.integers(0, 1000),
)  # fmt: skip
def test_any_story_goes_the_same_way(story, chosen, dialect, unit, udp, seed):
    quick, slow = pair(mn=CONFIGURED, readings=chosen, codepoints={"dialect": dialect, "fid_length_unit": unit})
    chance = random.Random(seed)
    for step in story:
        play(quick, slow, step, chance, dialect == "rfc6089", udp)
    tick(quick, slow, 5000)
    assert state(quick) == state(slow)


def test_a_long_story_mostly_without_the_codec():
    """Few mobile nodes and gateways, with what gateways send; half of all goes by shapes."""
    chance, count = random.Random(5213), 0
    quick, slow = pair(mn=CONFIGURED)
    for _ in range(150):
        choose = chance.choice
        asked = (choose([1, 2, 65535]), 1, choose([1, 2]), choose([0, 1]), choose([1, 2]), [])
        step = {
            "mag": choose([MAG1, MAG2]), "mn": choose([b"mn1", b"mn2", b"mn3"]), "att": 4, "bids": [],
            "hnp": [choose([ANY, ANY, prefix("2001:db8:f000::/64"), prefix("2001:db8:a1::/64")])],
            "hi": choose([1, 5, 5, 4, 3]), "ll": choose([b"\x02abcde", bytes(6)]), "path": None,
            "lifetime": choose([0, 5, 75]), "group": choose([None, 0, 0]), "act": choose([0, 0, 1, 2]),
            "flows": choose([[], [asked]]), "summary": choose([None, None, [1]]), "timestamps": choose([True, False]),
            "wait": choose([0.01, 0.3, 2.0]), "changes": choose([0, 1]), "link_local": None,
        }  # fmt: skip
        play(quick, slow, step, chance)
        count += 5
    assert quick.anchor._shapes.quick > count / 2


@given(data=st.binary(max_size=120), number=st.integers(0, 3))
def test_any_octets(data, number):
    quick, slow = pair()
    for _ in range(2):
        both(quick, slow, quick.codec.encode(quick.request(group=0, ll=b"\x02abcde"), src=MAG1, dst=LMA))
    known = quick.codec.encode(quick.request(group=0, ll=b"\x02abcde"), src=MAG1, dst=LMA)
    both(quick, slow, known[: 12 + 4 * number] + data)
    both(quick, slow, data, port=4000)


def encoded(world, **fields):
    return world.codec.encode(world.request(**fields), src=MAG1, dst=LMA)


def count_of(world):
    return world.anchor._shapes.quick


def test_of_the_second_of_a_kind_on():
    quick, slow = pair()
    for number in range(4):
        name = b"mn%d@example.org" % number
        (datagram,) = both(quick, slow, encoded(quick, mn=name, ll=bytes((2, 0, 0, 0, 0, number)), group=0))
        answer = quick.answer(datagram)
        assert answer.status == 0 and answer.hnp == prefix(f"2001:db8:f000:{number}::/64".replace(":0::", "::"))
    assert count_of(quick) == 3


@pytest.mark.parametrize(
    "fields",
    [
        {"hnp": ANY}, {"hnp": prefix("2001:db8:f000:1::/64")}, {"lifetime": 0}, {"group": 0}, {"ll": b"\x02abcde"},
        {"link_local": bytes(16)}, {"ts": None}, {"flows": [flow(1)], "group": 0}, {"summary": [1], "group": 0},
    ],
    ids=lambda fields: "-".join(fields),
)  # fmt: skip
def test_what_goes_without_the_codec(fields):
    """Attachment, renewal, deregistration, with and without what the draft adds."""
    quick, slow = pair()
    for _ in range(3):
        tick(quick, slow, 0.1)
        both(quick, slow, encoded(quick, **{"group": None, **fields}))
    assert count_of(quick) == 2


def test_what_is_rare_is_answered_by_the_codec():
    """A care-of address of its own is not even read by its shape; two prefixes are."""
    quick, slow = pair()
    for more, read in ((AlternateCareOfAddress(alternate_care_of_address=MAG2), 0), (HomeNetworkPrefix(l=1), 2)):
        before = count_of(quick)
        for _ in range(3):
            tick(quick, slow, 0.1)
            both(quick, slow, quick.codec.encode(quick.request(more), src=MAG1, dst=LMA))
        assert count_of(quick) == before + read


def test_a_wrong_checksum_is_seen():
    quick, slow = pair()
    both(quick, slow, encoded(quick))
    data = encoded(quick)
    assert both(quick, slow, data[:4] + bytes((data[4] ^ 1,)) + data[5:]) == []
    assert quick.last.reason == "checksum"
    tick(quick, slow, 0.1)
    (datagram,) = both(quick, slow, encoded(quick))
    assert quick.answer(datagram).status == 0
    tick(quick, slow, 0.1)
    assert both(quick, slow, encoded(quick), port=4000)  # over UDP it is not looked at, only noted
    assert count_of(quick) == 1


def test_an_answer_too_long_for_a_header_goes_by_the_codec():
    """Announced filters that do not fit are left out, as for any request."""
    quick, slow = pair(readings={"flow-omission": "keep", "reinstantiated-advert": "until-named"})
    first, second = {"mag": MAG1, "ll": b"\x02aaaaa", "group": 0}, {"mag": MAG2, "ll": b"\x02bbbbb", "group": 0}

    def ask(**fields):
        tick(quick, slow, 0.1)
        data = quick.codec.encode(quick.request(**fields), src=fields["mag"], dst=LMA)
        (datagram,) = both(quick, slow, data, fields["mag"])
        assert quick.answer(datagram).status == 0
        return datagram.data

    ask(**second)
    for number in (1, 71, 141):
        ask(flows=[flow(fid, fid) for fid in range(number, number + 70)], **first)
    ask(hi=4, lifetime=0, act=2, **first)
    before = count_of(quick)
    for _ in range(3):
        assert len(ask(**second)) > 2000
    assert count_of(quick) == before + 3
    assert any("left out" in event.text for event in quick.happened(Noted))


def test_hostile_senders_do_not_fill_the_memory():
    """Shapes, filters and sums are forgotten; what follows is answered all the same."""
    quick, slow = pair()
    for number in range(2 * shapes.SHAPES):
        name = b"x" * (1 + number % 200)
        data = quick.codec.encode(
            quick.request(mn=name, ll=b"\2" * (1 + number // 100), group=number % 9), src=MAG1, dst=LMA
        )
        both(quick, slow, data)
        known = quick.anchor._shapes
        assert sum(map(len, known._shapes.values())) == known._count <= shapes.SHAPES
    for number in range(50):
        both(quick, slow, encoded(quick, group=0, flows=[flow(1 + number % 9, pri=number)]), port=None)
    assert len(quick.anchor._shapes._filters) <= shapes.FILTERS
    for port in range(shapes.KNOWN + 10):
        quick.anchor._shapes._pseudo(Endpoint(MAG1, port), Endpoint(LMA))
    assert len(quick.anchor._shapes._sums) <= shapes.KNOWN


def test_shapes_are_off_where_something_else_looks_at_every_message():
    """Faults, and a dialect that is decided by what a peer sends."""
    assert World(faults=["deaf-after-two"]).anchor._shapes is None
    assert World(codepoints={"dialect": "auto"}).anchor._shapes is None
    assert World().anchor._shapes._codec is codec_for(World().anchor.config.codepoints)


@pytest.mark.parametrize("dialect", ["mext", "rfc6089"])
def test_filters_in_answers_stand_where_they_must(dialect):
    """Of RFC 6089 at even octets; behind a link-layer identifier of odd length that takes a pad."""
    quick, slow = pair(codepoints={"dialect": dialect})
    filters = [flow6089(1), flow6089(2)] if dialect == "rfc6089" else [flow(1), flow(2)]
    for _ in range(3):
        tick(quick, slow, 0.1)
        both(quick, slow, encoded(quick, ll=b"\x02abcdef", mn=b"mn1", hi=5, ts=None, group=0, flows=filters))
    assert count_of(quick) == 2
