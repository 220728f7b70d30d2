"""What matters in a message, in a few short lines: what stands beside an arrow of a ladder."""

from __future__ import annotations

from typing import Any

from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.muho import ACT
from pmiptool.registry.rfc5213 import ACCESS_TECHNOLOGY, HANDOFF_INDICATOR
from pmiptool.registry.rfc5844 import ADDRESS_STATUS
from pmiptool.registry.rfc5846 import REVOCATION_STATUS, REVOCATION_TRIGGER
from pmiptool.registry.rfc6089 import MEXT_STATUS, PRO, REINSTANTIATED, RFC6089_STATUS
from pmiptool.registry.rfc6275 import BINDING_ERROR_STATUS, BINDING_STATUS, LIFETIME_UNIT
from pmiptool.registry.rfc7077 import REASON, UPN_A, UPN_D
from pmiptool.registry.rfc7077 import STATUS as UPDATE_STATUS
from pmiptool.text.filters import Flow, format_flow
from pmiptool.text.values import address_text, octets_text, prefix_text
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import (
    BindingAcknowledgement,
    BindingError,
    BindingRevocationAcknowledgement,
    BindingRevocationIndication,
    BindingUpdate,
    FlowIdentification,
    FlowIdentification6089,
    FlowSummary,
    GreKey,
    HandoffIndicator,
    Heartbeat,
    HomeNetworkPrefix,
    Ipv4DefaultRouterAddress,
    Ipv4HomeAddressReply,
    Ipv4HomeAddressRequest,
    MagIdentifier,
    MagMultipathBinding,
    MobileNodeIdentifier,
    Multihoming,
    RestartCounter,
    UnknownOption,
    UpdateNotification,
    UpdateNotificationAcknowledgement,
)

_SHORT = {"update-notification": "UPN", "update-ack": "UPA"}


def label(decoded: Decoded) -> str:
    """The name on the arrow: `PBU 101`, with the sequence number where there is one and it is short."""
    name = _SHORT.get(decoded.name) or (decoded.name if len(decoded.name) > 3 else decoded.name.upper())
    sequence = getattr(decoded.message, "sequence", None)
    return name if sequence is None or isinstance(decoded.message, Heartbeat) else f"{name} {sequence}"


def details(decoded: Decoded, settings: CodePoints = DEFAULT, *, mn: bool = False) -> tuple[str, ...]:
    """HI, lifetime, trigger, reason, prefixes, group, ACT, path, each filter with its status. `mn`: the MN-ID too."""
    message = decoded.message
    lines: list[str] = []
    if mn:
        lines += [f"MN {octets_text(o.identifier) or 'empty'}" for o in _all(message, MobileNodeIdentifier)]
    if isinstance(message, BindingUpdate):
        head = [_handoff(message, settings, named=True), _lifetime(message.lifetime)]
    elif isinstance(message, BindingAcknowledgement):
        status = f"status {message.status} {_name(BINDING_STATUS, message.status, settings)}".rstrip()
        head = [status, _handoff(message, settings, named=False)]
        head.append(_lifetime(message.lifetime) if message.status < 128 else "")
    elif isinstance(message, BindingError):
        head = [f"status {message.status} {_name(BINDING_ERROR_STATUS, message.status, settings)}".rstrip()]
    else:
        head = _between_gateway_and_anchor(message, settings)
    lines.append(", ".join(word for word in head if word))
    lines.append(", ".join(word for word in (_prefixes(message), _group(message, settings)) if word))
    lines += _ipv4_and_gre(message, settings)
    lines += _path(message, settings)
    answer = isinstance(message, BindingAcknowledgement)
    for flow in (
        o for o in getattr(message, "options", ()) if isinstance(o, (FlowIdentification, FlowIdentification6089))
    ):
        lines.append(_flow(flow, settings, answer))
    for summary in _all(message, FlowSummary):
        lines.append("keeps FID " + ", ".join(map(str, summary.fid)) if summary.fid else "keeps no FID")
    unknown = sorted({o.type for o in _all(message, UnknownOption)})
    if unknown:
        lines.append("option " + ", ".join(map(str, unknown)) + " not understood")
    return tuple(line for line in lines if line)


def _between_gateway_and_anchor(message: Any, settings: CodePoints) -> list[str]:
    """Heartbeats, binding revocation, update notification."""
    if isinstance(message, Heartbeat):
        kind = ("request", "answer", "unsolicited request", "unsolicited answer")[message.flags & 3]
        counters = [f"restart counter {o.restart_counter}" for o in _all(message, RestartCounter)]
        return [f"{kind} {message.sequence}", *counters]
    if isinstance(message, BindingRevocationIndication):
        trigger = message.revocation_trigger
        return [f"trigger {trigger} {_name(REVOCATION_TRIGGER, trigger, settings)}".rstrip()]
    if isinstance(message, BindingRevocationAcknowledgement):
        return [f"status {message.status} {_name(REVOCATION_STATUS, message.status, settings)}".rstrip()]
    if isinstance(message, UpdateNotification):
        reason = f"reason {message.reason} {_name(REASON, message.reason, settings)}".rstrip()
        again = "retransmitted" if message.flags & UPN_D else ""
        return [reason, "" if message.flags & UPN_A else "no answer asked", again]
    if isinstance(message, UpdateNotificationAcknowledgement):
        return [f"status {message.status} {_name(UPDATE_STATUS, message.status, settings)}".rstrip()]
    return []


def _all(message: Any, kind: type) -> list[Any]:
    return [option for option in getattr(message, "options", ()) if isinstance(option, kind)]


def _name(enumeration: Any, number: int, settings: CodePoints) -> str:
    return str(enumeration.names(settings).get(number, ""))


def _handoff(message: Any, settings: CodePoints, *, named: bool) -> str:
    option = next(iter(_all(message, HandoffIndicator)), None)
    if option is None:
        return ""
    return f"HI {option.hi} {_name(HANDOFF_INDICATOR, option.hi, settings) if named else ''}".rstrip()


def _lifetime(units: int) -> str:
    return f"lifetime {units * LIFETIME_UNIT} s" if units else "lifetime 0"


def _prefixes(message: Any) -> str:
    found = [option.home_network_prefix for option in _all(message, HomeNetworkPrefix)]
    return "HNP " + ", ".join("any" if prefix.is_any else prefix_text(prefix) for prefix in found) if found else ""


def _ipv4_and_gre(message: Any, settings: CodePoints) -> list[str]:
    """IPv4 home addresses asked for and given (RFC 5844), and GRE keys (RFC 5845)."""
    words = [_ipv4(option.ipv4_home_address, option.prefix_length) for option in _all(message, Ipv4HomeAddressRequest)]
    for reply in _all(message, Ipv4HomeAddressReply):
        refused = f" status {reply.status} {_name(ADDRESS_STATUS, reply.status, settings)}".rstrip()
        words.append(_ipv4(reply.ipv4_home_address, reply.prefix_length) + (refused if reply.status else ""))
    routers = _all(message, Ipv4DefaultRouterAddress)
    words += [f"router {address_text(option.ipv4_default_router_address)}" for option in routers]
    keys = [f"GRE key {', '.join(map(str, o.gre_key))}" if o.gre_key else "GRE" for o in _all(message, GreKey)]
    return [", ".join(words), ", ".join(keys)]


def _ipv4(address: bytes, length: int) -> str:
    return f"IPv4 {address_text(address)}/{length}" if any(address) else "IPv4 any"


def _group(message: Any, settings: CodePoints) -> str:
    option = next(iter(_all(message, Multihoming)), None)
    if option is None:
        return ""
    return f"MHGID {option.mhgid}" + (f", ACT {_name(ACT, option.act, settings) or option.act}" if option.act else "")


def _path(message: Any, settings: CodePoints) -> list[str]:
    """Which way of which MAG this is (RFC 8278)."""
    lines = [f"MAG {octets_text(mag.identifier)}" for mag in _all(message, MagIdentifier)]
    for option in _all(message, MagMultipathBinding):
        words = [f"BID {option.bid}", f"label {option.if_label}", ACCESS_TECHNOLOGY.name(option.if_att, settings)]
        lines.append(", ".join([*words, *["bulk"] * option.b, *["overwrite"] * option.o]))
    return lines


def _flow(flow: Flow, settings: CodePoints, answer: bool) -> str:
    statuses = RFC6089_STATUS if isinstance(flow, FlowIdentification6089) else MEXT_STATUS
    moved = isinstance(flow, FlowIdentification) and flow.pro == REINSTANTIATED
    words = [word for word in format_flow(flow, settings).split() if not word.startswith(("fid=", "pro=", "status="))]
    if "no-selector" in words:
        words.remove("no-selector")
    what = " ".join(words)
    if answer:
        status = f"FID {flow.fid} status {flow.status} {_name(statuses, flow.status, settings)}".rstrip()
        return f"{status}, re-instantiated: {what}" if moved else status
    asked = _name(PRO, flow.pro, settings) or f"PRO {flow.pro}" if isinstance(flow, FlowIdentification) else ""
    return f"FID {flow.fid} {asked}".rstrip() + (f": {what}" if what else "")
