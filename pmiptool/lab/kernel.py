"""Tunnels that the kernel ends (IPv6 in IPv6, and IPv4 in IPv6: RFC 2473): a device for each other end, and rules.

Rules (`ip rule`) let on what comes in as it should: at a gateway from the mobile node into the tunnel, and out of it to
the mobile node; at the anchor out of a tunnel when a mobile node of that tunnel sent it. All else goes to TUN devices,
where it is counted why it goes no further. What comes down at the anchor user space steers, and hands to the device of
a tunnel.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pmiptool.errors import EnvironmentLacks, UsageError
from pmiptool.lab.network import keep_quiet
from pmiptool.lab.plane import is_for_routers
from pmiptool.lab.topology import PREFIX, Topology
from pmiptool.net.tunnels import BATCH, HOP_LIMIT, Tun
from pmiptool.session.tunnel import IPV4, IPV6, Tunnelled, protocol_of
from pmiptool.text.values import address_text

if TYPE_CHECKING:
    from pyroute2 import IPRoute

KIND = "ip6tnl"
BACK = f"{PREFIX}back"
"""The TUN device for what came out of a tunnel and no rule lets on."""
TO_USER, TO_BACK, TO_TUNNEL, MAIN, LOCAL = 100, 101, 102, 254, 255
"""Routing tables: into the TUN device, into the one for what came back, into the gateway's tunnel, the kernel's own."""
_OUT_ODD, _OUT_GOOD, _OUT_REST, _OWN, _IN_ODD, _IN_GOOD, _IN_REST = 10, 20, 30, 50, 60, 70, 80
"""Priorities of rules: what comes out of a tunnel, before what is for this machine itself, before what goes in."""
_FLAGS = 0x1 | 0x2  # IP6_TNL_F_IGN_ENCAP_LIMIT, IP6_TNL_F_USE_ORIG_TCLASS (RFC 2473 6.4)
_ETHERTYPES = {IPV4: 0x0800, IPV6: 0x86DD}
_NEWNET = 0x40000000  # CLONE_NEWNET
_COUNTED = ("Ip6InHdrErrors", "Ip6InTruncatedPkts", "Ip6InTooBigErrors")
"""What the kernel counts of packets that it drops, in its own names (/proc/net/snmp6)."""


# Without I/O


class Rule(NamedTuple):
    """Where packets go that come in by a device, from and to prefixes: the first rule by priority is what counts.

    version: 6 or 4. iif, src, dst: empty for any. table: the routing table.
    """

    priority: int
    version: int
    iif: str
    src: str
    dst: str
    table: int

    def words(self) -> dict[str, str | int]:
        """What netlink is told of it."""
        told: dict[str, str | int] = {"priority": self.priority, "table": self.table}
        told["family"] = int(socket.AF_INET6 if self.version == 6 else socket.AF_INET)
        if self.iif:
            told["iifname"] = self.iif
        for name, text in (("src", self.src), ("dst", self.dst)):
            if text:
                network = ip_network(text)
                told |= {name: str(network.network_address), f"{name}_len": network.prefixlen}
        return told


def gateway_rules(access: str, tunnel: str, lma: str, prefixes: Iterable[str], *, ipv4: bool = False) -> set[Rule]:
    """RFC 5213 6.10.3, 6.10.5: from the mobile node's prefixes into the tunnel, out of it to these prefixes alone."""
    rules = {Rule(_IN_ODD, 6, access, "", f"{lma}/128", TO_USER)}
    for version in (6, 4) if ipv4 else (6,):
        rules |= {Rule(_OUT_REST, version, tunnel, "", "", TO_BACK), Rule(_IN_REST, version, access, "", "", TO_USER)}
    for prefix in prefixes:
        version = ip_network(prefix).version
        rules |= {
            Rule(_OUT_ODD, version, tunnel, prefix, "", TO_BACK),  # it sent that itself
            Rule(_OUT_GOOD, version, tunnel, "", prefix, MAIN),
            Rule(_IN_GOOD, version, access, prefix, "", TO_TUNNEL),
        }
    return rules


def anchor_rules(
    lma: str, tunnels: Mapping[str, str], prefixes: Mapping[str, Iterable[str]], *, ipv4: bool = False
) -> set[Rule]:
    """RFC 5213 5.6.2: out of a tunnel when a mobile node of that tunnel sent it, and not to an end of the tunnel.

    tunnels: devices by the address of the other end; prefixes: of mobile nodes, by that address.
    """
    rules = set()
    for peer, device in tunnels.items():
        rules |= {Rule(_OUT_ODD, 6, device, "", f"{end}/128", TO_BACK) for end in (lma, peer)}
        rules |= {Rule(_OUT_REST, version, device, "", "", TO_BACK) for version in ((6, 4) if ipv4 else (6,))}
        for prefix in prefixes.get(peer, ()):
            rules.add(Rule(_OUT_GOOD, ip_network(prefix).version, device, prefix, "", MAIN))
    return rules


def device(name: str, local: str, remote: str, *, ipv4: bool = False) -> dict[str, str | int]:
    """What netlink is told of a tunnel: hop limit 64, the inner packet's traffic class, no limit of encapsulation."""
    return {
        "ifname": name,
        "kind": KIND,
        "ip6tnl_local": local,
        "ip6tnl_remote": remote,
        "ip6tnl_proto": 0 if ipv4 else IPV6,
        "ip6tnl_ttl": HOP_LIMIT,
        "ip6tnl_flags": _FLAGS,
    }


# With I/O


def lead(kernel: IPRoute, table: int, name: str, *, ipv4: bool) -> None:
    """All that is looked up in a routing table goes to a device that is up."""
    index = kernel.link_lookup(ifname=name)[0]
    kernel.route("add", dst="::/0", oif=index, table=table)
    if ipv4:
        kernel.route("add", dst="default", family=socket.AF_INET, oif=index, table=table)


def lacks() -> str:
    """Why this kernel has no such tunnels, found by making one in a namespace that is gone afterwards; empty: it has.

    Takes root.
    """
    from pyroute2 import IPRoute, netns
    from pyroute2.netlink.exceptions import NetlinkError

    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/thread-self/ns/net") as before:
        if libc.unshare(_NEWNET):
            return f"no network namespace can be made: {os.strerror(ctypes.get_errno())}"
        try:
            with IPRoute() as kernel:
                kernel.link("add", **device(f"{PREFIX}probe", "2001:db8::1", "2001:db8::2"))
        except NetlinkError as error:
            return f"a device of kind {KIND} cannot be made: {os.strerror(error.code)}"
        finally:
            netns.setns(before.fileno())
    return ""


def require(*topologies: Topology) -> None:
    """Raises UsageError where a topology asks for tunnels that these are not, EnvironmentLacks where there are none."""
    if any(topology.gre for topology in topologies):
        raise UsageError(
            "the topology asks for GRE with keys (gre = true), which is made in user space; leave --tunnel kernel out"
        )
    lack = lacks()
    if lack:
        raise EnvironmentLacks(
            f"this kernel has no tunnels of IPv6 in IPv6: {lack}; leave --tunnel kernel out, or "
            "load the module with: sudo modprobe ip6_tunnel"
        )


class Passed(NamedTuple):
    """Packets and octets through a tunnel, as its device counts them: out of it, and into it."""

    packets: int = 0
    octets: int = 0
    sent_packets: int = 0
    sent_octets: int = 0


class KernelTunnels:
    """The tunnels of one end, in the network namespace of this process. mtu: of what goes into them.

    refused: packets that the kernel did not take, by the name of the error. names: devices, by the other end's address.
    returned: packets that came out of a tunnel and that no rule lets on.
    """

    def __init__(self, address: bytes, mtu: int, *, ipv4: bool = False) -> None:
        from pyroute2 import IPRoute

        self.refused: dict[str, int] = {}
        self.names: dict[str, str] = {}
        self.returned = 0
        self._own, self._mtu, self._ipv4 = address_text(address), mtu, ipv4
        self._rules: set[Rule] = set()
        self._before: dict[str, Passed] = {}
        with contextlib.ExitStack() as stack:
            self._kernel: IPRoute = stack.enter_context(IPRoute())
            self._socket = stack.enter_context(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0))
            self._back = Tun(BACK)
            stack.callback(self._back.close)
            keep_quiet(BACK)
            self._close = stack.pop_all()
        self._up(BACK)
        for version in (6, 4):  # before what is for this machine itself stands what comes out of tunnels
            self._kernel.rule("add", **Rule(_OWN, version, "", "", "", LOCAL).words())
            self._kernel.rule("del", **Rule(0, version, "", "", "", LOCAL).words())
        lead(self._kernel, TO_BACK, BACK, ipv4=ipv4)

    def keep(self, peers: Iterable[str], rules: Callable[[Mapping[str, str]], set[Rule]]) -> None:
        """Have a tunnel to each of these addresses, and no others, and these rules of their devices' names.

        Nothing comes out of a tunnel before its rules are there.
        """
        from pyroute2.netlink.exceptions import NetlinkError

        wanted = set(peers)
        for peer in self.names.keys() - wanted:
            self._before[peer] = self._passed(peer)
            self._kernel.link("del", index=self._kernel.link_lookup(ifname=self.names.pop(peer))[0])
        fresh = sorted(wanted - self.names.keys())
        for peer in fresh:
            name = next(name for n in range(1, 1 << 16) if (name := f"{PREFIX}tnl{n}") not in self.names.values())
            try:
                self._kernel.link("add", **device(name, self._own, peer, ipv4=self._ipv4))
            except NetlinkError as error:  # an address where no tunnel can end
                self._refuse(error.code)
                continue
            keep_quiet(name)
            self.names[peer] = name
        self._apply(rules(self.names))
        for peer in fresh:
            if peer in self.names:
                self._up(self.names[peer], mtu=self._mtu)

    def _apply(self, rules: set[Rule]) -> None:
        for rule in self._rules - rules:
            self._kernel.rule("del", **rule.words())
        for rule in sorted(rules - self._rules):
            self._kernel.rule("add", **rule.words())
        self._rules = rules

    def _up(self, name: str, **words: int) -> None:
        self._kernel.link("set", index=self._kernel.link_lookup(ifname=name)[0], state="up", **words)

    # What a data plane calls

    def send(self, packet: Tunnelled) -> None:
        """Hand an inner packet to the device of its tunnel; the kernel writes the outer header.

        What is longer than its MTU it refuses, also IPv4 packets that might be cut (RFC 2473 7.2): EMSGSIZE.
        """
        try:
            name = self.names.get(address_text(packet.peer), "")
            self._socket.sendto(packet.payload, (name, _ETHERTYPES[packet.protocol]))
        except OSError as error:
            self._refuse(error.errno or 0)

    def _refuse(self, number: int) -> None:
        code = errno.errorcode.get(number, str(number))
        self.refused[code] = self.refused.get(code, 0) + 1

    def readers(self, take: Callable[[int, bytes, bytes], None]) -> Iterator[tuple[int, Callable[[], None]]]:
        """What a loop is to watch, and to call when it can be read: what came out of a tunnel, and goes no further."""
        yield self._back.number, lambda: self._drain(take)

    def _drain(self, take: Callable[[int, bytes, bytes], None]) -> None:
        for _ in range(BATCH):
            packet = self._back.read()
            if packet is None:
                return
            if is_for_routers(packet):
                self.returned += 1
                take(protocol_of(packet), packet, b"")

    def passed(self) -> dict[str, Passed]:
        """What went through the tunnels so far, by the other end's address; also those that are no more."""
        return self._before | {peer: self._passed(peer) for peer in self.names}

    def _passed(self, peer: str) -> Passed:
        index = self._kernel.link_lookup(ifname=self.names[peer])[0]
        counted = self._kernel.get_links(index=index)[0].get_attr("IFLA_STATS64")
        now = (counted["rx_packets"], counted["rx_bytes"], counted["tx_packets"], counted["tx_bytes"])
        before = self._before.get(peer, Passed())
        return Passed(*(a + b for a, b in zip(before, now, strict=True)))

    def drops(self) -> dict[str, int]:
        """What the kernel dropped by itself, in its own names, and what it did not take."""
        counted = dict(line.split() for line in Path("/proc/self/net/snmp6").read_text().splitlines())
        return {name: int(counted[name]) for name in _COUNTED if int(counted.get(name, 0))} | self.refused

    def close(self) -> None:
        """End it; devices and rules go with the namespace."""
        self._close.close()
