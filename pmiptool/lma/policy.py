"""The configuration, compiled for use: keys instead of text, units of the wire instead of seconds."""

from __future__ import annotations

from ipaddress import IPv4Interface, IPv4Network, IPv6Network, ip_address

from pmiptool.lma.config import LmaConfig, MnEntry, check
from pmiptool.registry.codepoints import CodePoints
from pmiptool.session.model import Ipv4Home, MnKey, PrefixKey

NAI = 1


class Profile:
    """What is configured for a mobile node."""

    __slots__ = ("gre", "ipv4", "ipv4_home", "ipv6", "multihoming", "multipath", "prefixes", "proxy_registration")

    def __init__(self, mn: MnEntry, pool: IPv4Network) -> None:
        networks = map(IPv6Network, mn.hnp)
        self.prefixes = tuple((net.network_address.packed, net.prefixlen) for net in networks)
        self.multihoming = mn.multihoming
        self.multipath = mn.multipath
        self.proxy_registration = mn.proxy_registration
        self.ipv4 = mn.ipv4
        self.ipv6 = mn.ipv6
        self.ipv4_home = None if mn.ipv4_hoa is None else _home(IPv4Interface(mn.ipv4_hoa), pool)
        self.gre = mn.gre


def _home(address: IPv4Interface, pool: IPv4Network) -> Ipv4Home:
    """The default router is the first other host of the home network, or the pool's where that has no other."""
    network = address.network
    first = int(network.network_address) + (network.prefixlen < 31)
    router = first if int(address) != first else first + 1
    if network.prefixlen == 32:
        router = int(pool.network_address) + 1
    return Ipv4Home(address.packed, network.prefixlen, router.to_bytes(4, "big"))


class Policy:
    """Answers the questions of RFC 5213 5.3.1 (5) to (8) and has the settings. Raises UsageError as `check` does.

    restricts: requests that carry nothing of RFC 5844 and RFC 5845 may be refused by these all the same.
    """

    def __init__(self, config: LmaConfig) -> None:
        check(config)
        self.codepoints: CodePoints = config.codepoints
        self.readings = dict(config.readings)
        self.flows = config.flows
        self.timers = config.timers
        self.multihoming = config.lma.multihoming
        self.multipath = config.lma.multipath
        self.reinstantiation = config.lma.reinstantiation
        self.announces = config.lma.notify == "rfc7864"
        self.revokes_unknown_handoff = config.lma.unknown_handoff == "revoke"
        self.heartbeat_interval = config.lma.heartbeat_interval
        self.max_sessions = config.lma.max_sessions
        self.max_lifetime = config.lma.max_lifetime // 4
        self.window = int(config.timestamp_window * 65536)
        self.accept_unknown_mn = config.lma.accept_unknown_mn
        self.ipv4 = config.lma.ipv4
        self.ipv4_pool = IPv4Network(config.lma.ipv4_pool)
        self.dhcp_support_mode = config.lma.dhcp_support_mode
        self.forced_udp = config.lma.accept_forced_ipv4_udp_encapsulation_request
        self.gre = config.lma.gre
        self.tlv_header = config.lma.tlv_header
        self.profiles: dict[MnKey, Profile] = {(NAI, mn.id.encode()): Profile(mn, self.ipv4_pool) for mn in config.mn}
        self.configured: dict[PrefixKey, MnKey] = {
            prefix: key for key, profile in self.profiles.items() for prefix in profile.prefixes
        }
        self.prefix_lengths = sorted({64} | {length for _, length in self.configured}, reverse=True)
        self.restricts = self.gre == "required" or any(
            not profile.ipv6 or profile.gre == "required" for profile in self.profiles.values()
        )
        self.mags: dict[bytes, frozenset[bytes] | None] = {
            ip_address(mag.address).packed: None if mag.mn is None else frozenset(name.encode() for name in mag.mn)
            for mag in config.mag
        }
        self.may_revoke_all = frozenset(ip_address(mag.address).packed for mag in config.mag if mag.global_revocation)

    def profile_of(self, key: MnKey | None) -> Profile | None:
        """What is configured of the mobile node that a request names."""
        return None if key is None else self.profiles.get(key)

    def mag_may(self, source: bytes, mn_id: MnKey) -> bool:
        """Whether this gateway may send requests for this mobile node (else 154)."""
        if not self.mags:
            return True
        if source not in self.mags:
            return False
        allowed = self.mags[source]
        return allowed is None or mn_id[1] in allowed
