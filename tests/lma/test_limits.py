"""What a flood of mobile nodes may take of the anchor: `[lma] max_sessions`."""

import pytest

from pmiptool.errors import UsageError
from pmiptool.lma import config_from
from pmiptool.lma.events import RequestHeld
from tests.lma.support import MAG1, MAG2, World, prefix

INSUFFICIENT_RESOURCES = 130
TWO = {"lma": {"max_sessions": 2}}


@pytest.mark.parametrize("group", [None, 0])
def test_no_more_sessions_than_configured(group):
    """Those that are there are served as before, and when one has gone there is room again."""
    world = World(TWO)
    ll = b"\x02abcde"
    assert [world.send(mn=b"mn%d" % n, group=group, ll=ll).status for n in range(4)] == [0, 0, 130, 130]
    assert world.send(mn=b"mn1", group=group, ll=ll, hi=5).status == 0
    assert len(world.anchor.sessions) == 2
    assert world.send(mn=b"mn0", group=group, ll=ll, hi=5, lifetime=0).status == 0
    assert world.send(mn=b"mn2", group=group, ll=ll).status == INSUFFICIENT_RESOURCES  # it is remembered for a while
    world.advance(11)
    assert world.send(mn=b"mn2", group=group, ll=ll).status == 0
    world.advance(5000)
    assert world.anchor._core.session_count == 0


def test_a_session_has_any_number_of_bindings():
    world = World(TWO)
    world.attach()
    world.attach(mag=MAG2)
    assert len(world.session.bindings) == 2
    assert world.send(mn=b"mn2").status == 0


def test_no_more_requests_wait_than_sessions_may_be():
    """Handoff state unknown waits for the session that is there (RFC 5213 5.4.1.3), by each interface one."""
    world = World(TWO)
    assert world.send().status == 0
    assert [world.send(mag=MAG2, att=att, hi=4, tick=0.01) for att in (1, 2)] == [None, None]
    assert world.send(mag=MAG2, att=3, hi=4, tick=0.01).status == INSUFFICIENT_RESOURCES
    assert len(world.happened(RequestHeld)) == 2


def test_a_refused_request_takes_nothing():
    world = World({"lma": {"max_sessions": 1}})
    world.send(mn=b"mn0")
    for _ in range(3):
        world.send(mn=b"mn1")
    world.send(mn=b"mn0", hi=2, lifetime=0)
    world.advance(11)
    assert world.send(mn=b"mn1").hnp == prefix("2001:db8:f000:1::/64")  # the next of the pool, none was lost
    assert list(world.anchor._core.nodes) == [(1, b"mn1")]


def test_the_key_takes_a_number_above_zero():
    with pytest.raises(UsageError, match="lma.max_sessions: Expected `?int`? >= 1"):
        config_from({"lma": {"max_sessions": 0}})
    assert World().anchor.config.lma.max_sessions == 4_000_000
    assert World(TWO).send(mag=MAG1).status == 0
