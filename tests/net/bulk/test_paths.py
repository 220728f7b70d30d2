"""Messages by every path, over loopback and between two namespaces."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable

import numpy as np
import pytest

from pmiptool.errors import PmipError, UsageError
from pmiptool.net.bulk.port import BulkPort, open_port
from pmiptool.net.target import parse_target
from tests.net.bulk.traffic import all_of, numbered, numbers, packed
from tests.netns import LMA, LMA4, MAGS, MAGS4, Pair

pytestmark = pytest.mark.root
Opened = Callable[..., BulkPort]


@pytest.fixture(params=["send", "sendmmsg", "AF_PACKET", "AF_XDP"])
def path(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("form", ["{}", "udp://[{}]:5436", "udp://{}:5436"])
def test_nothing_is_lost_and_the_order_is_kept(pair: Pair, opened: Opened, path: str, form: str) -> None:
    lma, mag = (LMA4, MAGS4[0]) if form == "udp://{}:5436" else (LMA, MAGS[0])
    ours = opened(pair.mag, form.format(lma), mag, path=path)
    theirs = opened(pair.lma, form.format(mag), lma, path=path)
    assert ours.path == theirs.path == path
    sender = np.frombuffer(packed(mag)[0].rjust(16, b"\0"), np.uint8)
    before = time.time()
    got: list[int] = []
    for first in range(0, 3000, 1000):
        assert numbered(ours, 0, first, 1000, 104) == 1000
        while (arrivals := theirs.receive(0)) is not None:
            got += numbers(arrivals)
            assert (arrivals.lengths == 104).all() and (arrivals.senders == sender).all()
            assert (np.diff(arrivals.times) >= 0).all(), np.diff(arrivals.times).min()
            assert before - 0.01 <= arrivals.times[0] <= arrivals.times[-1] <= time.time() + 0.01
    assert got == list(range(3000))
    assert (ours.drops().send_queue, theirs.drops().receive_queue) == (0, 0)


@pytest.mark.parametrize("length", [8, 16, 24, 200, 384, 392, 400, 1448, 1456])
@pytest.mark.parametrize("form", ["{}", "udp://[{}]:5436", "udp://{}:5436"])
def test_messages_of_every_length_arrive(pair: Pair, opened: Opened, path: str, form: str, length: int) -> None:
    lma, mag = (LMA4, MAGS4[0]) if form == "udp://{}:5436" else (LMA, MAGS[0])
    ours = opened(pair.mag, form.format(lma), mag, path=path)
    theirs = opened(pair.lma, form.format(mag), lma, path=path)
    rows = ours.rows(0, 2)
    rows[:, :length] = np.arange(2 * length).reshape(2, length) % 251
    sent = [row[:length].tobytes() for row in rows]
    assert ours.send(length) == 2
    got: list[bytes] = []
    while len(got) < 2 and (arrivals := theirs.receive(1)) is not None:
        got += [row[:size].tobytes() for row, size in zip(arrivals.data, arrivals.lengths, strict=True)]
    assert got == sent


def test_what_is_longer_than_a_packet_goes_in_fragments(pair: Pair, opened: Opened, path: str) -> None:
    ours, theirs = opened(pair.mag, LMA, MAGS[0], path=path), opened(pair.lma, MAGS[0], LMA, path=path)
    rows = ours.rows(0, 1)
    rows[0, :1600] = np.arange(1600) % 251
    sent = rows[0, :1600].tobytes()
    assert ours.send(1600) == 1
    arrivals = theirs.receive(1)
    assert arrivals is not None and list(arrivals.lengths) == [1600]
    assert arrivals.data[0, :1600].tobytes() == sent


def test_each_source_has_its_column(pair: Pair, opened: Opened, path: str) -> None:
    ours = opened(pair.mag, LMA, *MAGS, path=path)
    theirs = [opened(pair.lma, mag, LMA, path="sendmmsg") for mag in MAGS]
    for index, port in enumerate(theirs):
        assert numbered(port, 0, index * 10, 3, 24) == 3
    local: dict[int, list[int]] = {0: [], 1: [], 2: []}
    while (arrivals := ours.receive(0.2)) is not None:
        for index, number in zip(arrivals.local, numbers(arrivals), strict=True):
            local[int(index)].append(number)
    assert local == {0: [0, 1, 2], 1: [10, 11, 12], 2: [20, 21, 22]}
    numbered(ours, 1, 7, 1, 24)
    arrivals = theirs[0].receive(0.2)
    assert arrivals is not None and bytes(arrivals.senders[0]) == packed(MAGS[1])[0]


def test_what_is_for_other_addresses_and_ports_is_not_ours(pair: Pair, opened: Opened, path: str) -> None:
    ours = opened(pair.mag, LMA, MAGS[0], path=path)
    over_udp = opened(pair.mag, f"udp://[{LMA}]", MAGS[0], path="AF_PACKET" if path == "AF_XDP" else path)
    numbered(opened(pair.lma, MAGS[1], LMA, path="sendmmsg"), 0, 1, 3, 24)
    numbered(opened(pair.lma, f"udp://[{MAGS[0]}]:5437", LMA, path="sendmmsg"), 0, 4, 3, 24)
    numbered(opened(pair.lma, f"udp://[{MAGS[0]}]:5436", LMA, path="sendmmsg"), 0, 7, 3, 24)
    assert all_of(ours) == []
    assert all_of(over_udp) == [7, 8, 9]


def test_what_the_receive_buffer_lost_is_counted(pair: Pair, opened: Opened, path: str) -> None:
    ours = opened(pair.mag, LMA, MAGS[0], path="sendmmsg")
    theirs = opened(pair.lma, MAGS[0], LMA, path=path)
    sent = sum(numbered(ours, 0, first, 1000, 104) for first in range(0, 20000, 1000))
    got = all_of(theirs)
    lost = theirs.drops().receive_queue
    assert sent == 20000 and lost > 1000 and len(got) + lost == sent
    assert got == list(range(len(got)))
    assert ours.drops().send_queue == 0
    theirs.close()
    assert theirs.drops().receive_queue == lost


@pytest.mark.parametrize("four", [False, True])
def test_over_udp_only_what_found_no_room_is_ours(pair: Pair, opened: Opened, path: str, four: bool) -> None:
    lma, mag = (LMA4, MAGS4[0]) if four else (f"[{LMA}]", MAGS[0])
    ours = opened(pair.mag, f"udp://{lma}", mag, path="sendmmsg")
    theirs = opened(pair.lma, f"udp://{mag}" if four else f"udp://[{mag}]", lma.strip("[]"), path=path)
    sent = sum(numbered(ours, 0, first, 1000, 104) for first in range(0, 20000, 1000))
    got = all_of(theirs)
    lost = theirs.drops().receive_queue
    assert sent == 20000 and lost > 1000 and len(got) + lost == sent


@pytest.mark.parametrize("path", ["send", "sendmmsg"])
def test_what_the_queueing_discipline_refuses_is_ours(opened: Opened, path: str) -> None:
    with Pair("-4") as own:
        limit = ["root", "tbf", "rate", "100kbit", "burst", "1600", "limit", "1600"]
        tc = subprocess.run(
            ["tc", "-n", own.mag, "qdisc", "add", "dev", "pmip0", *limit], capture_output=True, check=False
        )
        if tc.returncode:
            pytest.skip("this kernel has no token bucket filter")
        ours, theirs = opened(own.mag, LMA, MAGS[0], path=path), opened(own.lma, MAGS[0], LMA, path="sendmmsg")
        sent = ours.rows(0, 30)
        sent[:, :104] = np.arange(30)[:, None]
        taken = ours.send(104)
        assert 0 < taken < 30 and ours.drops().send_queue == 30 - taken
        got: list[int] = []
        while (arrivals := theirs.receive(1)) is not None:
            got += [int(row[0]) for row in arrivals.data]
        assert got == list(range(taken))
        ours.close()
        theirs.close()


def test_what_waits_to_be_read_is_not_written_over(pair: Pair, opened: Opened, path: str) -> None:
    ours = opened(pair.mag, LMA, MAGS[0], path=path)
    theirs = opened(pair.lma, MAGS[0], LMA, path="sendmmsg")
    for first in range(0, 4000, 500):  # more than any outlet has frames for
        assert numbered(ours, 0, first, 500, 104) == 500
    assert all_of(theirs) == list(range(4000))


def test_errors_of_the_network_come_back(pair: Pair, opened: Opened, path: str) -> None:
    ours = opened(pair.mag, LMA, MAGS[0], path=path)  # nobody listens there
    patience = time.monotonic() + 5
    errors = []
    while not errors and time.monotonic() < patience:  # a host sends few of them a second (RFC 4443 2.4)
        assert numbered(ours, 0, 0, 2, 24) == 2
        time.sleep(0.05)
        errors = ours.icmp_errors()
    assert (errors[0].type, errors[0].code) == (4, 1) and "Parameter Problem" in errors[0].text
    assert errors[0].source == packed(LMA)[0]
    assert numbered(ours, 0, 0, 2, 24) == 2
    assert ours.receive(0.05) is None


def test_an_open_port_keeps_the_kernel_quiet(pair: Pair, opened: Opened, path: str) -> None:
    ours, theirs = opened(pair.mag, LMA, MAGS[0], path=path), opened(pair.lma, MAGS[0], LMA, path="sendmmsg")
    assert numbered(theirs, 0, 0, 3, 24) == 3
    assert all_of(ours) == [0, 1, 2]
    theirs.receive(0.1)
    assert theirs.icmp_errors() == []


def test_wrong_lengths_and_sources_are_errors(pair: Pair, opened: Opened, path: str) -> None:
    port = opened(pair.mag, LMA, MAGS[0], path=path)
    port.rows(0, 4)
    for length in (0, -1, 2049, 1 << 40):
        with pytest.raises(PmipError, match="octets in rows"):
            port.send(length)
    for source in (-1, 1):
        with pytest.raises(PmipError, match="source"):
            port.rows(source, 1)
    with pytest.raises(PmipError, match="rows"):
        port.rows(0, -1)
    assert 0 < len(port.rows(0, 1 << 40)) <= port.batch
    assert port.rows(0, 0).shape[0] == 0 and port.send(24) == 0
    kept = port.rows(0, 1)
    port.close()
    kept[:] = 1  # memory that was handed out lives as long as who holds it
    with pytest.raises(PmipError, match="closed"):
        port.send(24)
    assert port.receive(0) is None and port.icmp_errors() == []
    port.close()


def test_the_longest_message_arrives_whole() -> None:
    port = open_port(parse_target("::1"), packed("::1"))
    try:
        rows = port.rows(0, 2)
        rows[:] = np.arange(2048) % 251
        expected = rows[0].tobytes()
        assert port.send(2048) == 2
        arrivals = port.receive(1)
        assert arrivals is not None and list(arrivals.lengths) == [2048, 2048]
        assert arrivals.data[1, :2048].tobytes() == expected
    finally:
        port.close()


def test_paths_and_targets_that_there_are_not() -> None:
    with pytest.raises(UsageError, match="there are send, sendmmsg, AF_PACKET, AF_XDP"):
        open_port(parse_target("::1"), (), path="pigeon")
    with pytest.raises(UsageError, match="embedded"):
        open_port(parse_target("embedded"), ())
    with pytest.raises(UsageError, match="not of one kind"):
        open_port(parse_target("::1"), packed("127.0.0.1"))
