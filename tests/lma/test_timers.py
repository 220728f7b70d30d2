"""Timers against a plain list: the same ones come, in the same order, and the dead do not pile up."""

import random

from pmiptool.lma.timers import AT_ONCE, MANY, STEP, Timers


class Thing:
    scheduled = 0.0


def test_what_counts_comes_in_order_and_nothing_else():
    chance = random.Random(1)
    timers, things, model = Timers(), [Thing() for _ in range(700)], {}
    now, longest, exact = 0.0, 0, 0
    for step in range(30_000):
        thing = chance.choice(things)
        what = chance.random()
        if what < 0.8:  # put off, or asked for anew
            if thing.scheduled:
                timers.died()
            thing.scheduled = now + chance.choice([1.0, 5.0, 500.0, chance.uniform(0, 50)]) + step * 1e-9
            model[thing] = (thing.scheduled, step)
            timers.add(thing.scheduled, thing, None)
        elif what < 0.9 and thing.scheduled:
            timers.died()
            thing.scheduled = 0.0
            del model[thing]
        else:
            now += chance.uniform(0, 0.2)
        expected = sorted((when, number, thing) for thing, (when, number) in model.items() if when <= now)
        assert timers.is_due(now) or not expected
        for when, _, due in expected:
            entry = timers.pop(now)
            assert entry is not None and entry[0] == when and entry[2] is due
            due.scheduled = 0.0
            del model[due]
        assert timers.pop(now) is None
        first = timers.first()
        next_one = min((when for when, _ in model.values()), default=None)
        assert next_one is None or (first is not None and first[0] <= next_one)
        exact += next_one == (None if first is None else first[0])
        longest = max(longest, len(timers))
    assert exact > 29_000  # else there is a dead one before it
    assert longest < 3 * len(things) + 3 * MANY
    assert sum(entry[0] == entry[2].scheduled for entry in timers) == len(model)


def test_taking_off_the_dead_is_spread_over_those_that_come():
    timers, things = Timers(), [Thing() for _ in range(4 * MANY)]
    for when in (1000.0, 2000.0):
        for number, thing in enumerate(things):
            if thing.scheduled:
                timers.died()
            thing.scheduled = when + number
            timers.add(thing.scheduled, thing, None)
    before = len(timers)
    assert before > 7 * MANY
    sizes = []
    while timers._old or len(timers) == before:
        timers.add(9000.0, Thing(), None)
        sizes.append(len(timers))
    assert max(one - other for one, other in zip([before, *sizes], sizes, strict=False)) <= STEP
    alive = [entry for entry in timers if entry[0] == entry[2].scheduled]
    assert len(alive) == len(things)


def test_many_dead_ones_hold_nobody_up():
    """Nobody waits for what has ended; looking for the next takes off some at a time, and none is taken for due."""
    timers, things = Timers(), [Thing() for _ in range(3 * AT_ONCE)]
    for number, thing in enumerate(things):
        thing.scheduled = 1000.0 + number
        timers.add(thing.scheduled, thing, None)
    for thing in things:
        thing.scheduled = 0.0
        timers.died()
    first = timers.first()
    assert first is not None and first[0] == 1000.0 + AT_ONCE
    assert timers.pop(999.0) is None and timers.pop(9999.0) is None
    assert timers.first() is None and not timers
