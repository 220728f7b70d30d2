"""The lab with real packets, as root: figures with their flows, wrong anchors seen, nothing left behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from pmiptool.errors import EnvironmentLacks
from pmiptool.lab import control, lifecycle, network
from pmiptool.lab.run import play
from pmiptool.lab.scenarios import SCENARIOS, Step
from pmiptool.lab.topology import LMA, Topology, namespace
from pmiptool.net.tunnels import TunnelSockets
from pmiptool.session.probe import Probe
from pmiptool.session.tunnel import GRE, IPV6, Tunnelled
from tests.patience import eventually

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(os.geteuid() != 0 or not Path("/dev/net/tun").exists(), reason="needs root and TUN devices"),
]
NAME = f"t{os.getpid()}"
SHORT = 0.5  # seconds; CI plays every scenario at its full length by `make lab-demo`
PMIPTOOL = (sys.executable, "-m", "pmiptool")


@pytest.fixture
def lab() -> Iterator[str]:
    yield NAME
    lifecycle.down(NAME)


def left(name: str) -> list[str]:
    """What is left of a lab: namespaces, processes, its folder."""
    found = network.leftovers(name)
    running = subprocess.run(
        ["pgrep", "-f", f"pmiptool.lab.node {name} "], capture_output=True, text=True
    ).stdout.split()
    return [*found, *running, *([str(control.folder(name))] if control.folder(name).exists() else [])]


@pytest.mark.parametrize("scenario", [SCENARIOS[0], SCENARIOS[2]], ids=lambda scenario: scenario.name)
def test_each_flow_goes_through_the_interface_that_its_filter_names(scenario, tmp_path: Path) -> None:
    result = play(scenario, NAME, captures=tmp_path, seconds=SHORT)
    assert result.verdict == "PASS", [phase for phase in result.phases if not phase.ok]
    assert left(NAME) == []
    first = {flow.flow: flow for flow in result.phases[0].flows}
    assert first["ping"].answered >= first["ping"].sent > 50
    assert first["VoIP"].tunnels == {"mag1": first["VoIP"].sent}
    assert first["HTTP"].tunnels == {"mag2": first["HTTP"].sent}
    for number in (1, 2):
        assert (tmp_path / f"mag{number}.pcapng").stat().st_size > 10_000


@pytest.mark.parametrize("fault", ["steers-wrong-tunnel", "steers-unmatched-to-all"])
def test_an_anchor_that_steers_wrongly_fails(fault: str) -> None:
    result = play(SCENARIOS[0], NAME, faults=(fault,), seconds=SHORT)
    assert result.verdict == "FAIL" and left(NAME) == []


def test_what_a_slow_anchor_still_holds_when_an_interface_goes_down_is_not_lost() -> None:
    def pause(lab: str) -> None:  # for longer than until the interface would go down if nothing were waited for
        (anchor,) = network.processes([namespace(lab, LMA)])
        os.kill(anchor, signal.SIGSTOP)
        threading.Timer(0.75, os.kill, (anchor, signal.SIGCONT)).start()

    keep = SCENARIOS[2]
    steps = (Step("the LMA stands still", pause, keep.goes), *keep.steps)
    result = play(keep._replace(steps=steps), NAME, seconds=0.2)
    assert result.verdict == "PASS", [phase for phase in result.phases if not phase.ok]


def test_gre_with_keys_carries_the_same_flows() -> None:
    scenario = SCENARIOS[0]._replace(topology=replace(SCENARIOS[0].topology, gre=True))
    assert play(scenario, NAME, seconds=SHORT).verdict == "PASS"


def test_it_is_one_lab_until_it_goes_down(lab: str) -> None:
    lifecycle.up(lab, Topology())
    with pytest.raises(EnvironmentLacks, match=f"lab {lab} is up"):
        lifecycle.up(lab, Topology())
    other = f"{lab}-b"
    try:
        lifecycle.up(other, Topology())
        assert set(network.labs()) >= {lab, other}
    finally:
        assert lifecycle.down(other) == 7
    assert lifecycle.is_up(lab), "another lab of a longer name goes by itself"
    assert lifecycle.down(lab) == 7 and left(lab) == [] and left(other) == []


def test_what_was_killed_is_cleared_away_by_the_next(lab: str) -> None:
    lifecycle.up(lab, Topology())
    for process in network.processes(network.leftovers(lab)):
        os.kill(process, signal.SIGKILL)
    assert not lifecycle.is_up(lab)
    lifecycle.up(lab, Topology())
    assert lifecycle.is_up(lab)


def test_a_run_that_is_killed_leaves_what_the_next_down_removes() -> None:
    with subprocess.Popen([*PMIPTOOL, "lab", "run", "flows"], stdout=subprocess.DEVNULL) as process:
        name = f"run{process.pid}"
        until = time.monotonic() + 60
        while len(network.processes(network.leftovers(name))) < 4 and time.monotonic() < until:
            time.sleep(0.05)
        process.kill()
    assert left(name)
    done = subprocess.run([*PMIPTOOL, "lab", "down", "no-other"], capture_output=True, text=True)
    assert done.returncode == 0 and f"lab {name} was left behind by a run that was killed" in done.stderr
    assert left(name) == []


def test_a_run_that_is_asked_to_end_leaves_nothing() -> None:
    with subprocess.Popen(
        [*PMIPTOOL, "lab", "run", "flows"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        name = f"run{process.pid}"
        until = time.monotonic() + 60
        while len(network.leftovers(name)) < 7 and time.monotonic() < until:
            time.sleep(0.02)
        process.terminate()
        _, told = process.communicate(timeout=30)
    assert process.returncode == 130 and b"Traceback" not in told
    assert left(name) == []


def test_status_tells_where_packets_went(lab: str) -> None:
    topology = Topology()
    lifecycle.up(lab, topology)
    with (
        network.inside(f"pmip-{lab}-cn"),
        contextlib.closing(socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)) as sock,
    ):
        for _ in range(5):
            sock.sendto(b"x", (str(topology.mobile_address), 5060))

    def arrived() -> None:
        assert control.ask(lab, "mag1", "status")["downlink"] == 5

    eventually(arrived)
    shown = subprocess.run([*PMIPTOOL, "lab", "status", lab, "--json"], capture_output=True, text=True, check=True)
    told = json.loads(shown.stdout)
    (flow,) = told["lma"]["flows"]
    assert (flow["fid"], flow["packets"], flow["owner"]) == (1, 5, "2001:db8:11::1")
    assert told["mag1"]["downlink"] == 5 and not told["lma"]["drops"] and not told["mag1"]["drops"]
    table = subprocess.run([*PMIPTOOL, "lab", "status", lab], capture_output=True, text=True, check=True).stdout
    assert "dst-port=5060" in table and "dropped: none" in table


def test_a_sender_learns_the_mtu_of_the_tunnel(lab: str) -> None:
    """Packet Too Big reaches the correspondent node's kernel, which sends shorter ones from then on."""
    topology = Topology()
    lifecycle.up(lab, topology)
    mtu, discover, always = 24, 23, 2  # IPV6_MTU, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DO
    with (
        network.inside(f"pmip-{lab}-cn"),
        contextlib.closing(socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)) as sock,
    ):
        sock.setsockopt(socket.IPPROTO_IPV6, discover, always)
        sock.connect((str(topology.mobile_address), 5060))
        sock.send(bytes(1452))  # 1500 octets, which the core has room for

        def told() -> None:
            assert sock.getsockopt(socket.IPPROTO_IPV6, mtu) == 1460

        eventually(told)
    assert control.ask(lab, "lma", "status")["drops"] == {"too-big": 1}


def test_bad_packets_into_a_tunnel_are_dropped_and_counted(lab: str) -> None:
    topology = Topology()
    lifecycle.up(lab, topology)
    mn, cn = topology.mobile_address.packed, topology.address("cn").packed
    lma = topology.address("lma").packed
    bad = {
        "truncated": Probe(mn, cn).octets(b"whole")[:-3],
        "version": b"\x50" + Probe(mn, cn).octets()[1:],
        "loop": Probe(mn, lma).octets(),
        "spoofed-source": Probe(cn, mn).octets(),
        "no-tunnel": Probe(mn, cn).octets(),
    }
    long = Probe(cn, cn).octets(bytes(60_000))
    with network.inside(f"pmip-{lab}-mag1"):
        attached = TunnelSockets(topology.address("mag1").packed)
    with network.inside(f"pmip-{lab}-mag3"):
        stranger = TunnelSockets(topology.address("mag3").packed)
    for reason, packet in bad.items():
        for _ in range(3):
            (stranger if reason == "no-tunnel" else attached).send(Tunnelled(lma, IPV6, packet, 0))
    attached.send(Tunnelled(lma, IPV6, long, 0))
    attached.send(Tunnelled(lma, GRE, b"\0\1\x86\xdd", 0))

    def dropped() -> None:
        drops = control.ask(lab, "lma", "status")["drops"]
        assert drops == {**dict.fromkeys(bad, 3), "spoofed-source": 4, "gre-header": 1}

    eventually(dropped)
    attached.close()
    stranger.close()
    with (
        network.inside(f"pmip-{lab}-cn"),
        contextlib.closing(socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)) as sock,
    ):
        sock.sendto(b"x", (str(topology.mobile_address), 5060))

    def forwarded() -> None:
        assert control.ask(lab, "mag1", "status")["downlink"] == 1, "it forwards as before"

    eventually(forwarded)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["up", "UP"], 2, "no name of a lab"),
        (["up", "t", "--topology", "/nowhere.toml"], 2, "cannot read the topology"),
        (["up", "t", "--fault", "steers-home"], 2, "steers-home"),
        (["run", "flwos"], 2, "did you mean 'flows'"),
        (["run", "--json", "/nowhere/x"], 2, "cannot write"),
        (["status", "nobody"], 5, "is not up"),
        (["down", "x", "--all"], 2, "--all"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(words: list[str], code: int, told: str) -> None:
    done = subprocess.run([*PMIPTOOL, "lab", *words], capture_output=True, text=True)
    assert done.returncode == code and told in done.stderr and "Traceback" not in done.stderr, done.stderr
