"""The configuration, compiled for use: keys instead of text, units of the wire instead of seconds."""

from __future__ import annotations

from ipaddress import IPv6Network, ip_address

from pmiptool.lma.config import LmaConfig, check
from pmiptool.registry.codepoints import CodePoints
from pmiptool.session.model import MnKey, PrefixKey

NAI = 1


class Profile:
    """What is configured for a mobile node."""

    __slots__ = ("multihoming", "prefixes", "proxy_registration")

    def __init__(self, prefixes: tuple[PrefixKey, ...], multihoming: bool, proxy_registration: bool) -> None:
        self.prefixes = prefixes
        self.multihoming = multihoming
        self.proxy_registration = proxy_registration


class Policy:
    """Answers the questions of RFC 5213 5.3.1 (5) to (8) and of PROTOCOL.md. Raises UsageError as `check` does."""

    def __init__(self, config: LmaConfig) -> None:
        check(config)
        self.codepoints: CodePoints = config.codepoints
        self.readings = dict(config.readings)
        self.flows = config.flows
        self.timers = config.timers
        self.multihoming = config.lma.multihoming
        self.reinstantiation = config.lma.reinstantiation
        self.max_lifetime = config.lma.max_lifetime // 4
        self.window = int(config.timers.timestamp_validity_window * 65536)
        self.accept_unknown_mn = config.lma.accept_unknown_mn
        self.profiles: dict[MnKey, Profile] = {
            (NAI, mn.id.encode()): Profile(
                tuple((net.network_address.packed, net.prefixlen) for net in map(IPv6Network, mn.hnp)),
                mn.multihoming,
                mn.proxy_registration,
            )
            for mn in config.mn
        }
        self.configured: dict[PrefixKey, MnKey] = {
            prefix: key for key, profile in self.profiles.items() for prefix in profile.prefixes
        }
        self.mags: dict[bytes, frozenset[bytes] | None] = {
            ip_address(mag.address).packed: None if mag.mn is None else frozenset(name.encode() for name in mag.mn)
            for mag in config.mag
        }

    def mag_may(self, source: bytes, mn_id: MnKey) -> bool:
        """Whether this gateway may send requests for this mobile node (else 154)."""
        if not self.mags:
            return True
        if source not in self.mags:
            return False
        allowed = self.mags[source]
        return allowed is None or mn_id[1] in allowed
