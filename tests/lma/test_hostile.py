"""Peers that want the anchor to fall over: what they choose has an end."""

from pmiptool.lma.core import MANY
from tests.lma.support import World


def test_the_heap_forgets_what_is_dead():
    world = World()
    for _ in range(2 * MANY):
        world.send(group=0, tick=0.001)
        world.send(group=0, tick=0.001, lifetime=0, hi=4)
    assert len(world.anchor._core.timers) <= MANY + 10
    world.advance(11)  # MinDelayBeforeBCEDelete still counts from the last removal
    assert world.anchor.sessions == [] and world.anchor.next_timer() is None
