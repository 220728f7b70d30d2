"""What stands in a lab and how it is called: a core with an anchor, gateways and a correspondent node around it, and a
mobile node with an interface at each gateway.

Every lab has its own network namespaces, so that all labs have the same addresses.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Interface, IPv6Address, IPv6Interface, IPv6Network
from typing import Annotated

import msgspec

from pmiptool.errors import UsageError
from pmiptool.net.peer import Seconds, read_toml

MOST_GATEWAYS = 8
PREFIX = "pmip-"
"""How the name of everything begins that a lab makes."""
CORE, LMA, CN, MN = "core", "lma", "cn", "mn"
TO_CORE, TUN = "pmip-core", "pmip-tun"
"""The interface of a node towards the core, and its TUN device."""
USER, KERNEL = "user", "kernel"
"""Whose the tunnels of a lab are: user space's, or the kernel's."""
POOL = "2001:db8:f000::/36"
"""The LMA's pool: prefixes of other mobile nodes than the lab's own are routed to it, too."""
POOL4 = "198.18.0.0/16"
"""The LMA's IPv4 home addresses."""
TESTERS = tuple(f"2001:db8:c::{number}" for number in (11, 12, 13))
"""Further addresses of the correspondent node, for gateways that a tester plays there (`pmiptool steer`)."""
TOKEN = "::1"
"""The interface identifier of the mobile node on all its links: so it has one address in the shared prefix."""
_MAC = re.compile(r"[0-9a-f][02468ace](:[0-9a-f]{2}){5}")
"""Of one host: the last bit of the first octet is 0."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,15}")


class Gateway(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One gateway, and the interface that the mobile node has at it.

    interface: its name on the mobile node. att: access technology type by name or number. ll_id: its MAC address.
    flows: filters that the gateway asks for when it attaches, as `--flow` has them. act: what becomes of the filters
    when the link goes down: remove or keep. attached: whether it is up from the beginning.
    """

    interface: str
    att: int | str = 4
    ll_id: str = ""
    flows: tuple[str, ...] = ()
    act: str = "remove"
    attached: bool = True


class Topology(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A lab. mn_id, hnp: the mobile node and its home network prefix. lifetime: what gateways ask for, in seconds.

    gre: whether tunnels are GRE with keys (RFC 5845). ipv4: whether the mobile node has an IPv4 home address, too, and
    there is IPv4 from the correspondent node to the LMA (RFC 5844). mtu: of the links of the core. readings,
    codepoints: as in the LMA's configuration. min_delay_before_bce_delete: seconds (RFC 5213 9.1).
    """

    mn_id: str = "mn1@example.org"
    hnp: str = "2001:db8:a1::/64"
    mhgid: int | None = 0
    lifetime: Annotated[int, msgspec.Meta(ge=4, le=262140, multiple_of=4)] = 60
    gre: bool = False
    ipv4: bool = False
    mtu: Annotated[int, msgspec.Meta(ge=1280, le=65535)] = 1500
    min_delay_before_bce_delete: Seconds = 10.0
    gateway: tuple[Gateway, ...] = (
        Gateway("if1", 4, flows=("fid=1 pri=10 proto=udp dst-port=5060",)),
        Gateway("if2", 5, flows=("fid=2 pri=20 proto=udp dst-port=80",)),
        Gateway("if3", 3, attached=False),
    )
    readings: dict[str, str] = {}
    codepoints: dict[str, int | str] = {}

    @property
    def gateways(self) -> range:
        """The numbers of the gateways, from 1."""
        return range(1, len(self.gateway) + 1)

    @property
    def nodes(self) -> tuple[str, ...]:
        """The names of all nodes; each has a namespace."""
        return (CORE, LMA, CN, MN, *(f"mag{number}" for number in self.gateways))

    @property
    def at_core(self) -> tuple[str, ...]:
        """The nodes that have a link to the core."""
        return tuple(node for node in self.nodes if node not in (CORE, MN))

    def address(self, node: str) -> IPv6Interface:
        """The address of a node on its link to the core."""
        return IPv6Interface(f"2001:db8:{_subnet(node)}::1/64")

    def router(self, node: str) -> IPv6Interface:
        """The address of the core on the link to a node."""
        return IPv6Interface(f"2001:db8:{_subnet(node)}::ff/64")

    def address4(self, node: str) -> IPv4Interface | None:
        """The IPv4 address of a node on its link to the core; the tunnels to the gateways are over IPv6."""
        return (
            {LMA: IPv4Interface("192.0.2.1/24"), CN: IPv4Interface("203.0.113.1/24")}.get(node) if self.ipv4 else None
        )

    def router4(self, node: str) -> IPv4Interface:
        """The IPv4 address of the core on the link to a node."""
        own = self.address4(node)
        assert own is not None
        return IPv4Interface((int(own.network.network_address) + 254, own.network.prefixlen))

    @property
    def prefix(self) -> IPv6Network:
        return IPv6Network(self.hnp)

    @property
    def mobile_address(self) -> IPv6Address:
        """The one address that the mobile node has on every interface."""
        return self.prefix[int(IPv6Address(TOKEN))]

    def mac(self, number: int) -> str:
        """The link-layer identifier of the mobile node's interface at a gateway."""
        return self.gateway[number - 1].ll_id or f"02:00:00:00:01:{number:02x}"


def _subnet(node: str) -> str:
    return {LMA: "1", CN: "c"}.get(node) or f"1{node.removeprefix('mag')}"


def load_topology(path: str | None) -> Topology:
    """A topology from a TOML file, or the one of the draft's figures. Raises UsageError that names the key."""
    topology = read_toml(path, Topology, "topology") if path is not None else Topology()
    where = f"topology {path}: " if path is not None else ""
    if not 1 <= len(topology.gateway) <= MOST_GATEWAYS:
        raise UsageError(f"{where}a lab has 1 to {MOST_GATEWAYS} gateways, and not {len(topology.gateway)}")
    names = [gateway.interface for gateway in topology.gateway]
    if len(set(names)) != len(names):
        raise UsageError(f"{where}two gateways have the mobile node's interface {max(names, key=names.count)}")
    for gateway in topology.gateway:
        if gateway.act not in ("remove", "keep"):
            raise UsageError(f"{where}act of {gateway.interface} is '{gateway.act}'; it takes remove or keep")
        if not re.fullmatch(r"[a-z][a-z0-9]{0,14}", gateway.interface) or gateway.interface == "lo":
            raise UsageError(f"{where}'{gateway.interface}' is no name of an interface")
        if gateway.ll_id and not _MAC.fullmatch(gateway.ll_id.lower()):
            raise UsageError(f"{where}ll_id of {gateway.interface} is '{gateway.ll_id}'; it takes a MAC of one host")
    try:
        prefix = IPv6Network(topology.hnp)
    except ValueError as error:
        raise UsageError(f"{where}hnp: {error}") from None
    if prefix.prefixlen != 64:
        raise UsageError(f"{where}hnp is {topology.hnp}; autoconfiguration takes a /64 (RFC 4862 5.5.3)")
    if prefix.is_link_local or prefix.is_multicast or prefix.is_loopback or prefix.is_unspecified:
        raise UsageError(f"{where}hnp is {topology.hnp}; nothing is routed to a prefix of that kind")
    for node in topology.at_core:
        if prefix.overlaps(topology.address(node).network):
            raise UsageError(f"{where}hnp is {topology.hnp}, which is the link of {node} to the core")
    return topology


def namespace(lab: str, node: str) -> str:
    """The network namespace of a node."""
    return f"{PREFIX}{lab}-{node}"


def check_name(lab: str) -> str:
    """The name of a lab. Raises UsageError."""
    if not _NAME.fullmatch(lab):
        raise UsageError(f"'{lab}' is no name of a lab; it takes small letters, digits and -, 16 at most")
    return lab
