"""A gateway's node: the reference MAG, its access link to the mobile node, and its end of the tunnel to the anchor.

The link that comes up attaches the mobile node, the link that goes down detaches it (RFC 5213 6.9.1.1, 6.9.1.4): the
kernel tells of both by netlink. Its data plane is the kernel's routes, and a TUN device; or the kernel's tunnel.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pmiptool.errors import UsageError
from pmiptool.lab.kernel import TO_TUNNEL, TO_USER, KernelTunnels, Rule, gateway_rules, lead
from pmiptool.lab.network import access
from pmiptool.lab.plane import Plane
from pmiptool.lab.router import RouterAdvertiser
from pmiptool.lab.topology import LMA, TO_CORE, TUN, Topology
from pmiptool.mag import MagConfig, MobileAccessGateway
from pmiptool.mag import events as told
from pmiptool.mag.config import FIXED_LINK_LOCAL, MnProfile
from pmiptool.mag.forwarding import Forwarding
from pmiptool.net.driver import Port, open_port
from pmiptool.net.mag_words import MagWords
from pmiptool.net.peer import PeerNode
from pmiptool.net.profiles import profile_of
from pmiptool.net.target import Target
from pmiptool.net.tunnels import TunnelSockets
from pmiptool.registry.codepoints import code_points
from pmiptool.session.endpoint import Datagram, Endpoint
from pmiptool.session.tunnel import room
from pmiptool.text.filters import format_flow
from pmiptool.text.values import address_text

_RUNNING = 0x10000  # IFF_LOWER_UP
_LINKS = 1  # RTMGRP_LINK


def profile_at(topology: Topology, number: int) -> MnProfile:
    """What the gateway of a number asks for when the mobile node attaches. Raises UsageError."""
    gateway = topology.gateway[number - 1]
    node = PeerNode(
        id=topology.mn_id,
        att=gateway.att,
        ll_id=topology.mac(number),
        mhgid=topology.mhgid,
        flows=gateway.flows,
        gre=number if topology.gre else None,
        ipv4_hoa="any" if topology.ipv4 else None,
    )
    return profile_of(node, code_points(topology.codepoints), lifetime=topology.lifetime)


class GatewayNode:
    """The gateway of a number. The mobile node is attached when the kernel says that its link is up.

    in_kernel: whether its tunnel and its forwarding are the kernel's; what that does not let on is counted here.
    """

    def __init__(self, topology: Topology, number: int, seed: int, *, in_kernel: bool = False) -> None:
        from pyroute2 import IPRoute

        node, self._policy = f"mag{number}", topology.gateway[number - 1]
        self._mn = topology.mn_id.encode()
        self._link = access(self._policy.interface)
        address = topology.address(node).packed
        codepoints = code_points(topology.codepoints)
        config = MagConfig(codepoints=codepoints, detach_wait="timeout")
        self.mag = MobileAccessGateway(config, Endpoint(address), Endpoint(topology.address(LMA).packed), seed=seed)
        profile = profile_at(topology, number)
        self._words = MagWords(self.mag, {topology.mn_id: profile}, MnProfile(id=b""), codepoints)
        self._profile = profile
        self.forwarding = Forwarding(self.mag, path_mtu=topology.mtu)
        self._tunnels = KernelTunnels(address, room(topology.mtu, 0), ipv4=topology.ipv4) if in_kernel else None
        self.plane = Plane(
            self._tunnels or TunnelSockets(address), TUN, self._uplink, self._downlink, self.forwarding.take_errors
        )
        self.port: Port = open_port(Target("raw", address, None, TO_CORE), self, self._receive)
        self._kernel = IPRoute()
        self._device = self._kernel.link_lookup(ifname=TUN)[0]
        self._kernel.link("set", index=self._device, state="up")
        self._access = self._kernel.link_lookup(ifname=self._link)[0]
        self._ipv4 = topology.ipv4
        self._lead_uplink()
        self._kernel.addr("add", index=self._access, address=address_text(FIXED_LINK_LOCAL), prefixlen=64, flags=0x02)
        self.router = RouterAdvertiser(self._link, FIXED_LINK_LOCAL, mtu=room(topology.mtu, 8 * topology.gre))
        self._links = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self._links.bind((0, _LINKS))
        self._links.setblocking(False)
        self._up = False

    def _lead_uplink(self) -> None:
        """What comes from the mobile node goes to the TUN device (RFC 5213 6.10.5), or to the kernel's tunnel."""
        lead(self._kernel, TO_USER, TUN, ipv4=self._ipv4)
        if self._tunnels is None:
            for version in (6, 4) if self._ipv4 else (6,):
                self._kernel.rule("add", **Rule(TO_USER, version, self._link, "", "", TO_USER).words())
            return
        self._let_on(())
        for name in self._tunnels.names.values():
            lead(self._kernel, TO_TUNNEL, name, ipv4=self._ipv4)

    def _let_on(self, prefixes: Iterable[str]) -> None:
        """Have the kernel forward what is from and to these prefixes of the mobile node."""
        if self._tunnels is not None:
            lma = address_text(self.mag.lma.address)
            self._tunnels.keep(
                [lma], lambda names: gateway_rules(self._link, names[lma], lma, prefixes, ipv4=self._ipv4)
            )

    def start(self, now: float) -> None:
        """Attach what is there already."""
        self._look(now)

    # What the loop calls

    def to_send(self, now: float) -> list[Datagram]:
        return self.mag.to_send(now)

    def next_timer(self) -> float | None:
        return min((at for at in (self.mag.next_timer(), self.router.next_timer()) if at is not None), default=None)

    def on_timer(self, now: float) -> None:
        self.mag.on_timer(now)
        self.router.on_timer(now)

    def _receive(self, data: bytes, source: Endpoint, now: float, destination: Endpoint) -> None:
        self.mag.receive(data, source, now, destination)

    def _uplink(self, packet: bytes) -> None:
        sent = self.forwarding.sent(packet)
        if sent is not None:
            self.plane.tunnels.send(sent)

    def _downlink(self, protocol: int, payload: bytes, peer: bytes) -> bytes | None:
        """A packet out of the tunnel; the kernel's tunnel has one other end."""
        return self.forwarding.received(protocol, payload, peer if self._tunnels is None else self.mag.lma.address)

    # The access link

    def readers(self) -> Iterator[tuple[int, Callable[[], None]]]:
        """What a loop is to watch, and to call when it can be read: packets, solicitations, news of links."""
        yield from self.plane.readers()
        yield self.router.number, self.router.ready
        yield self._links.fileno(), self._links_changed

    def _links_changed(self) -> None:
        """The kernel tells that links have changed: how many times does not matter, only how the link is now."""
        with contextlib.suppress(OSError):  # nothing more; or more than the socket holds
            while True:
                self._links.recv(65536)
        self._look(time.time())

    def _look(self, now: float) -> None:
        up = bool(self._kernel.get_links(index=self._access)[0]["flags"] & _RUNNING)
        if up == self._up:
            return
        self._up = up
        if up:
            self.mag.attach(self._profile, now)
        elif (self._mn, "") in self.mag.binding_update_list:
            self._route("del")
            self.router.stop()
            self.mag.detach(self._mn, now, self._policy.act if self.mag.entry(self._mn).multihoming else "none")

    def _route(self, what: str) -> None:
        """The way of downlink packets to the mobile node's link."""
        entry = self.mag.binding_update_list.get((self._mn, ""))
        names = [f"{address_text(one.address)}/{one.length}" for one in entry.prefixes] if entry is not None else []
        names += [f"{address_text(entry.ipv4.address)}/32"] if entry is not None and entry.ipv4 is not None else []
        for name in names:
            try:
                self._kernel.route(what, dst=name, oif=self._access)
            except Exception as error:  # NetlinkError: it is there already, or went with the link
                if getattr(error, "code", 0) not in (3, 17):
                    raise
        self._let_on(names if what == "replace" else ())

    # What the node tells and is told

    def events(self) -> list[dict[str, Any]]:
        """What happened since the last call; a registration opens the way to the mobile node, its end closes it."""
        return [self._carry_out(event) for event in self.mag.events()]

    def _carry_out(self, event: Any) -> dict[str, Any]:
        shown: dict[str, Any] = {"event": type(event).__name__, "time": event.time}
        if isinstance(event, told.Registered):
            shown["prefixes"] = [f"{address_text(address)}/{length}" for address, length in event.prefixes]
            if self._up:
                self._route("replace")
                self.router.start([(address, length) for address, length in event.prefixes])
        elif isinstance(event, (told.Released, told.Expired, told.BindingRevoked)):
            self._route("del")
            self.router.stop()
        elif isinstance(event, told.Exchange):
            shown |= {"kind": event.kind, "outcome": event.outcome, "attempts": len(event.attempts)}
            status = getattr(event.answer.message, "status", None) if event.answer is not None else None
            shown["status"] = status
        elif isinstance(event, (told.FlowInstalled, told.FlowReinstantiated)):
            shown["flow"] = format_flow(event.flow)
        elif isinstance(event, (told.FlowRefused, told.FlowRemoved)):
            shown["fid"] = event.fid
        return shown

    def obey(self, words: list[str], now: float) -> Any:
        """`status`, or what `pmiptool mag` reads on stdin."""
        if words == ["status"]:
            return self.status()
        if not words:
            raise UsageError("a command is missing")
        self._words.do(words, now, further=("status",))
        return None

    def status(self) -> dict[str, Any]:
        return {
            "link": "up" if self._up else "down",
            "entries": [
                {
                    "mn_id": entry.profile.id.decode(errors="replace"),
                    "state": entry.state,
                    "prefixes": [f"{address_text(one.address)}/{one.length}" for one in entry.prefixes],
                    "flows": {fid: format_flow(kept.flow) for fid, kept in entry.flows.items()},
                    "reinstantiated": [fid for fid, kept in entry.flows.items() if kept.owner == "lma"],
                    "ipv4": None if entry.ipv4 is None else address_text(entry.ipv4.address),
                    "waits": entry.request is not None,
                }
                for entry in self.mag.binding_update_list.values()
            ],
            **self._counted(),
            "drops": dict(self.forwarding.drops) | self.plane.tunnels.drops(),
        }

    def _counted(self) -> dict[str, int]:
        """Packets into the tunnel, and out of it to the mobile node."""
        if self._tunnels is None:
            return {"uplink": self.forwarding.uplink.total(), "downlink": self.forwarding.downlink.total()}
        (passed,) = self._tunnels.passed().values()
        return {"uplink": passed.sent_packets, "downlink": passed.packets - self._tunnels.returned}

    def close(self) -> None:
        self.plane.close()
        self.router.close()
        self._links.close()
        self._kernel.close()
