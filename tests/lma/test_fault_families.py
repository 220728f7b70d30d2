"""Faults with a parameter, and those that only cases find: each does what it says, where it says, and nothing else."""

import pytest
from msgspec.structs import replace

from pmiptool.errors import UsageError
from pmiptool.lma.fault_families import FAMILIES, LISTED, family_of
from pmiptool.lma.faults import ALL, FAULTS
from pmiptool.wire.values import (
    AccessTechnologyType,
    HandoffIndicator,
    HomeNetworkPrefix,
    Prefix,
    Timestamp,
    UnknownOption,
    VendorSpecific,
)
from tests.lma.support import ANY, KEEP, LMA, MAG1, MAG2, World, flow, prefix

MN = b"mn1@example.org"


def without(message, kind):
    return replace(message, options=tuple(o for o in message.options if not isinstance(o, kind)))


def seen(world, *extra, **fields):
    """What a request gets: the message alone, whatever is wrong with its form; None for silence."""
    world.now += 0.1
    mag = fields.get("mag", MAG1)
    sent = world.deliver(world.codec.encode(world.request(*extra, **fields), src=mag, dst=LMA), mag)
    return world.answer(sent[0]) if sent else None


def test_each_pattern_leads_to_itself_and_has_a_sentence():
    assert set(ALL) == set(FAULTS) | set(LISTED) and not set(FAULTS) & set(LISTED)
    assert all(sentence.endswith(".") and "\n" not in sentence and "  " not in sentence for sentence in LISTED.values())
    for pattern in FAMILIES:
        assert family_of(pattern) is not None and family_of(pattern)[0] == pattern


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nonsense", "does not exist; see: pmiptool lma --list-faults"),
        ("answers-ignore", "does not exist"),
        ("without-hii", "option 'hii' does not exist; did you mean 'hi'"),
        ("changed-hi.ho", "option hi has no field 'ho'; its fields are reserved, hi"),
        ("with-status", "with-FIELD=N"),
        ("with-hi.ho=1", "option hi has no field 'ho'"),
        ("lenient-x", "'x' is no status"),
        ("crashes-after-x", "no number of messages"),
        ("crashes-at-renewal+vendr", "option 'vendr' does not exist; did you mean 'vendor'"),
        ("chokes-on-vendr=1", "option 'vendr' does not exist; did you mean 'vendor'"),
        ("chokes-on-vendor", "write chokes-on-OPTION=N"),
        ("chokes-on-vendor=256", "'256' is no length octet"),
        ("rejects-nothing", "option 'nothing' does not exist"),
        ("in-rejections:without-hi", "did you mean 'rejection'"),
        ("in-rejection:nonsense", "does not exist"),
        ("secretly-timers.delay=1", "secretly-timers.delay=1: "),
        ("secretly-lma.ipv4=yes", "write secretly-TABLE.KEY=VALUE"),
    ],
)
def test_what_makes_no_sense_is_told(name, says):
    with pytest.raises(UsageError) as error:
        World(faults=[name])
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("fault", "right"),
    [
        ("without-hi", lambda m: without(m, HandoffIndicator)),
        ("changed-att", lambda m: replace(m, options=_each(m, AccessTechnologyType, att=5))),
        ("changed-hi.reserved", lambda m: replace(m, options=_each(m, HandoffIndicator, reserved=1))),
        ("extra-hi", lambda m: replace(m, options=(m.options[0], HandoffIndicator(hi=1), *m.options[1:]))),
        ("extra-vendor", lambda m: replace(m, options=(m.options[0], VendorSpecific(), *m.options[1:]))),
        ("cut-att", lambda m: replace(m, options=tuple(UnknownOption(24, b"\0") if isinstance(o, AccessTechnologyType)
                                                       else o for o in m.options))),
        ("with-status=1", lambda m: replace(m, status=1)),
        ("with-timestamp.timestamp=5", lambda m: replace(m, options=_each(m, Timestamp, timestamp=5))),
        ("in-acceptance:without-hi", lambda m: without(m, HandoffIndicator)),
        ("in-attachment:without-hi", lambda m: without(m, HandoffIndicator)),
        ("in-rejection:without-hi", lambda m: m),
        ("in-renewal:without-hi", lambda m: m),
        ("in-bri:without-hi", lambda m: m),
    ],
)  # fmt: skip
def test_messages(fault, right):
    expected = right(seen(World()).message)
    answer = seen(World(faults=[fault]))
    assert answer.message == expected


def _each(message, kind, **fields):
    return tuple(replace(o, **fields) if isinstance(o, kind) else o for o in message.options)


def test_a_changed_prefix_differs_within_its_length():
    (one,) = seen(World(faults=["changed-hnp"])).hnps
    assert one == Prefix(World().attach(group=None).hnp.address[:7] + b"\x80" + bytes(8), 64)


def test_an_option_out_of_place_leaves_the_others_in_place():
    answer = seen(World(faults=["unaligned-hnp"]))
    assert answer.decoded.checksum_ok
    offset = {slot.type: slot.offset for slot in answer.decoded.layout.slots if slot.pad is None}
    assert (offset[22] % 8, offset[27] % 8) == (5, 2)
    assert answer.message == seen(World()).message


def test_other_messages():
    world = World(faults=["in-bri:without-mn-id"])
    world.attach()
    world.anchor.revoke(MN, world.now)
    (indication,) = [world.answer(datagram) for datagram in world.collect()]
    assert indication.decoded.name == "bri"
    assert "mn-id" not in str(type(indication.message.options[0]))
    assert not any(type(option).__name__ == "MobileNodeIdentifier" for option in indication.message.options)


def test_statuses():
    assert seen(World(faults=["wrong-status-155"]), hnp=prefix("2001:db8:1::/64")).status == 128
    assert seen(World(faults=["wrong-status-128"])).status == 0
    world = World(faults=["lenient-158"])
    answer = seen(world, hnp=None)
    assert (answer.status, answer.message.lifetime) == (0, 75) and answer.hnp.length == 64
    assert world.anchor.sessions == []
    assert seen(world, hi=None).status == 161


FIRST = {"hi": 1}
STEPS = {
    "attachment": FIRST,
    "renewal": {"hi": 5},
    "handover": {"hi": 3, "mag": MAG2},
    "deregistration": {"hi": 4, "lifetime": 0, "mag": MAG2},
    "revival": {"hi": 3},
}


@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize("family", ["rejects", "deaf-to", "pretends", "crashes-at"])
def test_kinds(family, kind):
    right, world = World(), World(faults=[f"{family}-{kind}"])
    hnp = ANY
    for name, step in STEPS.items():
        before = str([session.bindings for session in world.anchor.sessions])
        good, answer = seen(right, hnp=hnp, **step), seen(world, hnp=hnp, **step)
        assert good.status == 0
        if name != kind:
            assert answer.message == good.message
        elif family == "rejects":
            assert answer.status == 128
        elif family == "pretends":
            assert answer.message == good.message
        else:
            assert answer is None
        if name == kind:
            break
        hnp = good.hnp
    if kind != "attachment":
        left = seen(world, mn=b"mn2@example.org")
        assert (left is None) is (family == "crashes-at")
    if kind != "attachment":
        assert str([session.bindings for session in world.anchor.sessions[:1]]) == before


def test_options_and_messages_and_counts():
    world = World(faults=["rejects-vendor", "deaf-to-option-201"])
    assert seen(world, VendorSpecific()).status == 128
    assert seen(world, UnknownOption(201, b"")) is None
    assert seen(world).status == 0
    assert seen(World(faults=["rejects-reserved"]), HomeNetworkPrefix(reserved=1)).status == 128
    assert seen(World(faults=["deaf-to-pbu"])) is None
    world = World(faults=["crashes-after-2"])
    assert [seen(world) is None for _ in range(4)] == [False, False, True, True]


def test_several_conditions_at_once():
    world = World(faults=["crashes-at-renewal+vendor"])
    hnp = seen(world, VendorSpecific()).hnp
    assert seen(world, hnp=hnp, hi=5).status == 0
    assert seen(world, VendorSpecific(), hnp=hnp, hi=5) is None
    assert seen(world, mn=b"mn2@example.org") is None


def test_a_length_that_it_cannot_take():
    world = World(faults=["chokes-on-mn-id=1"])
    assert seen(world).status == 0
    assert seen(world, mn=b"x").status == 0  # of length 2: the subtype counts
    assert seen(world, mn=b"") is None
    assert seen(world) is None


def test_options_passed_over():
    world = World(faults=["blind-to-hi"])
    assert seen(world).status == 161
    world = World(faults=["blind-to-timestamp"])
    assert seen(world, ts=1).status == 0


def test_secret_settings():
    world = World(faults=["secretly-timers.min_delay_before_bce_delete=0", "secretly-readings.pba-act=echo"])
    answer = world.attach()
    world.send(group=0, hnp=answer.hnp, lifetime=0, hi=4, act=KEEP)
    world.advance(0.1)
    assert world.anchor.sessions == []
    assert world.anchor.config.timers.min_delay_before_bce_delete == 10
    assert seen(World(faults=["secretly-lma.multihoming=reject"]), group=0).status == 250
    assert seen(World(faults=["secretly-codepoints.multihoming_option_type=99"]), group=0).status == 0


def test_what_is_to_be_ignored_is_answered():
    assert seen(World(faults=["answers-ignored"]), lifetime=0, hi=4).status == 128
    assert seen(World(), lifetime=0, hi=4) is None
    world = World(faults=["answers-ignored"])
    assert len(world.deliver(world.codec.encode(world.request())[:-8])) == 1


@pytest.mark.parametrize("group", [None, 0])
def test_what_is_forgotten(group):
    world = World(faults=["forgets-bindings"])
    hnp = world.attach(group=group, flows=[flow(1)] if group == 0 else []).hnp
    assert seen(world, hnp=hnp, lifetime=0, hi=4, group=group) is None
    assert world.anchor.sessions == []
    world = World(faults=["forgets-when-rejecting"])
    hnp = world.attach(group=group).hnp
    world.send(group=group, hnp=hnp, hi=5)
    assert len(world.anchor.sessions) == 1
    assert seen(world, hi=None).status == 161
    assert world.anchor.sessions == []
    world.advance(400)


def test_sessions_always_new_or_always_the_same():
    world = World(faults=["always-new-session"])
    first, second = (world.attach(group=None, hi=5, ll=b"123456").hnp for _ in range(2))
    assert first != second
    assert seen(world, hnp=first, hi=5).status == 155
    assert seen(world, hnp=first, lifetime=0, hi=4).status == 0
    world = World(faults=["always-same-session"])
    hnp = world.attach(group=None, ll=b"123456").hnp
    assert world.attach(group=None, ll=b"123457", mag=MAG2).hnp == hnp
    assert len(world.anchor.sessions) == 1


def test_lifetimes():
    world = World(faults=["never-expires"])
    world.attach()
    world.advance(100_000)
    assert len(world.anchor.sessions) == 1
    world = World(faults=["expires-early"])
    hnp = world.attach(group=None).hnp
    world.advance(149)
    world.send(hnp=hnp, hi=5)
    world.advance(149)
    assert len(world.anchor.sessions) == 1
    world.advance(2)
    assert world.anchor.sessions == []
