"""RFC 7864 3.2.1: interfaces that share the prefixes of a mobile node, by handoff indicator 6."""

from tests.lma.support import ANY, MAG1, MAG2, World

ONE, TWO = b"\2\0\0\0\0\1", b"\2\0\0\0\0\2"
SHARING = 6


def both(**fields):
    """Two interfaces, the second of which shares; the prefix."""
    world = World()
    hnp = world.send(ll=ONE).hnp
    answer = world.send(mag=MAG2, ll=TWO, att=5, hi=SHARING, **fields)
    assert (answer.status, answer.hnp) == (0, hnp)
    return world, hnp


def bound(world):
    """Link-layer identifier to care-of address, of all sessions."""
    return {b.ll_id: b.care_of_address for s in world.anchor.sessions for b in s.bindings.values()}


def test_a_further_interface_gets_the_prefix_named_or_not():
    for named in ({}, {"hnp": World().send(ll=ONE).hnp}):
        world, hnp = both(**named)
        assert bound(world) == {ONE: MAG1, TWO: MAG2}
        assert len(world.anchor.sessions) == 2


def test_each_interface_is_renewed_and_handed_over_by_itself():
    world, hnp = both()
    assert world.send(mag=MAG1, ll=ONE, hi=5, hnp=hnp).hnp == hnp
    assert world.send(mag=MAG2, ll=TWO, att=5, hi=5, hnp=hnp).hnp == hnp
    assert world.send(mag=MAG1, ll=TWO, att=5, hi=3, hnp=hnp).hnp == hnp
    assert bound(world) == {ONE: MAG1, TWO: MAG1}


def test_the_same_interface_is_updated():
    world = World()
    hnp = world.send(ll=ONE).hnp
    assert world.send(ll=ONE, hi=SHARING, hnp=hnp).hnp == hnp
    assert len(world.anchor.sessions) == 1


def test_without_identifier_it_is_always_a_new_session():
    world = World()
    hnp = world.send().hnp
    assert world.send(mag=MAG2, hi=SHARING, hnp=hnp).hnp == hnp
    assert len(world.anchor.sessions) == 2


def test_the_prefix_is_free_when_the_last_interface_left():
    for first, second in ((ONE, TWO), (TWO, ONE)):
        world, hnp = both()
        place = {ONE: {"mag": MAG1, "ll": ONE}, TWO: {"mag": MAG2, "ll": TWO, "att": 5}}
        assert world.send(hi=4, lifetime=0, hnp=hnp, **place[first]).status == 0
        world.advance(11)
        assert set(bound(world)) == {second}
        assert world.send(hi=5, hnp=hnp, **place[second]).hnp == hnp
        assert world.send(hi=4, lifetime=0, hnp=hnp, **place[second]).status == 0
        world.advance(11)
        assert world.anchor.sessions == []
        assert world.send(mn=b"mn2@example.org", hnp=hnp).hnp == hnp


def test_a_mobile_node_without_any_session_gets_a_prefix_of_its_own():
    assert World().send(hi=SHARING).hnp != ANY


def test_another_mobile_node_shares_nothing():
    world = World()
    hnp = world.send(ll=ONE).hnp
    assert world.send(mn=b"mn2@example.org", hi=SHARING, ll=TWO, hnp=hnp).status == 155
