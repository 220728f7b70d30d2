"""Which path a port takes by itself, and why; and what it does when the machine has not what it needs."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable

import msgspec
import numpy as np
import pytest

from pmiptool.errors import EnvironmentLacks
from pmiptool.net.bulk import fast, neighbour, outlets, policy
from pmiptool.net.bulk.port import BulkPort, open_port
from pmiptool.net.target import parse_target
from tests.net.bulk.traffic import all_of, numbered, packed
from tests.netns import LMA, LMA4, MAGS, MAGS4, Pair, inside, ip

pytestmark = pytest.mark.root
Opened = Callable[..., BulkPort]


def refuse(number: int) -> Callable[..., None]:
    def call(*args: object, **more: object) -> None:
        raise OSError(number, os.strerror(number))

    return call


def test_by_itself_a_port_takes_the_fast_path(pair: Pair, opened: Opened) -> None:
    port = opened(pair.mag, LMA, MAGS[0])
    assert (port.path, port.why) == ("AF_XDP", "the fastest way on this machine")


@pytest.mark.parametrize(("window", "path"), [(1, "send"), (31, "send"), (32, "AF_XDP"), (None, "AF_XDP")])
def test_few_messages_under_way_need_no_batches(pair: Pair, opened: Opened, window: int | None, path: str) -> None:
    port = opened(pair.mag, LMA, MAGS[0], window=window)
    assert port.path == path
    assert path != "send" or port.why == "fewer than 32 messages are under way"


def test_messages_that_fit_no_frame_go_through_sockets(pair: Pair) -> None:
    with inside(pair.mag):
        port = open_port(parse_target(LMA), packed(MAGS[0]), longest=2040)
    try:
        assert (port.path, port.why) == ("sendmmsg", "messages of 2040 octets do not fit into frames")
        port.rows(0, 1)
        assert port.send(2040) == 1
    finally:
        port.close()


@pytest.mark.parametrize("target", ["::1", "udp://127.0.0.1", MAGS[1]])
def test_a_target_on_this_machine_is_reached_through_sockets(pair: Pair, opened: Opened, target: str) -> None:
    port = opened(pair.mag, target)
    assert (port.path, port.why) == ("sendmmsg", "the target is on this machine")


def test_without_af_xdp_a_packet_socket_sends(pair: Pair, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlets.XdpOutlet, "_open", refuse(errno.EAFNOSUPPORT))
    port = opened(pair.mag, LMA, MAGS[0])
    assert port.path == "AF_PACKET"
    assert port.why == "AF_XDP cannot be had on pmip0: the kernel is without CONFIG_XDP_SOCKETS"
    theirs = opened(pair.lma, MAGS[0], LMA, path="sendmmsg")
    assert numbered(port, 0, 0, 5, 104) == 5 and all_of(theirs) == list(range(5))


def test_two_ports_on_one_interface_share_it(pair: Pair, opened: Opened) -> None:
    first, second = opened(pair.mag, LMA, MAGS[0]), opened(pair.mag, LMA, MAGS[1])
    assert (first.path, second.path) == ("AF_XDP", "AF_PACKET")
    assert second.why == "AF_XDP cannot be had on pmip0: its queues are in use"
    with pytest.raises(
        EnvironmentLacks, match="AF_XDP cannot be used: .* its queues are in use; use the path sendmmsg"
    ):
        opened(pair.mag, LMA, MAGS[2], path="AF_XDP")
    theirs = [opened(pair.lma, mag, LMA, path="sendmmsg") for mag in MAGS[:2]]
    numbered(first, 0, 0, 2, 24)
    numbered(second, 0, 10, 2, 24)
    # A raw socket hears everybody.
    assert sorted(all_of(theirs[0])) == [0, 1, 10, 11]
    numbered(theirs[0], 0, 1, 2, 24)
    numbered(theirs[1], 0, 3, 2, 24)
    assert (all_of(first), all_of(second)) == ([1, 2], [3, 4])


def test_without_packet_sockets_the_sockets_do(pair: Pair, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast, "PacketRing", refuse(errno.ENOMEM))
    port = opened(pair.mag, LMA, MAGS[0])
    assert (port.path, port.why) == ("sendmmsg", "the kernel refuses the fast path on pmip0: Cannot allocate memory")


def test_an_ipsec_policy_that_covers_the_target_forbids_to_bypass_it(pair: Pair, opened: Opened) -> None:
    words = ("dir", "out", "src", f"{MAGS[0]}/128", "dst", f"{LMA}/128", "proto", "135")
    template = ("tmpl", "proto", "esp", "mode", "transport")
    try:
        ip("-n", pair.mag, "xfrm", "policy", "add", *words, *template)
    except Exception:
        pytest.skip("this kernel has no IPsec policies")
    try:
        port = opened(pair.mag, LMA, MAGS[0])
        assert (port.path, port.why) == ("sendmmsg", f"an IPsec policy covers {LMA}")
        with pytest.raises(EnvironmentLacks, match=f"AF_XDP cannot be used: an IPsec policy covers {LMA}"):
            opened(pair.mag, LMA, MAGS[0], path="AF_XDP")
        assert opened(pair.mag, LMA, MAGS[1]).path == "AF_XDP"
        assert opened(pair.mag, f"udp://[{LMA}]", MAGS[0]).path == "AF_PACKET"
    finally:
        ip("-n", pair.mag, "xfrm", "policy", "delete", *words)


def test_who_may_not_see_policies_does_not_bypass_them(
    pair: Pair, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden() -> list[policy.Policy]:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(policy, "policies", forbidden)
    port = opened(pair.mag, LMA, MAGS[0])
    assert port.path == "sendmmsg" and "without CAP_NET_ADMIN" in port.why


@pytest.mark.parametrize(
    ("what", "changes", "why"),
    [
        ("link_at", {"kind": 65534}, "pmip0 is no Ethernet interface"),
        ("link_at", {"master": 7}, "pmip0 is part of another interface"),
        ("route_to", {"wraps": True}, "the route puts packets into others"),
        ("route_to", {"kind": 6}, "the route to the target leads to no interface"),
    ],
)
def test_ways_that_only_the_kernel_knows(
    pair: Pair, opened: Opened, monkeypatch: pytest.MonkeyPatch, what: str, changes: dict[str, object], why: str
) -> None:
    real = getattr(neighbour, what)
    monkeypatch.setattr(neighbour, what, lambda *args: msgspec.structs.replace(real(*args), **changes))
    port = opened(pair.mag, LMA, MAGS[0])
    assert (port.path, port.why) == ("sendmmsg", why)


def test_sources_with_different_ways_go_through_sockets(pair: Pair, opened: Opened) -> None:
    ip("-n", pair.mag, "-6", "rule", "add", "from", MAGS[1], "lookup", "77")
    ip(
        "-n",
        pair.mag,
        "-6",
        "route",
        "add",
        f"{LMA}/128",
        "via",
        MAGS[2].replace("::4", "::99"),
        "dev",
        "pmip0",
        "table",
        "77",
    )
    try:
        port = opened(pair.mag, LMA, MAGS[0], MAGS[1])
        assert (port.path, port.why) == ("sendmmsg", "the sources have different ways to the target")
    finally:
        ip("-n", pair.mag, "-6", "rule", "delete", "from", MAGS[1], "lookup", "77")


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("2001:db8:1::99", "no answer to Neighbor Solicitation for 2001:db8:1::99 on pmip0"),
        ("udp://192.0.2.99", "no answer to ARP for 192.0.2.99 on pmip0"),
        ("2001:db8:77::1", "cannot send to 2001:db8:77::1: Network is unreachable; add a route"),
    ],
)
def test_a_target_that_cannot_be_reached_is_told(pair: Pair, opened: Opened, target: str, text: str) -> None:
    own = MAGS4[0] if "udp" in target else MAGS[0]
    with pytest.raises(EnvironmentLacks, match=text):
        opened(pair.mag, target, own)


@pytest.mark.parametrize(
    ("target", "own", "text"),
    [
        (LMA, "2001:db8:1::77", "source address 2001:db8:1::77 is not on this machine; add it with: sudo ip -6 addr"),
        (f"udp://{LMA4}", "192.0.2.77", "source address 192.0.2.77 is not on this machine; add it with: sudo ip addr"),
        (f"{LMA}%nowhere0", MAGS[0], "there is no network interface 'nowhere0' here"),
    ],
)
def test_a_source_that_is_not_ours_is_told(opened: Opened, pair: Pair, target: str, own: str, text: str) -> None:
    for path in (None, "send", "sendmmsg", "AF_XDP"):
        with pytest.raises(EnvironmentLacks, match=text):
            opened(pair.mag, target, own, path=path)


def test_link_local_targets_and_macvlan(pair: Pair, opened: Opened) -> None:
    """An interface on top of another, with a name in the target."""
    try:
        ip("-n", pair.mag, "link", "add", "top0", "link", "pmip0", "type", "macvlan", "mode", "bridge")
    except Exception:
        pytest.skip("this kernel has no macvlan")
    try:
        ip("-n", pair.mag, "link", "set", "top0", "up")
        ip("-n", pair.mag, "-6", "addr", "add", "fe80::aa/64", "dev", "top0", "nodad")
        ip("-n", pair.lma, "-6", "addr", "add", "fe80::bb/64", "dev", "pmip0", "nodad")
        ours = opened(pair.mag, "fe80::bb%top0", "fe80::aa")
        theirs = opened(pair.lma, "fe80::aa%pmip0", "fe80::bb")
        assert ours.path == theirs.path == "AF_XDP"
        assert numbered(ours, 0, 0, 4, 104) == 4 and all_of(theirs) == [0, 1, 2, 3]
        assert numbered(theirs, 0, 0, 4, 104) == 4 and all_of(ours) == [0, 1, 2, 3]
    finally:
        ip("-n", pair.mag, "link", "delete", "top0")


def test_a_neighbour_that_changes_its_address_is_followed(
    pair: Pair, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fast, "_REFRESH", 0.0)
    ours, theirs = opened(pair.mag, LMA, MAGS[0]), opened(pair.lma, MAGS[0], LMA, path="sendmmsg")
    assert numbered(ours, 0, 0, 2, 24) == 2 and all_of(theirs) == [0, 1]
    ip("-n", pair.lma, "link", "set", "pmip0", "address", "02:00:00:00:00:42")
    ip("-n", pair.mag, "neigh", "replace", LMA, "dev", "pmip0", "lladdr", "02:00:00:00:00:42")
    with inside(pair.mag):
        ours._next_look = 0.0  # type: ignore[attr-defined]
        assert numbered(ours, 0, 2, 2, 24) == 2
    assert all_of(theirs) == [2, 3]


@pytest.mark.parametrize("path", ["AF_PACKET", "AF_XDP"])
def test_an_interface_that_goes_down_is_told(opened: Opened, path: str) -> None:
    with Pair("-2") as own:
        port = opened(own.mag, LMA, MAGS[0], path=path)
        ip("-n", own.mag, "link", "set", "pmip0", "down")
        with pytest.raises(EnvironmentLacks, match="interface pmip0 is down; see: ip link show pmip0"):
            numbered(port, 0, 0, 2, 24)
        port.close()


@pytest.mark.parametrize("outlet", [outlets.PacketOutlet, outlets.XdpOutlet])
def test_frames_have_bounds(pair: Pair, outlet: Callable[..., outlets.Outlet]) -> None:
    with inside(pair.mag):
        link = neighbour.link_at(neighbour.index_of("pmip0"))
        made = outlet(link, 64)
    try:
        for length in (0, -1, 2048, 1 << 40):
            assert len(made.rows(1)) == 1
            with pytest.raises(ValueError, match="octets in a frame"):
                made.send(length)
        assert made.send(64) == 0  # nothing is handed out
        taken = 0
        for _ in range(50):
            rows = made.rows(48)
            rows[:, :64] = np.arange(64)
            taken += made.send(64)
        assert taken >= 50 * 16 and made.drops() == 0
    finally:
        made.close()


def test_frames_come_back_in_any_order(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel is kept out, and completes frames 2, 0 and 5 of 6 by our hand."""
    with inside(pair.mag):
        outlet = outlets.XdpOutlet(neighbour.link_at(neighbour.index_of("pmip0")), 8)
    monkeypatch.setattr(outlet, "flush", lambda: None)
    try:

        def where(rows: np.ndarray) -> list[int]:
            start = outlet._frames.ctypes.data
            return [(row.ctypes.data - start) // 2048 for row in rows]

        assert where(outlet.rows(6)) == [0, 1, 2, 3, 4, 5]
        outlet.send(64)
        assert where(outlet.rows(6)) == [6, 7]
        outlet._addresses[:3] = outlet._places[[2, 0, 5]]
        outlet._completed[0] = 3
        assert where(outlet.rows(1)) == [6]
        outlet.send(64)
        assert where(outlet.rows(2)) == [7]  # frame 0 is free, frame 1 is not
        outlet.send(64)
        assert where(outlet.rows(2)) == [0]
        outlet.send(64)
        assert where(outlet.rows(2)) == []
        outlet._addresses[3:8], outlet._addresses[:1] = outlet._places[[1, 3, 4, 6, 7]], outlet._places[[0]]
        outlet._completed[0] = 9
        assert int(outlet._busy.sum()) == 6
        outlet.rows(1)
        assert int(outlet._busy.sum()) == 0
    finally:
        outlet.close()


def test_udp_ports_of_ours(pair: Pair, opened: Opened) -> None:
    """A second port at one address has another UDP port, and each has its own answers."""
    first, second = opened(pair.mag, f"udp://{LMA4}", MAGS4[0]), opened(pair.mag, f"udp://{LMA4}", MAGS4[0])
    with inside(pair.lma):
        peer = open_port(parse_target(f"udp://{MAGS4[0]}"), packed(LMA4), path="sendmmsg")
    try:
        numbered(first, 0, 1, 1, 24)
        numbered(second, 0, 2, 1, 24)
        assert sorted(all_of(peer)) == [1, 2]
        numbered(peer, 0, 3, 1, 24)
        assert (all_of(first), all_of(second)) == ([3], [])
    finally:
        peer.close()
