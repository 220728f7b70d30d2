"""The draft's figures with real packets: what is done to the lab, and through which interface each flow goes then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from pmiptool.errors import UsageError
from pmiptool.lab import control, network
from pmiptool.lab.topology import MN, Gateway, Topology
from pmiptool.text.names import did_you_mean

PING, VOICE, WEB, VOICE4 = "ping", "VoIP", "HTTP", "VoIP on IPv4"

VOICE_FILTER = "fid=1 pri=10 proto=udp dst-port=5060"
WEB_FILTER = "fid=2 pri=20 proto=tcp dst-port=80"
VOICE4_FILTER = "fid=3 pri=30 ipv4 proto=udp dst-port=5060"

Where = Mapping[str, tuple[str, ...]]
"""The interfaces that packets of a flow arrive at, by the name of the flow; none: nowhere."""


class Step(NamedTuple):
    """Something done to a lab, by its name, while traffic runs, and where the flows go from then on."""

    text: str
    do: Callable[[str], None]
    goes: Where


class Scenario(NamedTuple):
    """A scenario: what stands in the lab when traffic begins, where it goes, and the steps."""

    name: str
    title: str
    topology: Topology
    goes: Where
    steps: tuple[Step, ...]


def _link(interface: str, up: bool) -> Callable[[str], None]:
    return lambda lab: network.set_link(lab, MN, interface, up=up)


def _tell(node: str, *words: str) -> Callable[[str], None]:
    def do(lab: str) -> None:
        control.ask(lab, node, *words)

    return do


IF1 = Gateway("if1", 4, flows=(VOICE_FILTER,))
IF2 = Gateway("if2", 5, flows=(WEB_FILTER,))
IF3 = Gateway("if3", 3, flows=("fid=3 pri=5 proto=udp dst-port=5060",), attached=False)
BOTH = Topology(gateway=(IF1, IF2, IF3))
THREE = Topology(gateway=(IF1, IF2, replace(IF3, flows=(), attached=True)), readings={"no-match": "newest"})
AS_FILTERED = {PING: ("if1",), VOICE: ("if1",), WEB: ("if2",)}

SCENARIOS = (
    Scenario(
        "flows",
        "Figure 3: VoIP through if1, HTTP through if2, what no filter names through the oldest interface",
        BOTH,
        AS_FILTERED,
        (),
    ),
    Scenario(
        "modify",
        "Figure 5: a filter is modified while traffic runs",
        BOTH,
        AS_FILTERED,
        (
            Step(
                "MAG2 changes filter 2 from HTTP to VoIP, before filter 1",
                _tell("mag2", "modify", BOTH.mn_id, "flow", "fid=2 pri=5 pro=modify proto=udp dst-port=5060"),
                {PING: ("if1",), VOICE: ("if2",), WEB: ("if1",)},
            ),
            Step(
                "MAG2 changes it back",
                _tell("mag2", "modify", BOTH.mn_id, "flow", f"{WEB_FILTER} pro=modify"),
                AS_FILTERED,
            ),
        ),
    ),
    Scenario(
        "removal-keep",
        "Figure 6: if1 is pulled with ACT=Keep, its filter is re-instantiated on the oldest other interface",
        replace(THREE, gateway=(replace(IF1, act="keep"), *THREE.gateway[1:])),
        {PING: ("if3",), VOICE: ("if1",), WEB: ("if2",)},
        (Step("if1 goes down", _link("if1", False), {PING: ("if3",), VOICE: ("if2",), WEB: ("if2",)}),),
    ),
    Scenario(
        "removal-remove",
        "Figure 6: if1 is pulled with ACT=Remove, its flow goes where what no filter names goes: the newest",
        THREE,
        {PING: ("if3",), VOICE: ("if1",), WEB: ("if2",)},
        (Step("if1 goes down", _link("if1", False), {PING: ("if3",), VOICE: ("if3",), WEB: ("if2",)}),),
    ),
    Scenario(
        "addition",
        "Figure 7: a third interface comes up, with a filter that goes before those there are",
        BOTH,
        AS_FILTERED,
        (Step("if3 comes up", _link("if3", True), {PING: ("if1",), VOICE: ("if3",), WEB: ("if2",)}),),
    ),
    Scenario(
        "ipv4",
        "RFC 5844: filters of IPv6 and IPv4 beside one another, both in the tunnels over IPv6",
        Topology(ipv4=True, gateway=(IF1, replace(IF2, flows=(WEB_FILTER, VOICE4_FILTER)))),
        {**AS_FILTERED, VOICE4: ("if2",)},
        (),
    ),
)


def select(names: tuple[str, ...]) -> tuple[Scenario, ...]:
    """Scenarios by their names, in their order; all without. Raises UsageError."""
    known = {scenario.name: scenario for scenario in SCENARIOS}
    for name in names:
        if name not in known:
            raise UsageError(f"there is no lab scenario '{name}'{did_you_mean(name, known, 'see: pmiptool lab list')}")
    return tuple(scenario for scenario in SCENARIOS if not names or scenario.name in names)
