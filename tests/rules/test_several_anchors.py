"""Several anchors and gateways in one capture, with the same mobile nodes and numbers: none counts for another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from pmiptool.capture.messages import messages
from pmiptool.rules import Context, Seen, SessionChecker
from pmiptool.wire.codec import Decoded
from tests.rules import examples
from tests.rules.make import LMA
from tests.rules.stories import sent

PCAPS = Path(__file__).parents[2] / "pcaps"
LMA2 = LMA[:15] + b"\x99"
Steps = list[tuple[float, Decoded, bytes, bytes]]


def another_anchor(address: bytes) -> bytes:
    return LMA2 if address == LMA else address


def all_others(address: bytes) -> bytes:
    """Other gateways, too."""
    return LMA2 if address == LMA else address[:14] + b"\x77" + address[15:]


def observed(steps: Steps, complete: bool) -> list[Seen]:
    checker = SessionChecker(Context(complete=complete))
    found = []
    for number, (time, decoded, src, dst) in enumerate(steps, 1):
        found += checker.observe(decoded, src=src, dst=dst, time=time, frame=number)
    return found + checker.finish()


def told(seen: Iterable[Seen]) -> Counter[Any]:
    return Counter((one.finding.rule, one.finding.level, one.lma, one.peer, one.mn) for one in seen)


def check(steps: Steps, moved: Callable[[bytes], bytes]) -> Counter[Any]:
    """Two stories at once, a third of a millisecond apart, break what each breaks alone."""
    other = [(time + 0.0003, decoded, moved(src), moved(dst)) for time, decoded, src, dst in steps]
    together = sorted(steps + other, key=lambda step: step[0])
    both: Counter[Any] = Counter()
    for complete in (False, True):
        both = told(observed(together, complete))
        assert both == told(observed(steps, complete)) + told(observed(other, complete))
    return both


@pytest.mark.parametrize("moved", [another_anchor, all_others])
def test_stored_captures(moved: Callable[[bytes], bytes]) -> None:
    for path in sorted(PCAPS.glob("*.pcapng")):
        steps = []
        for seen in messages(path):
            assert seen.envelope is not None
            steps.append((seen.frame.time_ns / 1e9, seen.decoded, seen.envelope.src, seen.envelope.dst))
        check(steps, moved)


@pytest.mark.parametrize("moved", [another_anchor, all_others])
def test_what_breaks_each_rule_on_sessions(moved: Callable[[bytes], bytes]) -> None:
    """Each finding stands there twice, and names its own anchor and its own gateway."""
    for rule, story in examples.SESSIONS.items():
        found = check(list(sent(story)), moved)
        for (name, _, lma, peer, _), count in found.items():
            if name == rule and lma == LMA:
                twin = [key for key in found if key[0] == rule and key[2] == LMA2 and key[3] == moved(peer)]
                assert twin and found[twin[0]] == count, rule
        assert rule in {key[0] for key in found}
