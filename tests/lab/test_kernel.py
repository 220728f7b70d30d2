"""Tunnels of the kernel: which rules and devices are made, and, where there are such, the lab with real packets."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from pmiptool.cli import doctor
from pmiptool.errors import EnvironmentLacks, UsageError
from pmiptool.lab import control, kernel, lifecycle, network
from pmiptool.lab.kernel import Rule, anchor_rules, device, gateway_rules
from pmiptool.lab.run import play
from pmiptool.lab.scenarios import SCENARIOS
from pmiptool.lab.topology import KERNEL, Topology, namespace
from pmiptool.lma import LocalMobilityAnchor
from pmiptool.lma.config import LmaConfig
from pmiptool.lma.forwarding import Forwarding
from pmiptool.net.tunnels import PacketSender, TunnelSockets
from pmiptool.session.probe import Probe
from pmiptool.session.tunnel import IPV6, Tunnelled
from tests.lma.support import addr

NAME = f"k{os.getpid()}"
SHORT = 0.5
HNP, LMA, MAG = "2001:db8:a1::/64", "2001:db8:1::1", "2001:db8:11::1"
BACK, USER, TUNNEL, MAIN = 101, 100, 102, 254

as_root = [
    pytest.mark.root,
    pytest.mark.skipif(os.geteuid() != 0 or not Path("/dev/net/tun").exists(), reason="needs root and TUN devices"),
]


# What is made


def test_a_gateway_forwards_what_is_from_and_to_the_mobile_node_and_hands_the_rest_to_user_space() -> None:
    """In the order in which the kernel looks at them (RFC 5213 6.10.3, 6.10.5)."""
    rules = sorted(gateway_rules("pmip-if1", "pmip-tnl1", LMA, [HNP]))
    assert rules == [
        (10, 6, "pmip-tnl1", HNP, "", BACK),  # the mobile node's own packet comes back: a loop
        (20, 6, "pmip-tnl1", "", HNP, MAIN),
        (30, 6, "pmip-tnl1", "", "", BACK),  # not for us
        (60, 6, "pmip-if1", "", f"{LMA}/128", USER),  # a loop
        (70, 6, "pmip-if1", HNP, "", TUNNEL),
        (80, 6, "pmip-if1", "", "", USER),  # spoofed
    ]


def test_a_gateway_without_a_registration_forwards_nothing() -> None:
    tables = {rule.table for rule in gateway_rules("pmip-if1", "pmip-tnl1", LMA, [], ipv4=True)}
    assert tables == {BACK, USER}


def test_an_anchor_lets_on_what_a_mobile_node_of_the_tunnel_sent() -> None:
    """RFC 5213 5.6.2; and nothing to an end of the tunnel (RFC 2473 4.1.2)."""
    tunnels = {MAG: "pmip-tnl1", "2001:db8:12::1": "pmip-tnl2"}
    rules = anchor_rules(LMA, tunnels, {MAG: [HNP, "198.18.0.1/32"]}, ipv4=True)
    assert sorted(rule for rule in rules if rule.iif == "pmip-tnl1") == [
        (10, 6, "pmip-tnl1", "", f"{MAG}/128", BACK),
        (10, 6, "pmip-tnl1", "", f"{LMA}/128", BACK),
        (20, 4, "pmip-tnl1", "198.18.0.1/32", "", MAIN),
        (20, 6, "pmip-tnl1", HNP, "", MAIN),
        (30, 4, "pmip-tnl1", "", "", BACK),
        (30, 6, "pmip-tnl1", "", "", BACK),
    ]
    assert not any(rule.table == MAIN for rule in rules if rule.iif == "pmip-tnl2")


def test_what_netlink_is_told() -> None:
    told = device("pmip-tnl1", MAG, LMA)
    assert told["ip6tnl_proto"] == 41 and told["ip6tnl_ttl"] == 64
    assert told["ip6tnl_flags"] == 3, "no limit of encapsulation in the packet; the inner packet's traffic class"
    assert device("pmip-tnl1", MAG, LMA, ipv4=True)["ip6tnl_proto"] == 0, "IPv4 in IPv6, too"
    told = Rule(20, 4, "pmip-tnl1", "198.18.0.1/32", "", MAIN).words()
    where = {"iifname": "pmip-tnl1", "src": "198.18.0.1", "src_len": 32}
    assert told == {"priority": 20, "family": socket.AF_INET, "table": 254, **where}


def test_the_anchor_tells_a_loop_from_a_spoofed_source() -> None:
    plane = Forwarding(LocalMobilityAnchor(LmaConfig(), addr(LMA)))
    plane.refuse(Probe(addr("2001:db8:a1::1"), addr(LMA)).octets())
    plane.refuse(Probe(addr("2001:db8:bad::1"), addr("2001:db8:c::1")).octets())
    assert plane.drops == {"loop": 1, "spoofed-source": 1}


# What is refused


def test_gre_is_refused() -> None:
    with pytest.raises(UsageError, match="GRE with keys"):
        kernel.require(Topology(), Topology(gre=True))


def test_a_kernel_without_tunnels_is_told_before_anything_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "lacks", lambda: "a device of kind ip6tnl cannot be made")
    monkeypatch.setattr(network, "require_root", lambda: None)
    with pytest.raises(EnvironmentLacks, match=r"no tunnels of IPv6 in IPv6: .*sudo modprobe ip6_tunnel"):
        lifecycle.up(NAME, Topology(), tunnel=KERNEL)
    assert network.leftovers(NAME) == [] and not control.folder(NAME).exists()


@pytest.mark.parametrize(("lack", "state"), [("", "ok"), ("a device of kind ip6tnl cannot be made", "note")])
def test_doctor_tells_whether_the_kernel_has_tunnels(lack: str, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "lacks", lambda: lack)
    monkeypatch.setattr(doctor, "has_capability", lambda number: True)
    check = doctor.check_tunnels()
    assert check.state == state and check.found.startswith(lack)


class TestTheMachine:
    """Root, and any kernel."""

    pytestmark = as_root

    def test_looking_for_tunnels_leaves_nothing_behind(self) -> None:
        before = os.readlink("/proc/thread-self/ns/net")
        devices = os.listdir("/sys/class/net")
        assert kernel.lacks() in ("", "a device of kind ip6tnl cannot be made: Operation not supported")
        assert os.readlink("/proc/thread-self/ns/net") == before and os.listdir("/sys/class/net") == devices

    def test_any_kernel_takes_the_rules(self) -> None:
        from pyroute2 import IPRoute, netns

        name = f"pmip-test-{NAME}"
        netns.create(name)
        try:
            with network.inside(name), IPRoute() as told:
                rules = gateway_rules("pmip-if1", "pmip-tnl1", LMA, [HNP, "198.18.0.1/32"], ipv4=True)
                for rule in rules:
                    told.rule("add", **rule.words())
                there = [one for family in (socket.AF_INET6, socket.AF_INET) for one in told.get_rules(family=family)]
            assert {_rule(one) for one in there if one.get_attr("FRA_IIFNAME")} == rules
        finally:
            netns.remove(name)


def _rule(message: Any) -> Rule:
    def prefix(name: str) -> str:
        address = message.get_attr(f"FRA_{name.upper()}")
        return f"{address}/{message[f'{name}_len']}" if address else ""

    return Rule(
        message.get_attr("FRA_PRIORITY"),
        6 if message["family"] == socket.AF_INET6 else 4,
        message.get_attr("FRA_IIFNAME"),
        prefix("src"),
        prefix("dst"),
        message.get_attr("FRA_TABLE"),
    )


class TestTheLab:
    """Root, and a kernel with ip6_tunnel."""

    pytestmark = as_root

    @pytest.fixture(autouse=True)
    def tunnels(self) -> None:
        lack = kernel.lacks()
        if lack:
            pytest.skip(f"needs a kernel with ip6_tunnel: {lack}")

    @pytest.fixture
    def lab(self) -> Iterator[str]:
        yield NAME
        lifecycle.down(NAME)

    @pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
    def test_each_flow_goes_through_the_interface_that_its_filter_names(self, scenario) -> None:
        result = play(scenario, NAME, seconds=SHORT, tunnel=KERNEL)
        assert result.verdict == "PASS", [phase for phase in result.phases if not phase.ok]
        assert network.leftovers(NAME) == []

    def test_an_anchor_that_steers_wrongly_fails(self) -> None:
        assert play(SCENARIOS[0], NAME, faults=("steers-wrong-tunnel",), seconds=SHORT, tunnel=KERNEL).verdict == "FAIL"

    def test_a_sender_learns_the_mtu_of_the_tunnel_in_both_directions(self, lab: str) -> None:
        topology = Topology()
        lifecycle.up(lab, topology, tunnel=KERNEL)
        mn, cn = str(topology.mobile_address), str(topology.address("cn").ip)
        mtu, discover, always = 24, 23, 2  # IPV6_MTU, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DO
        for node, to in (("cn", mn), ("mn", cn)):
            with _udp(lab, node) as sock:
                sock.setsockopt(socket.IPPROTO_IPV6, discover, always)
                sock.connect((to, 5060))
                with contextlib.suppress(OSError):  # the mobile node knows it from router advertisements
                    sock.send(bytes(1452))
                time.sleep(0.3)
                assert sock.getsockopt(socket.IPPROTO_IPV6, mtu) == 1460, node
        assert control.ask(lab, "lma", "status")["drops"]["too-big"] == 1

    def test_tcp_goes_both_ways_whole(self, lab: str) -> None:
        """Packets that are put together and summed by devices alone, as kernels do among themselves."""
        topology = Topology()
        lifecycle.up(lab, topology, tunnel=KERNEL)
        sent, came = os.urandom(400_000), bytearray()
        with network.inside(namespace(lab, "mn")):
            server = socket.create_server(("::", 4000), family=socket.AF_INET6)

        def echo() -> None:
            connection, _ = server.accept()
            with connection:
                while data := connection.recv(65536):
                    connection.sendall(data)

        thread = threading.Thread(target=echo, daemon=True)
        thread.start()
        with network.inside(namespace(lab, "cn")):
            client = socket.create_connection((str(topology.mobile_address), 4000), timeout=20)
        with client, server:
            writer = threading.Thread(target=client.sendall, args=(sent,), daemon=True)
            writer.start()
            while len(came) < len(sent) and (data := client.recv(65536)):
                came += data
        assert came == sent
        told = {node: control.ask(lab, node, "status") for node in ("lma", "mag1")}
        assert not told["lma"]["drops"] and not told["mag1"]["drops"]
        assert told["mag1"]["downlink"] == told["lma"]["tunnels"][MAG]["packets"]
        assert told["lma"]["uplink"][MAG]["packets"] > 100

    def test_what_is_wrong_is_dropped_and_counted(self, lab: str) -> None:
        topology = Topology()
        lifecycle.up(lab, topology, tunnel=KERNEL)
        mn, cn, lma = topology.mobile_address.packed, topology.address("cn").ip.packed, addr(LMA)
        up = {"spoofed-source": Probe(cn, mn), "loop": Probe(mn, lma)}
        down = {"not-for-us": Probe(cn, addr("2001:db8:bad::1")), "loop": Probe(mn, mn)}
        with network.inside(namespace(lab, "mag1")):
            gateway = TunnelSockets(addr(MAG))
        with network.inside(namespace(lab, "lma")):
            anchor = TunnelSockets(lma)
        with network.inside(namespace(lab, "mn")):
            node = PacketSender()
        with contextlib.closing(gateway), contextlib.closing(anchor), contextlib.closing(node):
            for probe in up.values():
                gateway.send(Tunnelled(lma, IPV6, probe.octets(b"x"), 0))
            for probe in down.values():
                anchor.send(Tunnelled(addr(MAG), IPV6, probe.octets(b"x"), 0))
            anchor.send(Tunnelled(addr(MAG), IPV6, b"\x50" + Probe(cn, mn).octets(b"x")[1:], 0))
            node.send(Probe(addr("2001:db8:bad::2"), cn).octets(b"x"))
            node.send(Probe(mn, lma).octets(b"x"))
            time.sleep(0.5)
        assert control.ask(lab, "lma", "status")["drops"] == {"spoofed-source": 1, "loop": 1}
        told = control.ask(lab, "mag1", "status")
        assert told["drops"] == {"not-for-us": 1, "loop": 2, "spoofed-source": 1, "Ip6InHdrErrors": 1}

    def test_rules_go_when_the_mobile_node_does(self, lab: str) -> None:
        lifecycle.up(lab, replace(Topology(), gateway=Topology().gateway[:2]), tunnel=KERNEL)
        assert HNP in _ip(lab, "mag1", "-6", "rule") and "pmip-tnl2" in _ip(lab, "lma", "link")
        network.set_link(lab, "mn", "if1", up=False)
        until = time.monotonic() + 20
        while MAG in control.ask(lab, "lma", "status")["sessions"][0]["bindings"] and time.monotonic() < until:
            time.sleep(0.1)
        assert HNP not in _ip(lab, "mag1", "-6", "rule")
        assert "pmip-tnl1" not in _ip(lab, "lma", "link") + _ip(lab, "lma", "-6", "rule")
        assert MAG in control.ask(lab, "lma", "status")["uplink"], "what its device counted is kept"

    def test_the_command_line(self, lab: str) -> None:
        words = (sys.executable, "-m", "pmiptool", "lab")
        subprocess.run([*words, "up", lab, "--tunnel", "kernel"], check=True, capture_output=True)
        table = subprocess.run([*words, "status", lab], check=True, capture_output=True, text=True).stdout
        assert "dropped: none" in table and "ip6tnl" in _ip(lab, "mag1", "-d", "link")


@contextlib.contextmanager
def _udp(lab: str, node: str) -> Iterator[socket.socket]:
    with network.inside(namespace(lab, node)), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
        yield sock


def _ip(lab: str, node: str, *words: str) -> str:
    told = subprocess.run(["ip", "-n", namespace(lab, node), *words], check=True, capture_output=True, text=True)
    return told.stdout
