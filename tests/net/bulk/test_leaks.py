"""Nothing is left behind, descriptors, maps or memory: of ports that were used, failed half-way, or are looked at."""

from __future__ import annotations

import errno
import gc
import os
from collections.abc import Callable

import pytest

from pmiptool.net.bulk import neighbour, outlets
from pmiptool.net.bulk.port import BulkPort, open_port
from pmiptool.net.bulk.ring import PacketRing
from pmiptool.net.target import parse_target
from tests.net.bulk.traffic import numbered, packed
from tests.netns import LMA, MAGS, Pair, inside

pytestmark = pytest.mark.root


def held() -> tuple[int, int, int]:
    """Descriptors, maps, pages of this process."""
    gc.collect()
    with open("/proc/self/maps") as maps, open("/proc/self/statm") as memory:
        return len(os.listdir("/proc/self/fd")), len(maps.readlines()), int(memory.read().split()[0])


def leaves_nothing(work: Callable[[], None], times: int) -> None:
    for _ in range(20):
        work()
    before = held()
    for _ in range(times):
        work()
    after = held()
    assert after[0] == before[0]
    assert after[1] <= before[1] + 8 and after[2] <= before[2] + 4096, (before, after)  # 16 MB of pages


@pytest.mark.parametrize(("path", "times"), [("send", 1000), ("sendmmsg", 1000), ("AF_PACKET", 60)])
def test_many_ports_leave_nothing(pair: Pair, path: str, times: int) -> None:
    """A packet socket takes the kernel a tenth of a second to close."""
    target, own = parse_target(LMA), packed(MAGS[0])

    def once() -> None:
        port = open_port(target, own, path=path)
        numbered(port, 0, 0, 3, 24)
        port.receive(0)
        port.close()

    with inside(pair.mag):
        leaves_nothing(once, times)


def test_many_af_xdp_sockets_leave_nothing(pair: Pair) -> None:
    with inside(pair.mag):
        link = neighbour.link_at(neighbour.index_of("pmip0"))

        def once() -> None:
            outlet = outlets.XdpOutlet(link)
            outlet.rows(3)[:, :64] = 1
            assert outlet.send(64) == 3
            outlet.close()

        leaves_nothing(once, 60)


@pytest.mark.parametrize(
    ("where", "name"),
    [(outlets.XdpOutlet, "_bind_to_any"), (PacketRing, "_index_locals"), (outlets.XdpOutlet, "_ring")],
)
def test_what_fails_half_way_leaves_nothing(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, where: type, name: str
) -> None:
    def fails(*args: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(where, name, fails)
    target, own = parse_target(LMA), packed(MAGS[0])
    with inside(pair.mag):
        leaves_nothing(lambda: open_port(target, own).close(), 20)


def test_maps_go_with_the_last_who_looks(pair: Pair) -> None:
    ports: list[BulkPort] = []
    with inside(pair.mag):
        before = held()
        ports.append(open_port(parse_target(LMA), packed(MAGS[0]), path="AF_PACKET"))
    rows = ports[0].rows(0, 4)
    ports.pop().close()
    rows[:, :24] = 1
    assert held()[1] > before[1]
    del rows
    assert held()[:2] <= (before[0], before[1] + 2)
