"""Whatever arrives, in whatever order, under every reading: the anchor stays consistent and never raises."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmiptool.lma.events import DISCARDS, BindingErrorSent, PbuAccepted, PbuRejected, RequestHeld, SilentlyDiscarded
from pmiptool.registry.ambiguities import AMBIGUITIES
from pmiptool.session.classifier import classify
from pmiptool.session.model import DISCARD
from pmiptool.wire.values import BindingIdentifier, BindingReference, Ipv6Selector, MagIdentifier, MagMultipathBinding
from tests.lma.support import ANY, LMA, MAG1, MAG2, MAG3, World, flow, flow6089, prefix

MAGS = [MAG1, MAG2, MAG3]
PREFIXES = [ANY, prefix("2001:db8:f000::/64"), prefix("2001:db8:f000:1::/64"), prefix("2001:db8:a1::/64")]
CONFIGURED = [{"id": "mn1", "hnp": ["2001:db8:a1::/64"]}]
ENDINGS = (PbuAccepted, PbuRejected, SilentlyDiscarded)

fid_options = st.lists(
    st.builds(
        lambda fid, pri, action, pro, port, bids: (fid, pri, action, pro, port, bids),
        st.sampled_from([1, 2, 3, 65533, 65534, 65535]), st.integers(0, 3), st.integers(0, 4), st.integers(0, 3),
        st.none() | st.integers(0, 2), st.lists(st.integers(0, 3), max_size=2),
    ),
    max_size=3,
)  # fmt: skip
steps = st.fixed_dictionaries(
    {
        "mag": st.sampled_from(MAGS),
        "mn": st.sampled_from([b"mn1", b"mn2"]),
        "hnp": st.lists(st.sampled_from(PREFIXES), min_size=1, max_size=2),
        "hi": st.integers(0, 6),
        "att": st.sampled_from([3, 4]),
        "ll": st.sampled_from([None, b"\x02abcde"]),
        "lifetime": st.sampled_from([0, 1, 5, 75]),
        "group": st.sampled_from([None, None, 0, 0, 0]),
        "path": st.none() | st.tuples(st.sampled_from([1, 2, 3]), st.integers(0, 1), st.integers(0, 1), st.binary()),
        "act": st.sampled_from([0, 1, 2, 2, 2, 5]),
        "flows": fid_options,
        "bids": st.lists(st.integers(0, 3), max_size=2),
        "summary": st.none() | st.lists(st.sampled_from([1, 2, 65534, 65535]), max_size=3),
        "timestamps": st.booleans(),
        "wait": st.sampled_from([0.01, 0.5, 3.0, 11.0, 30.0]),
    }
)
readings = st.fixed_dictionaries(
    {entry.key: st.sampled_from([name for name in entry.choices if name != "accept"]) for entry in AMBIGUITIES}
)


def fids_of(step, rfc6089):
    made = []
    for fid, pri, action, pro, port, bids in step["flows"]:
        selector = None if port is None else Ipv6Selector(dst_port=port)
        more = (BindingReference(bid=tuple(bids)),) if bids else ()
        if rfc6089:
            made.append(flow6089(fid, pri, selector=selector, more=more))
        else:
            made.append(flow(fid, pri, action, pro, selector, more))
    return made


def path_of(step):
    """The options of RFC 8278; now and then without an identifier, or one of another gateway."""
    if step.get("path") is None:
        return ()
    bid, b, o, mag = step["path"]
    return MagMultipathBinding(if_att=4, bid=bid, b=b, o=o), *([MagIdentifier(identifier=mag[:1])] if mag else [])


def play(world, step, rfc6089=False):
    """One request; exactly one ending, now or when its wait is over."""
    world.advance(step["wait"])
    before = len(world.log)
    request = world.request(
        *(BindingIdentifier(bid=bid, bid_pri=bid) for bid in step["bids"]), *path_of(step),
        mn=step["mn"], hnp=step["hnp"], hi=step["hi"], att=step["att"], ll=step["ll"], lifetime=step["lifetime"],
        group=step["group"], act=step["act"], flows=fids_of(step, rfc6089), summary=step["summary"],
        ts="now" if step["timestamps"] else None,
    )  # fmt: skip
    sent = world.deliver(world.codec.encode(request, src=step["mag"], dst=LMA), step["mag"])
    happened = world.log[before:]
    endings = [event for event in happened if isinstance(event, ENDINGS)]
    held = [event for event in happened if isinstance(event, RequestHeld)]
    replaced = [event for event in endings if getattr(event, "reason", "") == "replaced-while-waiting"]
    released = sum(isinstance(event, PbuAccepted) for event in endings) > 1
    assert len(endings) + len(held) >= 1
    assert len(endings) + len(held) == 1 or replaced or released
    assert len(sent) == sum(isinstance(event, (PbuAccepted, PbuRejected)) for event in endings)
    for datagram in sent:
        answer = world.answer(datagram)
        assert answer.decoded.checksum_ok
        answer.fids  # noqa: B018 - a FID stands once
        if answer.status == 0 and step["group"] == 0:
            assert len(answer.hnps) == 1


def consistent(world):
    sessions = world.anchor.sessions
    families = {id(session.family) if session.family else id(session): session for session in sessions}
    prefixes = [one for session in families.values() for one in session.prefixes]  # a family shares its own
    assert len(set(prefixes)) == len(prefixes), "no prefix in two sessions"
    groups = [(session.mn_id, session.mhgid) for session in sessions if session.mhgid is not None]
    assert len(set(groups)) == len(groups)
    for session in sessions:
        assert session.bindings or session.tombstones
        if session.mhgid is not None:
            assert len(session.prefixes) == 1
            assert session.mag_id is None
        for key, binding in {**session.bindings, **session.tombstones}.items():
            assert (binding.path is None) == (session.mag_id is None)
            assert binding.path is None or key == (binding.path.bid,)
        if session.mag_id is None and session.mhgid is None:
            assert len(session.bindings) + len(session.tombstones) == 1
        bound = {binding.care_of_address for binding in session.bindings.values()}
        assert not any(binding.flows for binding in session.tombstones.values())
        assert not session.bindings.keys() & session.tombstones.keys()
        bids = [bid for binding in session.bindings.values() for bid in binding.bids]
        assert len(bids) == len(set(bids))
        order = session.flows()
        assert len(order) == session.flow_count()
        for owner, found in order:
            assert owner in session.bindings.values()
            assert owner.flows[found.fid] is found
            targets = session.targets(owner, found)
            assert set(targets) <= bound
            assert session.active(owner, found) == (found.action == DISCARD or bool(targets))
        everyone = (binding for one in session.family or [session] for binding in one.bindings.values())
        reached = {binding.care_of_address for binding in everyone}
        packet = b"\x60\0\0\0\0\0\x3b\x40" + bytes(32)
        for reading in ("bid-pri", "oldest", "newest", "drop", "all"):
            assert set(classify(packet, session, reading)) <= reached
        for binding in session.bindings.values():
            assert binding.expires > world.now
    for event in world.log:
        if isinstance(event, SilentlyDiscarded):
            assert event.reason in DISCARDS


def nothing_is_left(world):
    world.advance(5000)
    assert not world.anchor.sessions
    assert world.anchor.next_timer() is None
    core = world.anchor._core
    assert not core.nodes and not core.prefixes and not core.timers and not world.anchor._waiting


@settings(max_examples=120, deadline=None)
@given(story=st.lists(steps, max_size=14), chosen=st.just({}) | readings, rfc6089=st.booleans())
def test_any_story_leaves_the_anchor_consistent(story, chosen, rfc6089):
    world = World(mn=CONFIGURED, readings=chosen, codepoints={"dialect": "rfc6089" if rfc6089 else "mext"})
    for step in story:
        play(world, step, rfc6089)
        consistent(world)
    nothing_is_left(world)


def test_a_long_story():
    """Many steps of the kind that interact: few mobile nodes, three gateways, deregistrations with Keep."""
    chance = random.Random(5213)
    world = World(mn=CONFIGURED)
    for _ in range(1500):
        choose = chance.choice
        asked = (choose([1, 2, 65535]), 1, choose([1, 2, 3]), choose([0, 0, 1]), choose([1, 2]), [])
        step = {
            "mag": choose(MAGS), "mn": choose([b"mn1", b"mn2"]), "hnp": [ANY], "hi": choose([1, 5, 4, 3, 2]), "att": 4,
            "ll": choose([None, b"\x02abcde"]), "lifetime": choose([0, 0, 5, 75]), "group": choose([None, 0, 0]),
            "path": choose([None, None, (choose([1, 2]), choose([0, 0, 1]), 0, b"m")]),
            "act": choose([1, 2, 2]), "flows": [asked], "bids": [], "summary": choose([None, None, [1]]),
            "timestamps": True, "wait": choose([0.01, 0.3, 2.0]),
        }  # fmt: skip
        play(world, step)
        consistent(world)
    kinds = {event.what for event in world.log if isinstance(event, PbuAccepted)}
    assert kinds == {"created", "added", "updated", "moved", "revived", "removed", "removed-again"}
    nothing_is_left(world)


@given(data=st.binary(max_size=120))
def test_any_octets(data):
    world = World()
    world.deliver(data, port=4000)
    (event,) = world.log
    assert isinstance(event, (*ENDINGS, BindingErrorSent))


@pytest.mark.parametrize("faults", [(), ("deaf-after-two",)])
def test_requests_with_octets_changed(faults):
    chance = random.Random(6275)
    world = World(faults=faults)
    flows = [flow(1, more=(BindingReference(bid=(1,)),)), flow(2)]
    for _ in range(1500):
        world.now += 0.1
        data = bytearray(world.codec.encode(world.request(group=0, ll=b"\x02abcde", flows=flows, summary=[1])))
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.choice([0, 1, 2, 8, 22, 45, 44, 200, 255, chance.randrange(256)])
        if chance.random() < 0.2:
            data = data[: chance.randrange(len(data))]
        world.deliver(bytes(data), port=4000)
        consistent(world)
