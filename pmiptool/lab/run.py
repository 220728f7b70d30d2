"""Playing a scenario: a fresh lab, traffic, steps, and a verdict for each span of time between them."""

from __future__ import annotations

import time
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

import msgspec

from pmiptool.lab import lifecycle
from pmiptool.lab.scenarios import PING, VOICE, VOICE4, WEB, Scenario, Where
from pmiptool.lab.topology import CN, USER, Topology
from pmiptool.lab.traffic import Arrived, Flow, Traffic
from pmiptool.session.probe import ICMPV6, TCP, UDP, Probe

SPAN = 1.5
CHANGE = 0.5  # seconds after a step in which packets may be lost, and are counted apart; longer on a slow machine
LINGER = 0.1  # seconds that packets may be on their way; longer on a slow machine
ARRIVE = 2.0  # seconds after which what has not arrived is lost
STEP = 0.05  # seconds of one piece of the timeline


class Observed(msgspec.Struct, frozen=True):
    """A flow in a phase. wanted: the interfaces that it was to arrive at; tunnels: packets by gateway, on the core;
    answered: echo replies that came back. copied: packets that arrived more than once."""

    flow: str
    wanted: tuple[str, ...]
    sent: int
    arrived: dict[str, int]
    tunnels: dict[str, int]
    lost: int
    copied: int
    answered: int
    silence: float
    ok: bool


class Phase(msgspec.Struct, frozen=True):
    """A span of time: a change, in which packets may be lost or arrive at two places, or what comes of it."""

    text: str
    change: bool
    started: float
    seconds: float
    flows: tuple[Observed, ...]

    @property
    def ok(self) -> bool:
        return all(flow.ok for flow in self.flows)


class LabResult(msgspec.Struct, frozen=True):
    """A scenario as played. timeline: by flow, for each span of STEP seconds the packets by interface."""

    name: str
    title: str
    topology: Topology
    phases: tuple[Phase, ...]
    timeline: dict[str, tuple[dict[str, int], ...]]
    started: float

    @property
    def verdict(self) -> str:
        return "PASS" if all(phase.ok for phase in self.phases) else "FAIL"


def flows_of(topology: Topology, ipv4: bytes = b"") -> tuple[Flow, ...]:
    """What the correspondent node sends: ping, VoIP and HTTP, all to the mobile node's one address, and where it has
    one VoIP to its IPv4 home address."""
    cn, mn = topology.address(CN).ip.packed, topology.mobile_address.packed
    flows = [
        Flow(PING, Probe(cn, mn, ICMPV6)),
        Flow(VOICE, Probe(cn, mn, UDP, 5060, 5060)),
        Flow(WEB, Probe(cn, mn, TCP, 49152, 80)),
    ]
    own = topology.address4(CN)
    if own is not None and ipv4:
        flows.append(Flow(VOICE4, Probe(own.ip.packed, ipv4, UDP, 5060, 5060)))
    return tuple(flows)


def play(
    scenario: Scenario,
    lab: str,
    *,
    faults: tuple[str, ...] = (),
    captures: Path | None = None,
    told: Callable[[str], None] = lambda text: None,
    seconds: float = SPAN,
    tunnel: str = USER,
) -> LabResult:
    """Play a scenario in a lab of its own, which is gone afterwards. Raises EnvironmentLacks.

    seconds: of traffic before, between and after steps. tunnel: whose the tunnels are.
    """
    lifecycle.up(lab, scenario.topology, faults, tunnel)
    try:
        return _play(scenario, lab, captures, told, seconds)
    finally:
        lifecycle.down(lab)


def _play(
    scenario: Scenario, lab: str, captures: Path | None, told: Callable[[str], None], seconds: float
) -> LabResult:
    home = ip_address(lifecycle.ipv4_of(lab, 1)).packed if scenario.topology.ipv4 else b""
    flows = flows_of(scenario.topology, home)
    interfaces = tuple(gateway.interface for gateway in scenario.topology.gateway)
    spans: list[tuple[str, bool, float, float, Where]] = []
    goes = scenario.goes

    def arrive() -> None:
        """What is on its way goes by what was."""
        now = time.time()
        time.sleep(LINGER)
        places = [
            (number, place)
            for number, flow in enumerate(flows)
            for place in (*goes[flow.name], *((CN,) if flow.name == PING and goes[PING] else ()))
        ]
        while time.time() < now + ARRIVE and not all(traffic.is_past(*one, now) for one in places):
            time.sleep(0.02)

    def span(text: str, change: bool, length: float) -> None:
        started = time.time()
        time.sleep(length)
        spans.append((text, change, started, time.time(), goes))

    with Traffic(lab, scenario.topology, flows, captures) as traffic:
        time.sleep(CHANGE)  # caches warm up
        began = time.time()
        span("as it begins", False, seconds)
        for step in scenario.steps:
            told(step.text)
            before = time.time()
            arrive()
            step.do(lab)
            goes = step.goes
            lifecycle.settle(lab, scenario.topology)
            time.sleep(max(LINGER, before + CHANGE - time.time()))
            spans.append((step.text, True, before, time.time(), goes))
            span("after that", False, seconds)
        arrive()
    phases = []
    for text, change, since, until, where in spans:
        observed = []
        for number, flow in enumerate(flows):
            here = traffic.arrived(number, since, until, interfaces)
            tunnels = traffic.arrived(number, since, until, gateways_of(scenario.topology)).by_interface
            replies = traffic.arrived(number, since, until, (CN,)).by_interface if flow.name == PING else {}
            answered = sum(replies.values())
            observed.append(_judge(flow.name, where[flow.name], here, dict(tunnels), answered, change))
        phases.append(Phase(text, change, since, until - since, tuple(observed)))
    timeline = {
        flow.name: tuple(dict(counts) for at, counts in traffic.spans(number, interfaces, STEP) if at >= began)
        for number, flow in enumerate(flows)
    }
    return LabResult(scenario.name, scenario.title, scenario.topology, tuple(phases), timeline, began)


def gateways_of(topology: Topology) -> tuple[str, ...]:
    """The names of the gateways, at which packets are seen in their tunnels."""
    return tuple(f"mag{number}" for number in topology.gateways)


def _judge(
    name: str, wanted: tuple[str, ...], here: Arrived, tunnels: dict[str, int], answered: int, change: bool
) -> Observed:
    """While things change packets may be lost; else each arrives once at every interface wanted, and nowhere else, and
    an echo request is answered."""
    ok = change or (
        here.sent > 0
        and set(here.by_interface) == set(wanted)
        and all(count == here.sent for count in here.by_interface.values())
        and (name != PING or not wanted or answered >= here.sent)
    )
    return Observed(
        name, wanted, here.sent, dict(here.by_interface), tunnels, here.lost, here.copied, answered, here.silence, ok
    )
