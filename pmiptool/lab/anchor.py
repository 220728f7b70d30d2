"""The anchor's node: the reference LMA, and its data plane between a TUN device and the tunnels to the gateways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pmiptool.errors import UsageError
from pmiptool.lab.kernel import KernelTunnels, anchor_rules
from pmiptool.lab.plane import Plane
from pmiptool.lab.topology import LMA, POOL, POOL4, TO_CORE, TUN, Topology
from pmiptool.lma import LocalMobilityAnchor
from pmiptool.lma.config import LmaConfig, config_from
from pmiptool.lma.events import Event, event_object
from pmiptool.lma.forwarding import Forwarding
from pmiptool.net.driver import Port, open_port
from pmiptool.net.target import Target
from pmiptool.net.tunnels import TunnelSockets
from pmiptool.session.endpoint import Endpoint
from pmiptool.session.model import DISCARD, FORWARD, N_CAST
from pmiptool.session.tunnel import room
from pmiptool.session.unknown import Unknown
from pmiptool.text.filters import format_selector
from pmiptool.text.values import address_text

PATIENCE = 10.0
"""TimestampValidityWindow, in seconds: all nodes have one clock, and on a busy machine a message may take a while."""
_ACTIONS: dict[int, str] = {FORWARD: "forward", DISCARD: "discard", N_CAST: "n-cast"}


def config_of(topology: Topology) -> LmaConfig:
    """What the anchor of a topology is configured with."""
    return config_from(
        {
            "lma": {"pool": POOL, "ipv4_pool": POOL4},
            "mn": [{"id": topology.mn_id, "hnp": [topology.hnp]}],
            "timers": {
                "min_delay_before_bce_delete": topology.min_delay_before_bce_delete,
                "timestamp_validity_window": PATIENCE,
            },
            "readings": topology.readings,
            "codepoints": topology.codepoints,
        },
        "topology",
    )


class AnchorNode:
    """`faults`: names as in `pmiptool lma --list-faults`; those that begin with steers- are of its data plane.
    in_kernel: whether its tunnels are the kernel's; which of them a packet goes through user space says in any case.
    """

    def __init__(self, topology: Topology, seed: int, faults: tuple[str, ...] = (), *, in_kernel: bool = False) -> None:
        from pyroute2 import IPRoute

        address = topology.address(LMA).packed
        self.lma = LocalMobilityAnchor(config_of(topology), address, seed=seed, faults=faults, restart_counter=seed)
        own4 = topology.address4(LMA)
        self.forwarding = Forwarding(
            self.lma, path_mtu=topology.mtu, address4=bytes(4) if own4 is None else own4.ip.packed
        )
        self._ipv4 = topology.ipv4
        self._tunnels = KernelTunnels(address, room(topology.mtu, 0), ipv4=topology.ipv4) if in_kernel else None
        ends = self._tunnels or TunnelSockets(address)
        self.plane = Plane(ends, TUN, self._downlink, self._uplink, self.forwarding.take_errors)
        self.port: Port = open_port(Target("raw", address, None, TO_CORE), self.lma, self._receive)
        with IPRoute() as kernel:
            device = kernel.link_lookup(ifname=TUN)[0]
            kernel.link("set", index=device, state="up")
            for prefix in (topology.hnp, POOL, *([POOL4] if topology.ipv4 else [])):
                kernel.route("add", dst=prefix, oif=device)

    def start(self, now: float) -> None:
        """Nothing is there yet."""

    def readers(self) -> Iterator[tuple[int, Callable[[], None]]]:
        """What a loop is to watch, and to call when it can be read."""
        return self.plane.readers()

    def _receive(self, data: bytes, source: Endpoint, now: float, destination: Endpoint) -> None:
        self.lma.receive(data, source, now, destination)
        self._changed()

    def _changed(self) -> None:
        """Bindings or filters may be others: flows are classified anew, and tunnels end where bindings are."""
        self.forwarding.changed()
        if self._tunnels is None:
            return
        own, prefixes = address_text(self.lma.address), self._mobile_nodes()
        self._tunnels.keep(prefixes, lambda tunnels: anchor_rules(own, tunnels, prefixes, ipv4=self._ipv4))

    def _mobile_nodes(self) -> dict[str, set[str]]:
        """Prefixes and IPv4 home addresses of mobile nodes by the other ends of their tunnels."""
        found: dict[str, set[str]] = {}
        for session in self.lma.sessions:
            own = {f"{address_text(address)}/{length}" for address, length in session.prefixes}
            own |= {f"{address_text(session.ipv4.address)}/32"} if session.ipv4 is not None and self._ipv4 else set()
            for one in session.family or (session,):
                for binding in one.bindings.values():
                    if len(binding.care_of_address) == 16:
                        found.setdefault(address_text(binding.care_of_address), set()).update(own)
        return found

    def _downlink(self, packet: bytes) -> None:
        for sent in self.forwarding.downlink(packet):
            self.plane.tunnels.send(sent)

    def _uplink(self, protocol: int, payload: bytes, peer: bytes) -> bytes | None:
        """A packet out of a tunnel; the kernel's tunnels hand over only what goes no further."""
        if self._tunnels is None:
            return self.forwarding.received(protocol, payload, peer)
        self.forwarding.refuse(payload)
        return None

    def events(self) -> list[dict[str, Any]]:
        """What happened since the last call; flows are classified anew when anything did."""
        happened: list[Event] = self.lma.events()
        if happened:
            self._changed()
        return [event_object(event) for event in happened]

    def obey(self, words: list[str], now: float) -> Any:
        if words == ["status"]:
            return self.status()
        raise UsageError(f"there is no command '{' '.join(words)}'; there is: status")

    def close(self) -> None:
        self.plane.close()

    def _uplinks(self) -> dict[str, dict[str, int]]:
        """What came out of each tunnel: that went on, or in all where the kernel counts it."""
        if self._tunnels is not None:
            passed = self._tunnels.passed()
            return {peer: {"packets": one.packets, "octets": one.octets} for peer, one in passed.items()}
        return {
            address_text(peer): {"packets": traffic.packets, "octets": traffic.octets}
            for peer, traffic in self.forwarding.uplink.items()
        }

    def status(self) -> dict[str, Any]:
        """Bindings, filters and counters, as `lab status` shows them."""
        forwarding = self.forwarding
        return {
            "sessions": [
                {
                    "mn_id": session.mn_id[1].decode(errors="replace"),
                    "prefixes": [f"{address_text(address)}/{length}" for address, length in session.prefixes],
                    "bindings": [address_text(binding.care_of_address) for binding in session.by_age()],
                    "flows": [
                        {
                            "fid": flow.fid,
                            "priority": flow.priority,
                            "action": _ACTIONS.get(flow.action, flow.action),  # type: ignore[arg-type]
                            "selector": "" if isinstance(flow.selector, Unknown) else format_selector(flow.selector),
                            "owner": address_text(owner.care_of_address),
                            "active": session.active(owner, flow),
                            "reinstantiated": flow.reinstantiated,
                        }
                        for owner, flow in session.flows()
                    ],
                }
                for session in self.lma.sessions
            ],
            "flows": [
                {
                    "mn_id": key.mn_id.decode(errors="replace"),
                    "fid": key.fid,
                    "owner": address_text(key.owner) if key.owner else None,
                    "packets": traffic.packets,
                    "octets": traffic.octets,
                }
                for key, traffic in forwarding.by_flow.items()
            ],
            "tunnels": {
                address_text(peer): {"packets": traffic.packets, "octets": traffic.octets}
                for peer, traffic in forwarding.by_tunnel.items()
            },
            "uplink": self._uplinks(),
            "drops": dict(forwarding.drops) | self.plane.tunnels.drops(),
        }
