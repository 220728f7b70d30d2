"""Each fault does what it names and nothing else: the same requests go to a right anchor and to a faulty one."""

import pytest
from msgspec.structs import replace

from pmiptool.errors import UsageError
from pmiptool.lma.faults import FAULTS
from pmiptool.wire.checksum import checksum
from pmiptool.wire.values import (
    HandoffIndicator,
    HomeNetworkPrefix,
    Ipv6Selector,
    Multihoming,
    UnknownOption,
)
from tests.lma.support import KEEP, LMA, MAG1, MAG2, REMOVE, World, flow, prefix

HNP1 = prefix("2001:db8:f000::/64")
NAMED = """sequence-not-copied hi-not-copied mn-id-not-copied hnp-changed hnp-all-zero lifetime-too-long
lifetime-in-seconds p-flag-clear checksum-zero options-unaligned message-too-long message-too-short
no-multihoming-option act-echoed rfu-set fid-status-missing fid-not-echoed pro-not-set priority-not-copied
action-not-copied fid-not-unique filters-lost-on-keep filters-kept-on-remove second-hnp pro-without-keep answer-lost
answer-late answer-twice wrong-status-153 wrong-status-154 wrong-status-158 wrong-status-160 wrong-status-161
wrong-status-162 deaf-after-two multipath-not-echoed mag-id-echoed bid-changed label-not-copied bulk-ignored
path-replaced deaf-to-heartbeats heartbeat-sequence-wrong restart-counter-missing wrong-restart-counter
revocation-without-mn-id revocation-p-clear notification-without-mn-id notify-twice-without-d
ipv4-reply-missing ipv4-other-address ipv4-router-missing ipv4-status-failure gre-key-unasked gre-key-missing
gre-key-changed wrong-status-173 wrong-status-in-ipv4-reply""".split()

SCRIPT = [
    {"mag": MAG1, "hi": 1, "flows": [flow(1, 10), flow(2, 20, action=2, selector=Ipv6Selector(proto=6))]},
    {"mag": MAG2, "hi": 1, "flows": [flow(7, 30, selector=Ipv6Selector(proto=17))]},
    {"mag": MAG1, "hi": 5, "hnp": HNP1, "flows": [flow(3, 40)]},
    {"mag": MAG1, "hi": 4, "hnp": HNP1, "lifetime": 0, "act": KEEP},
    {"mag": MAG2, "hi": 5, "hnp": HNP1, "flows": [flow(9, 50)]},
    {"mag": MAG2, "hi": 4, "hnp": HNP1, "lifetime": 0, "act": REMOVE},
    {"mag": MAG1, "group": None, "mn": b"legacy"},
]


def play(*faults, script=SCRIPT, **settings):
    """The datagrams of a script, one list for each request."""
    world = World(settings, faults=faults)
    sent = []
    for step in script:
        world.now += 0.1
        request = world.request(**{"group": 0, **step})
        mag = step.get("mag", MAG1)
        sent.append(world.deliver(world.codec.encode(request, src=mag, dst=LMA), mag))
    return world, sent


def both(fault, **more):
    """Pairs of right and faulty message, one for each request."""
    world, right = play(**more)
    _, wrong = play(fault, **more)
    pairs = []
    for good, bad in zip(right, wrong, strict=True):
        pairs.append((world.answer(good[0]).message, world.answer(bad[0])))
    return pairs


def without(message, kind):
    return replace(message, options=tuple(o for o in message.options if not isinstance(o, kind)))


def fids(message):
    return [option for option in message.options if hasattr(option, "fid")]


def test_the_names_are_those_asked_for_each_with_a_sentence():
    assert sorted(FAULTS) == sorted(NAMED)
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in FAULTS.values())
    with pytest.raises(UsageError, match="fault 'answers-lost' does not exist; did you mean 'answer-lost'"):
        World(faults=["answers-lost"])


def test_without_a_fault_nothing_is_found():
    world, sent = play()
    for (datagram,) in sent:
        assert not world.answer(datagram).decoded.findings


def changed_steps(fault, same, **more):
    """Numbers of the requests whose answer differs; `same` takes away what may differ."""
    steps = []
    for number, (good, bad) in enumerate(both(fault, **more)):
        if good != bad.message:
            steps.append(number)
            assert same(good, bad.message), (fault, number)
    return steps


@pytest.mark.parametrize(
    ("fault", "steps", "same"),
    [
        ("sequence-not-copied", range(7), lambda g, b: replace(g, sequence=g.sequence + 1) == b),
        ("hi-not-copied", range(7), lambda g, b: without(g, HandoffIndicator) == without(b, HandoffIndicator)),
        ("mn-id-not-copied", range(7), lambda g, b: g.options[1:] == b.options[1:]),
        ("hnp-changed", range(2, 6), lambda g, b: without(g, HomeNetworkPrefix) == without(b, HomeNetworkPrefix)),
        ("hnp-all-zero", range(7), lambda g, b: b.options[1] == HomeNetworkPrefix()),
        ("lifetime-too-long", [0, 1, 2, 4, 6], lambda g, b: replace(g, lifetime=150) == b),
        ("lifetime-in-seconds", [0, 1, 2, 4, 6], lambda g, b: replace(g, lifetime=300) == b),
        ("p-flag-clear", range(7), lambda g, b: replace(g, flags=0) == b),
        ("no-multihoming-option", range(6), lambda g, b: without(g, Multihoming) == b),
        ("act-echoed", [3, 5], lambda g, b: without(g, Multihoming) == without(b, Multihoming)),
        ("rfu-set", range(6), lambda g, b: without(g, Multihoming) == without(b, Multihoming)),
        ("fid-status-missing", [0, 1, 2, 4], lambda g, b: len(g.options) == len(b.options) and not fids(b)),
        ("fid-not-echoed", [0, 1, 2, 4], lambda g, b: len(fids(b)) == len(fids(g)) - 1),
        ("pro-not-set", [4], lambda g, b: [o.pro for o in fids(b)] == [0, 0, 0, 0]),
        ("priority-not-copied", [4], lambda g, b: [o.pri for o in fids(b)] == [50, 11, 21, 41]),
        ("action-not-copied", [4], lambda g, b: [o.action for o in fids(b)] == [1, 3, 1, 3]),
        ("fid-not-unique", [4], lambda g, b: {o.fid for o in fids(b)[1:]} == {7}),
        ("filters-lost-on-keep", [4], lambda g, b: fids(g)[:1] == fids(b)),
        ("second-hnp", [1, 4, 5], lambda g, b: without(g, HomeNetworkPrefix) == without(b, HomeNetworkPrefix)),
        ("pro-without-keep", [0, 1, 2], lambda g, b: [(o.fid, o.pro) for o in fids(b)][len(fids(g)) :] == [(65535, 2)]),
    ],
)
def test_faults_of_values(fault, steps, same):
    assert changed_steps(fault, same) == list(steps)


def test_second_hnp_is_the_same_every_time_and_the_gateway_may_use_it():
    pairs = both("second-hnp")
    seconds = {bad.hnp for _, bad in pairs[1:6:3]}
    (second,) = seconds
    assert second != HNP1
    world = World(faults=["second-hnp"])
    world.attach(MAG1)
    assert world.attach(MAG2).hnp == second
    assert world.attach(MAG2, hnp=second, hi=5).hnp == second


def test_filters_kept_on_remove():
    script = [SCRIPT[0], {"mag": MAG2, "hi": 1}, {**SCRIPT[3], "act": REMOVE}, {"mag": MAG2, "hi": 5, "hnp": HNP1}]
    assert changed_steps("filters-kept-on-remove", lambda g, b: [o.pro for o in fids(b)] == [2, 2], script=script) == [
        3
    ]
    script[2] = SCRIPT[3]
    assert changed_steps("filters-kept-on-remove", lambda g, b: False, script=script) == []


def octets_of(fault):
    _, right = play()
    world, wrong = play(fault)
    for (good,), (bad,) in zip(right, wrong, strict=True):
        yield good.data, bad.data, world.answer(bad).decoded, checksum(LMA, bad.destination.address, bad.data)


def test_checksum_zero():
    for good, bad, decoded, _ in octets_of("checksum-zero"):
        assert bad == good[:4] + b"\0\0" + good[6:]
        assert [finding.field for finding in decoded.findings] == ["checksum"]


def test_options_unaligned():
    for good, bad, decoded, right in octets_of("options-unaligned"):
        assert int.from_bytes(bad[4:6], "big") == right
        assert len(bad) % 8 == 0 and len(bad) // 8 - 1 == bad[1]
        offset = next(slot.offset for slot in decoded.layout.slots if slot.type == 22)
        assert offset % 8 != 4
        pads = [slot for slot in decoded.layout.slots[:-1] if slot.type in (0, 1)]
        assert len(pads) <= 1
        assert len(bad) <= len(good)


def test_messages_longer_and_shorter_than_their_header_says():
    for good, bad, decoded, _ in octets_of("message-too-long"):
        assert bad[:-8] == good and decoded.checksum_ok
    for good, bad, _, right in octets_of("message-too-short"):
        assert bad[6:] == good[6:] and bad[1] == good[1] + 1 and int.from_bytes(bad[4:6], "big") == right


def test_over_udp_the_checksum_stays_zero():
    world = World(faults=["message-too-long", "options-unaligned"])
    (sent,) = world.deliver(world.codec.encode(world.request()), port=4000)
    assert sent.data[4:6] == b"\0\0"


def test_answer_lost_late_and_twice():
    assert play("answer-lost")[1] == [[]] * 7
    right = play()[1]
    assert play("answer-twice")[1] == [pair * 2 for pair in right]
    world = World(faults=["answer-late"])
    assert world.send() is None
    assert world.anchor.next_timer() == pytest.approx(world.now + 1.5)
    assert world.advance(1.4) == []
    (answer,) = world.advance(0.2)
    assert answer.status == 0


POLICY = {
    "lma": {"accept_unknown_mn": False},
    "mag": [{"address": "2001:db8:1::2"}],
    "mn": [{"id": "mn1@example.org"}],
}
PROVOKE = {
    153: {"mn": b"stranger"},
    154: {"mag": MAG2},
    158: {"hnp": None},
    160: {"mn": None},
    161: {"hi": None},
    162: {"att": None},
}


@pytest.mark.parametrize("status", PROVOKE)
def test_wrong_statuses(status):
    script = [{**provoke, "group": None} for provoke in PROVOKE.values()]
    pairs = both(f"wrong-status-{status}", script=script, **POLICY)
    for (good, bad), expected in zip(pairs, PROVOKE, strict=True):
        assert good.status == expected
        assert bad.message == (replace(good, status=128) if expected == status else good)


def test_deaf_after_two():
    world = World(faults=["deaf-after-two"])
    for _ in range(3):
        assert world.send(UnknownOption(201, b"")).status == 0, "an unknown option is no reason"
    broken = world.codec.encode(world.request(), src=MAG1, dst=LMA)[:-8]
    world.deliver(broken)
    assert world.send().status == 0
    world.deliver(broken)
    assert world.send() is None
    assert world.last.reason == "deaf"


def test_faults_compose():
    _, ((datagram,),) = play("hi-not-copied", "rfu-set", "checksum-zero", script=SCRIPT[:1])
    answer = World().answer(datagram)
    assert answer.option(HandoffIndicator).hi == 0
    assert answer.option(Multihoming).rfu == 31
    assert datagram.data[4:6] == b"\0\0"
