"""The anchor's configuration: TOML to typed values, checked before anything is opened (its keys are the fields here).

Every error names the key and what it takes. Times are in seconds, prefixes as text here; `policy.Policy` compiles them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from ipaddress import AddressValueError, IPv4Interface, IPv4Network, IPv6Network, NetmaskValueError, ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from pmiptool.errors import UsageError
from pmiptool.registry.ambiguities import DEFAULT_READINGS, Readings
from pmiptool.registry.codepoints import DEFAULT, CodePoints, code_points
from pmiptool.text.names import LONGEST

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Seconds = Annotated[float, msgspec.Meta(ge=0, le=LONGEST)]
GrePolicy = Literal["off", "optional", "required", "not-required"]

ANY_TIME = 2.0**48  # seconds, all that a timestamp can hold


class LmaSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[lma]`. pool: /64s for mobile nodes without a prefix of their own. multihoming: false skips the option as
    unknown, "reject" answers 250. multipath: the same for RFC 8278, "reject" answers 180. max_lifetime: seconds.
    max_sessions: beyond so many, and beyond so many requests that are held, new ones get 130 (a session takes 1.5 kB).

    ipv4: false skips the IPv4 Home Address Request as unknown, "reject" answers 170 (RFC 5844). dhcp_support_mode: what
    the gateway is to be for DHCP; "none" leaves the option out. accept_forced_ipv4_udp_encapsulation_request: whether
    the F flag over IPv4 is granted or gets 129 (RFC 5844 5.1). gre: "off" skips the GRE Key option as unknown,
    "required" answers 163 without it, "not-required" answers 2 with it (RFC 5845 5.2). tlv_header: whether the T flag
    over IPv4 is granted or gets 3.

    mobile_node_generated_timestamp_in_use: timestamps count up, on no clock of the anchor's (RFC 5213 9.3).

    notify: "rfc7864" tells a MAG at once of filters re-instantiated there, "none" waits for its next PBU.
    unknown_handoff: "wait" for a deregistration where a request does not know whether it is a handover, "revoke" at the
    former MAG instead (RFC 5846 8.1).
    heartbeat_interval: seconds between heartbeat requests to each MAG with bindings (RFC 5847 5); 0 sends none.
    """

    pool: str = "2001:db8:f000::/36"
    ipv4_pool: str = "198.18.0.0/16"
    accept_unknown_mn: bool = True
    multihoming: bool | Literal["reject"] = True
    multipath: bool | Literal["reject"] = True
    reinstantiation: bool = True
    max_sessions: Annotated[int, msgspec.Meta(ge=1)] = 4_000_000
    max_lifetime: Annotated[int, msgspec.Meta(ge=4, le=262140)] = 3600
    ipv4: bool | Literal["reject"] = True
    dhcp_support_mode: Literal["server", "relay", "none"] = "server"
    accept_forced_ipv4_udp_encapsulation_request: bool = False
    gre: GrePolicy = "optional"
    tlv_header: bool = False
    mobile_node_generated_timestamp_in_use: bool = False
    notify: Literal["none", "rfc7864"] = "none"
    unknown_handoff: Literal["wait", "revoke"] = "wait"
    heartbeat_interval: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 0.0


class FlowsSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[flows]`: which actions are allowed, and how many filters a session may have."""

    discard: bool = True
    n_cast: bool = True
    max_per_session: Annotated[int, msgspec.Meta(ge=0)] = 255


class TimersSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[timers]`: RFC 5213 9.1, RFC 5846 11, RFC 7077 7 and RFC 5847 5; in seconds, or counts."""

    min_delay_before_bce_delete: Seconds = 10.0
    max_delay_before_new_bce_assign: Seconds = 1.5
    timestamp_validity_window: Seconds = 0.3
    init_min_delay_bris: Annotated[float, msgspec.Meta(ge=0.5, le=LONGEST)] = 1.0
    max_brack_timeout: Annotated[float, msgspec.Meta(ge=0.5, le=LONGEST)] = 2.0
    bri_max_retries: Annotated[int, msgspec.Meta(ge=0, le=255)] = 1
    min_delay_between_update_notification_replay: Annotated[float, msgspec.Meta(ge=0.5, le=5)] = 1.0
    max_update_notification_retransmit_count: Annotated[int, msgspec.Meta(ge=0, le=5)] = 1
    missing_heartbeats_allowed: Annotated[int, msgspec.Meta(ge=0)] = 3


class MagEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[[mag]]`: when any is named, others get 154. mn: only these mobile nodes. global_revocation: it may revoke all
    of its bindings at once; false: 130 (RFC 5846 8.2)."""

    address: str
    mn: tuple[str, ...] | None = None
    global_revocation: bool = False


class MnEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[[mn]]`: a mobile node. multihoming false: its option gets 129. multipath false: RFC 8278's gets 180.
    proxy_registration false: 152.

    ipv4_hoa: its own IPv4 home address with the prefix length of the home network, outside or inside `lma.ipv4_pool`,
    which then gives it to nobody else. ipv4, ipv6: what it is authorized for; false: 170, 172. gre: its own policy in
    place of `lma.gre`.
    """

    id: str
    hnp: tuple[str, ...] = ()
    multihoming: bool = True
    multipath: bool = True
    proxy_registration: bool = True
    ipv4_hoa: str | None = None
    ipv4: bool = True
    ipv6: bool = True
    gre: GrePolicy | None = None


class LmaConfig(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. Made by `load_config` or `config_from`, which check; `LmaConfig()` is the default."""

    lma: LmaSection = LmaSection()
    flows: FlowsSection = FlowsSection()
    timers: TimersSection = TimersSection()
    readings: Readings = DEFAULT_READINGS
    codepoints: CodePoints = DEFAULT
    mag: tuple[MagEntry, ...] = ()
    mn: tuple[MnEntry, ...] = ()

    @property
    def timestamp_window(self) -> float:
        """How many seconds a timestamp may be from the anchor's clock (RFC 5213 5.5 (6))."""
        return ANY_TIME if self.lma.mobile_node_generated_timestamp_in_use else self.timers.timestamp_validity_window


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    lma: LmaSection = LmaSection()
    flows: FlowsSection = FlowsSection()
    timers: TimersSection = TimersSection()
    readings: dict[str, Any] = {}
    codepoints: dict[str, Any] = {}
    mag: tuple[MagEntry, ...] = ()
    mn: tuple[MnEntry, ...] = ()


def load_config(path: str | Path) -> LmaConfig:
    """The configuration in a TOML file. Raises UsageError naming file and key."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot read the configuration: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: the configuration is not text in UTF-8") from None
    return parse_config(text, str(path))


def parse_config(text: str, where: str = "configuration") -> LmaConfig:
    """The configuration in TOML text; `where` opens every error."""
    try:
        return config_from(tomllib.loads(text), where)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{where}: no valid TOML: {error}") from None


def config_from(settings: Mapping[str, Any], where: str = "configuration", base: LmaConfig | None = None) -> LmaConfig:
    """The configuration in a mapping of the file's form. Readings and code points go on top of those of `base`."""
    try:
        file = msgspec.convert(dict(settings), _File)
    except msgspec.ValidationError as error:
        raise UsageError(f"{where}: {_sentence(str(error))}") from None
    start = base or LmaConfig()
    try:
        readings = start.readings.changed(file.readings)
        codepoints = code_points(file.codepoints, start.codepoints)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None
    config = LmaConfig(
        lma=file.lma, flows=file.flows, timers=file.timers, readings=readings, codepoints=codepoints,
        mag=file.mag, mn=file.mn,
    )  # fmt: skip
    try:
        check(config)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None
    return config


_UNKNOWN = re.compile(r"Object contains unknown field `(?P<key>[^`]*)`(?: - at `\$\.?(?P<path>[^`]*)`)?")
_WRONG = re.compile(r"(?P<what>.*?) - (?:at|at key in) `\$\.?(?P<path>[^`]*)`")
_CHOICES = {
    **dict.fromkeys(("lma.multihoming", "lma.multipath", "lma.ipv4"), '; it takes true, false or "reject"'),
    **dict.fromkeys(("lma.gre", "mn.gre"), '; it takes "off", "optional", "required" or "not-required"'),
    "lma.unknown_handoff": '; it takes "wait" or "revoke"',
    "lma.dhcp_support_mode": '; it takes "server", "relay" or "none"',
}
_SECTIONS: dict[str, type[msgspec.Struct]] = {
    "": _File,
    "lma": LmaSection,
    "flows": FlowsSection,
    "timers": TimersSection,
    "mag": MagEntry,
    "mn": MnEntry,
}


def _sentence(text: str) -> str:
    """What msgspec says, with the key first."""
    if unknown := _UNKNOWN.match(text):
        path = unknown["path"] or ""
        section = _SECTIONS[re.sub(r"\[.*", "", path)]
        key = f"{path}.{unknown['key']}" if path else unknown["key"]
        return f"{key} is no key; the keys are {', '.join(section.__struct_fields__)}"
    if wrong := _WRONG.match(text):
        takes = _CHOICES.get(re.sub(r"\[.*?]", "", wrong["path"]), "")
        return f"{wrong['path'] or 'the file'}: {wrong['what'].replace('`', '')}{takes}"
    return text


def _network(text: str, key: str, kind: type[IPv6Network] | type[IPv4Network]) -> IPv6Network | IPv4Network:
    try:
        return kind(text)
    except ValueError as error:
        raise UsageError(f"{key} is {text!r}, no prefix: {error}") from None


def ipv4_interface(text: str, key: str) -> IPv4Interface:
    """An IPv4 home address with the prefix length of its network behind a slash. Raises UsageError naming the key."""
    try:
        found = IPv4Interface(text if "/" in text else "")
    except (AddressValueError, NetmaskValueError):
        raise UsageError(f"{key} is {text!r}; it takes an address with a prefix length, as 198.18.0.7/24") from None
    network = found.network
    edges = (network.network_address, network.broadcast_address) if network.prefixlen <= 30 else ()
    if network.prefixlen == 0 or found.ip in edges or found.is_multicast or found.is_unspecified or found.is_reserved:
        raise UsageError(f"{key} is {text}, which no host can have")
    return found


def check(config: LmaConfig) -> None:
    """What types cannot say: prefixes, addresses, and overlaps.

    Raises UsageError naming the key, or both keys.
    """
    ipv4_pool = _network(config.lma.ipv4_pool, "lma.ipv4_pool", IPv4Network)
    if not 1 <= ipv4_pool.prefixlen <= 30:
        raise UsageError(f"lma.ipv4_pool is {config.lma.ipv4_pool}; it takes a prefix of 1 to 30 bits")
    if 0 < config.lma.heartbeat_interval < 30:
        raise UsageError(
            f"lma.heartbeat_interval is {config.lma.heartbeat_interval:g}; it takes 0 (none) or 30 to 3600 seconds"
        )
    pool = _network(config.lma.pool, "lma.pool", IPv6Network)
    if not 1 <= pool.prefixlen <= 64:
        raise UsageError(f"lma.pool is {config.lma.pool}; it takes a prefix of 1 to 64 bits")
    prefixes = [("lma.pool", pool)]
    names: dict[str, int] = {}
    homes: dict[bytes, int] = {}
    for number, mn in enumerate(config.mn):
        if not mn.id or len(mn.id.encode()) > 254:
            raise UsageError(f"mn[{number}].id is {mn.id!r}; it takes 1 to 254 octets")
        if mn.id in names:
            raise UsageError(f"mn[{names[mn.id]}].id and mn[{number}].id are both {mn.id}")
        names[mn.id] = number
        for place, text in enumerate(mn.hnp):
            key = f"mn[{number}].hnp[{place}]"
            network = _network(text, key, IPv6Network)
            if network.prefixlen == 0:
                raise UsageError(f"{key} is {text}; an empty list takes prefixes from the pool")
            prefixes.append((key, network))
        if mn.ipv4_hoa is not None:
            home = ipv4_interface(mn.ipv4_hoa, f"mn[{number}].ipv4_hoa").ip.packed
            if home in homes:
                raise UsageError(f"mn[{homes[home]}].ipv4_hoa and mn[{number}].ipv4_hoa are both {mn.ipv4_hoa}")
            homes[home] = number
    _refuse_overlaps(prefixes)
    addresses: dict[bytes, int] = {}
    for number, mag in enumerate(config.mag):
        try:
            address = ip_address(mag.address).packed
        except ValueError:
            raise UsageError(f"mag[{number}].address is {mag.address!r}, no address") from None
        if address in addresses:
            raise UsageError(f"mag[{addresses[address]}].address and mag[{number}].address are both {mag.address}")
        addresses[address] = number


def _refuse_overlaps(prefixes: list[tuple[str, Any]]) -> None:
    """Sorted, an overlapping prefix stands behind the one that holds it."""
    ordered = sorted(prefixes, key=lambda named: (named[1].network_address, named[1].prefixlen))
    for (one, outer), (other, inner) in zip(ordered, ordered[1:], strict=False):
        if outer.overlaps(inner):
            raise UsageError(f"{one} ({outer}) and {other} ({inner}) overlap")
