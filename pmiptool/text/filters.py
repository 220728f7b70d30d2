"""Filters as people write them: `fid=1 pri=10 action=forward pro=add proto=udp dst-port=5060-5061 dscp=46`.

A flow expression stands for one Flow Identification option with its sub-options. A single value sets the Start field
only. A selector without any key matches everything; the bare word `no-selector` leaves it out, `ipv4` makes an empty
one IPv4.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from pathlib import Path
from typing import Any

from pmiptool.errors import UsageError
from pmiptool.registry import rfc6088, rfc6089
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.model import Part
from pmiptool.text.names import did_you_mean, parse_number, parse_number_or_name
from pmiptool.text.values import address_text
from pmiptool.wire.values import (
    BindingReference,
    FlowIdentification,
    FlowIdentification6089,
    Ipv4Selector,
    Ipv6Selector,
)

Flow = FlowIdentification | FlowIdentification6089
Selector = Ipv4Selector | Ipv6Selector

_OPTION_KEYS = ("fid", "pri", "action", "pro", "status", "bid")
_SELECTOR_KEYS = ("src", "dst", "spi", "flow-label", "src-port", "dst-port", "dscp", "proto")
_WORDS = ("no-selector", "ipv4")
_COMMON_PROTOCOLS = {
    "icmp": 1, "igmp": 2, "ipencap": 4, "tcp": 6, "udp": 17, "dccp": 33, "ipv6": 41, "rsvp": 46, "gre": 47,
    "esp": 50, "ah": 51, "ipv6-icmp": 58, "icmpv6": 58, "ospf": 89, "pim": 103, "l2tp": 115, "sctp": 132,
    "mobility-header": 135, "udplite": 136,
}  # fmt: skip


@lru_cache(maxsize=1)
def protocols() -> dict[str, int]:
    """Protocol names to numbers: those of /etc/protocols where the file is, and the common ones everywhere."""
    found = dict(_COMMON_PROTOCOLS)
    try:
        lines = Path("/etc/protocols").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return found
    for line in lines:
        words = line.partition("#")[0].split()
        if len(words) > 1 and words[1].isdigit():
            for name in (words[0], *words[2:]):
                found.setdefault(name.lower(), int(words[1]))
    return found


def parse_flow(text: str, settings: CodePoints = DEFAULT) -> Flow:
    """The Flow Identification option that an expression describes, in the dialect set.

    UsageError names the key that is wrong. Without `pri` the priority is the FID, up to 255.
    """
    given, words = _split(text)
    selector = None if "no-selector" in words else _selector(given, "ipv4" in words)
    if "no-selector" in words and any(key in given for key in _SELECTOR_KEYS):
        raise UsageError(f"flow {text!r} has no-selector and a selector's key; leave one out")
    suboptions: tuple[Any, ...] = ()
    if "bid" in given:
        bids = tuple(parse_number("bid", item, 65535) for item in given["bid"].split(","))
        suboptions += (BindingReference(bids),)
    if selector is not None:
        suboptions += (selector,)
    fid = parse_number("fid", given["fid"], 65535)
    if settings.wire_dialect == "rfc6089":
        for key in ("action", "pro"):
            if key in given:
                raise UsageError(f"flow {text!r}: the dialect rfc6089 has no {key}; leave it out, or set dialect=mext")
        pri = parse_number("pri", given.get("pri", str(fid)), 65535)
        status = parse_number_or_name("status", rfc6089.RFC6089_STATUS, given.get("status", "0"), settings)
        return FlowIdentification6089(fid=fid, pri=pri, status=status, suboptions=suboptions)
    return FlowIdentification(
        fid=fid,
        pri=parse_number("pri", given.get("pri", str(min(fid, 255))), 255),
        action=parse_number_or_name("action", rfc6089.ACTION, given.get("action", "forward"), settings),
        pro=parse_number_or_name("pro", rfc6089.PRO, given.get("pro", "add"), settings, 15),
        status=parse_number_or_name("status", rfc6089.MEXT_STATUS, given.get("status", "0"), settings),
        suboptions=suboptions,
    )


def _split(text: str) -> tuple[dict[str, str], set[str]]:
    given: dict[str, str] = {}
    words = set()
    for item in text.split():
        key, equals, value = item.partition("=")
        name = key.lower().replace("_", "-")
        if not equals and name in _WORDS:
            words.add(name)
        elif not equals or name not in (*_OPTION_KEYS, *_SELECTOR_KEYS):
            known = (*_OPTION_KEYS, *_SELECTOR_KEYS, *_WORDS)
            raise UsageError(
                f"flow {text!r}: {item!r} is no key=value{did_you_mean(name, known)} (keys: {' '.join(known)})"
            )
        elif name in given:
            raise UsageError(f"flow {text!r} names {name} twice")
        else:
            given[name] = value
    if "fid" not in given:
        raise UsageError(f"flow {text!r} has no fid; begin it with fid=1")
    return given, words


def _selector(given: dict[str, str], ipv4: bool) -> Selector:
    ranges = {key: _addresses(key, given[key]) for key in _SELECTOR_KEYS[:2] if key in given}
    sizes = {len(first) for first, _ in ranges.values()}
    if len(sizes) > 1:
        raise UsageError("src and dst of a flow are of two address families; a selector has one")
    if ipv4 and sizes == {16}:
        raise UsageError("a flow with IPv6 addresses makes no IPv4 selector; leave out ipv4")
    small = ipv4 or sizes == {4}
    taken: dict[str, Any] = {}
    for family, (start, end) in ranges.items():
        taken[family], taken[f"{family}_end"] = start, end
    parts = {part.name: part for part in (rfc6088.IPV4_PARTS if small else rfc6088.IPV6_PARTS)}
    for key in _SELECTOR_KEYS[2:]:
        if key in given:
            name = key.replace("-", "_")
            if name not in parts:
                raise UsageError(f"{key} does not exist in an IPv4 selector")
            taken[name], taken[f"{name}_end"] = _numbers(key, given[key], parts[name])
    return Ipv4Selector(**taken) if small else Ipv6Selector(**taken)


def _addresses(key: str, text: str) -> tuple[bytes, bytes | None]:
    """An address, a prefix, or first-last."""
    first, dash, last = text.partition("-")
    try:
        if "/" in text:
            network = ipaddress.ip_network(text, strict=False)
            start, end = network.network_address.packed, network.broadcast_address.packed
            return start, None if start == end else end
        start = ipaddress.ip_address(first).packed
        if not dash:
            return start, None
        end = ipaddress.ip_address(last).packed
    except ValueError:
        raise UsageError(f"{key} is {text!r}; it takes an address, a prefix or first-last") from None
    if len(start) != len(end) or end < start:
        raise UsageError(f"{key} is {text!r}; the last address lies before the first, or is of another family")
    return start, end


def _numbers(key: str, text: str, part: Part) -> tuple[int, int | None]:
    """A value, or first-last, as the wire has it (DSCP shifted left by two)."""
    highest = (1 << (part.bits - part.shift)) - 1 if part.mask is None else part.mask

    def one(item: str) -> int:
        if key == "proto" and item.lower() in protocols():
            return protocols()[item.lower()]
        if key == "proto" and not item[:1].isdigit():
            raise UsageError(
                f"proto is {item!r}; it takes a number or a protocol name{did_you_mean(item, protocols())}"
            )
        return parse_number(key, item, highest) << part.shift

    if key == "proto" and text.lower() in protocols():
        return one(text), None
    first, dash, last = text.partition("-")
    if not dash:
        return one(text), None
    start, end = one(first), one(last)
    if end < start:
        raise UsageError(f"{key} is {text!r}; the last lies before the first")
    return start, end


def selector_of(flow: Flow) -> Selector | None:
    """The traffic selector among a flow's sub-options."""
    return next((item for item in flow.suboptions if isinstance(item, (Ipv4Selector, Ipv6Selector))), None)


def bids_of(flow: Flow) -> tuple[int, ...] | None:
    """The binding identifiers of its binding reference; None without one."""
    return next((item.bid for item in flow.suboptions if isinstance(item, BindingReference)), None)


def format_flow(flow: Flow, settings: CodePoints = DEFAULT) -> str:
    """The expression of a flow; `parse_flow` reads it back."""
    words = [f"fid={flow.fid}", f"pri={flow.pri}"]
    if isinstance(flow, FlowIdentification):
        words.append(f"action={_name(rfc6089.ACTION.name(flow.action, settings), flow.action)}")
        words.append(f"pro={_name(rfc6089.PRO.name(flow.pro, settings), flow.pro)}")
    if flow.status:
        words.append(f"status={flow.status}")
    bids = bids_of(flow)
    if bids is not None:
        words.append("bid=" + ",".join(map(str, bids)))
    selector = selector_of(flow)
    words.append("no-selector" if selector is None else format_selector(selector))
    return " ".join(word for word in words if word)


def _name(name: str, number: int) -> str:
    return str(number) if name[:1].isupper() else name


def format_selector(selector: Selector) -> str:
    """The selector's keys; `ipv4` where nothing else would say so."""
    words = []
    small = isinstance(selector, Ipv4Selector)
    names = {number: name for name, number in reversed(_COMMON_PROTOCOLS.items())}
    for part in rfc6088.IPV4_PARTS if small else rfc6088.IPV6_PARTS:
        start = getattr(selector, part.name)
        if part.start is not None or start is None:
            continue
        end = getattr(selector, f"{part.name}_end")

        def shown(item: Any, part: Part = part) -> str:
            if part.kind == "address":
                return address_text(item)
            if part.name == "proto":
                return names.get(item, str(item))
            return str(item >> part.shift)

        words.append(f"{part.name.replace('_', '-')}={shown(start)}" + ("" if end is None else f"-{shown(end)}"))
    if small and selector.src is None and selector.dst is None:
        words.append("ipv4")
    return " ".join(words)
