"""From a request to a packet: the message, its options, what is wrong with it on purpose, and its envelope."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import Any

from pmiptool.craft import options, source
from pmiptool.craft.request import Request
from pmiptool.errors import UsageError
from pmiptool.registry import catalogue, model
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.rfc6275 import LIFETIME_UNIT, MAX_LIFETIME, PROTOCOL
from pmiptool.text.names import did_you_mean, nearest_or_all, parse_number, plain
from pmiptool.text.values import address_text, parse_address, parse_field, parse_hex
from pmiptool.wire.checksum import checksum
from pmiptool.wire.envelope import UDP_PORT

MAG, LMA = "2001:db8:1::2", "2001:db8:1::1"
"""Where a message comes from and goes to when nobody says; for an acknowledgement the other way round."""
_WRONG = 0x5555
"""What turns a right checksum into a wrong one."""
_HEADER = {"checksum": "cksum", "len": "len", "type": "mhtype", "payload-proto": "nh", "reserved": "res"}


@dataclass(frozen=True)
class Crafted:
    """A packet, and what is in it. `packet` is Scapy's; `octets` are its, `mh` those of the Mobility Header alone."""

    packet: Any
    octets: bytes
    mh: bytes
    src: bytes
    dst: bytes
    sport: int | None
    dport: int | None


def craft(request: Request, settings: CodePoints = DEFAULT, *, now: float | None = None) -> Crafted:
    """Make what a request asks for. `now`, in seconds since 1970, is what `--timestamp now` means (None: the clock).

    Raises UsageError that names the flag. It installs the layers with these settings.
    """
    from pmiptool.layers import install

    install(settings)
    if request.source is not None:
        found = source.load(request.source, request.frame, settings)
        message = _from_source(found, request)
    elif request.frame is not None:
        raise UsageError("--frame selects from the capture of --from; add --from FILE")
    else:
        found = None
        message = _fresh(request)
    name = _name(message)
    if request.source is None and name in ("pbu", "pba") and not request.bare:
        request = _with_defaults(request)
    _set_fields(message, request, settings)
    _set_options(message, request, settings, now)
    wrong = _set_header(message, request, settings)
    return _assemble(message, request, found, wrong)


def _fresh(request: Request) -> Any:
    """A message as its name says, with sequence number 1 and a lifetime of 300 s where it has them."""
    from pmiptool.layers.messages import MIP6MH_Generic, message_class_of

    if request.message is None:
        raise UsageError(f"name a message: {', '.join(catalogue.message_names())}; or give --from FILE")
    name = plain(request.message)
    number = name.removeprefix("message-")
    if number != name and number.isdigit() and int(number) < 256:
        return MIP6MH_Generic(mhtype=int(number))
    known = catalogue.message_named(name)
    if known is None:
        names = catalogue.message_names()
        raise UsageError(f"message {request.message!r} does not exist{nearest_or_all(name, names)}")
    entry, proxy = known
    cls: Any = message_class_of(entry, proxy)
    message = cls()
    if entry.field("sequence") is not None:
        message.sequence = 1
    lifetime = entry.field("lifetime")
    if isinstance(lifetime, model.UInt) and lifetime.unit is not None:
        message.lifetime = 300 // lifetime.unit
    return message


def _from_source(found: source.Source, request: Request) -> Any:
    """The message as it was captured: its padding stands, what was right of length and checksum may follow edits."""
    from pmiptool.layers import message_class

    message = message_class(found.mh)(found.mh)
    if "mhtype" not in message.fieldtype:
        return message
    if request.message is not None:
        wanted = catalogue.message_named(plain(request.message))
        if wanted is None or wanted[0] is not message._entry:
            raise UsageError(f"--from has a {_name(message)} and not a {request.message}; leave the name out")
    if len(found.mh) == 8 * found.mh[1] + 8:
        message.len = None
    if found.free_checksum:
        message.cksum = None
    return message


def _name(message: Any) -> str:
    entry = getattr(message, "_entry", None)
    if entry is None:
        return f"message-{message.mhtype}" if "mhtype" in message.fieldtype else "broken Mobility Header"
    return str(entry.proxy[0] if entry.proxy and message._proxy_of is not None else entry.name)


def _with_defaults(request: Request) -> Request:
    named = {name for expression in request.options if (name := options.name_of(expression)) is not None}
    must = options.defaults(named)
    return replace(
        request,
        mn_id=must.mn_id if request.mn_id is None else request.mn_id,
        hnp=request.hnp or must.hnp,
        hi=must.hi if request.hi is None else request.hi,
        att=must.att if request.att is None else request.att,
    )


def _set_fields(message: Any, request: Request, settings: CodePoints) -> None:
    """`--seq`, `--lifetime`, `--flags`, `--status`."""
    entry = getattr(message, "_entry", None)
    for flag, field_name, text in (
        ("--seq", "sequence", request.seq),
        ("--lifetime", "lifetime", request.lifetime),
        ("--flags", "flags", request.flags),
        ("--status", "status", request.status),
    ):
        if text is None:
            continue
        field = entry.field(field_name) if entry is not None else None
        if field is None:
            raise UsageError(f"a {_name(message)} has no {field_name}; leave out {flag}")
        lifetime = flag == "--lifetime"
        setattr(message, field_name, _lifetime(text, field) if lifetime else parse_field(flag, field, text, settings))


def _lifetime(text: str, field: Any) -> int:
    """Seconds to units of 4 s; `max` is 0xffff (RFC 6275 6.1.7)."""
    if plain(text) == "max":
        return MAX_LIFETIME
    unit = field.unit or LIFETIME_UNIT
    seconds = parse_number("--lifetime", text, MAX_LIFETIME * unit)
    if seconds % unit:
        near = seconds // unit * unit
        raise UsageError(f"--lifetime is {seconds}; it counts in units of {unit} s, so {near} or {near + unit}")
    return seconds // unit


def _set_options(message: Any, request: Request, settings: CodePoints, now: float | None) -> None:
    from pmiptool.layers import option_from_value

    named = [(name, option_from_value(value)) for name, value in options.from_flags(request, settings, now)]
    more = [options.from_expression(text, settings) for text in request.options]
    if "options" not in message.fieldtype:
        if named or more:
            raise UsageError(f"a {_name(message)} has no options here; it is only octets")
        return
    before = list(message.options)
    if request.source is None:
        message.options = [packet for _, packet in named] + more
    elif named or more:
        _merge(message, before, named, more)
    if request.no_pad:
        if request.source is not None:
            message.options = [option for option in message.options if not is_pad(option)]
        message.autopad = 0


def is_pad(option: Any) -> bool:
    entry = getattr(option, "_entry", None)
    return bool(entry is not None and entry.pad)


def _merge(message: Any, before: list[Any], named: list[tuple[str, Any]], more: list[Any]) -> None:
    """Options that flags name take the place of those of their name, or of their FID; the rest goes to the end.

    As long as no option changes its size, all padding stays where it was.
    """
    after = list(before)
    done: set[str] = set()
    for name, packet in named:
        key = f"fid {packet.fid}" if name == "fid" else name
        same = [i for i, old in enumerate(after) if _called(old) == name and (name != "fid" or old.fid == packet.fid)]
        if key in done:
            after.insert(same[-1] + 1, packet)
        elif same:
            after[same[0]] = packet
            after = [old for i, old in enumerate(after) if i not in same[1:]]
        else:
            after.insert(_end(after), packet)
        done.add(key)
    after += more
    old_sizes, new_sizes = ([len(bytes(option)) for option in found] for found in (before, after))
    if old_sizes != new_sizes:
        after = [option for option in after if not is_pad(option) or option in more]
        message.autopad = None
    message.options = after


def _called(option: Any) -> str | None:
    entry = getattr(option, "_entry", None)
    return None if entry is None else str(entry.name)


def _end(found: list[Any]) -> int:
    """Behind the last option that is no padding."""
    return max((i + 1 for i, option in enumerate(found) if not is_pad(option)), default=0)


def _set_header(message: Any, request: Request, settings: CodePoints) -> bool:
    """`--set FIELD=VALUE`; returns whether the checksum is to be wrong."""
    from pmiptool.layers.fields import field_name

    wrong = False
    entry = getattr(message, "_entry", None)
    for text in request.sets:
        key, equals, value = text.partition("=")
        name = plain(key)
        if not equals:
            raise UsageError(f"--set {text!r} is not FIELD=VALUE")
        if "mhtype" not in message.fieldtype:
            raise UsageError(f"the {_name(message)} has no fields to set")
        if name in _HEADER:
            at = _HEADER[name]
            if name == "checksum" and plain(value) == "wrong":
                message.cksum, wrong = None, True
            elif name in ("checksum", "len") and plain(value) == "auto":
                setattr(message, at, None)
                wrong = wrong and name != "checksum"
            else:
                setattr(message, at, parse_number(f"--set {name}", value, 0xFFFF if name == "checksum" else 255))
            continue
        own = name.removeprefix("fields.").replace("-", "_")
        field = entry.field(own) if entry is not None else None
        if entry is None and own == "data" and "msg" in message.fieldtype:
            message.msg = parse_hex("--set data", value)
        elif not isinstance(field, (*model.FixedField, model.Rest, model.Addresses)):
            known = [*_HEADER, *(f.name for f in (entry.fields if entry else ())), *(() if entry else ("data",))]
            hint = did_you_mean(name, known)
            listed = ", ".join(dict.fromkeys(known))
            raise UsageError(f"a {_name(message)} has no field {key!r}{hint} (fields: {listed})")
        else:
            setattr(message, field_name(own), parse_field(f"--set {own}", field, value, settings))
    return wrong


def _assemble(message: Any, request: Request, found: source.Source | None, wrong: bool) -> Crafted:
    from scapy.packet import Raw

    src, dst, ports = _envelope(message, request, found)
    lower = _lower(request, found, src, dst, ports)
    over_udp = ports != (None, None)
    header = (20 if len(src) == 4 else 40) + (8 if over_udp else 0)
    extra = parse_hex("--append", request.append) if request.append is not None else b""
    automatic = "cksum" in message.fieldtype and message.getfieldval("cksum") is None

    if not over_udp:
        lower.nh = PROTOCOL  # also where it is only octets that follow

    def sum_of(mh: bytes) -> int:
        return 0 if over_udp else checksum(src, dst, source.counted(mh))

    if wrong:
        mh = _octets(lower / message)[header:]
        message.cksum = sum_of(mh) ^ _WRONG
    if request.truncate is None:
        packet = lower / message / Raw(extra) if extra else lower / message
    else:
        mh = _octets(lower / message)[header:][: request.truncate]
        kept, mh = len(mh), mh + extra
        if automatic and kept >= 6:
            right = sum_of(mh)
            mh = mh[:4] + struct.pack("!H", right ^ _WRONG if wrong else right) + mh[6:]
        packet = lower / Raw(mh)
    octets = _octets(packet)
    if len(octets) > 65535 + 40:
        raise UsageError(f"the packet has {len(octets)} octets, more than an IP packet holds")
    return Crafted(packet, octets, octets[header:], src, dst, *ports)


def _octets(packet: Any) -> bytes:
    try:
        return bytes(packet)
    except (ValueError, struct.error, OverflowError, TypeError) as error:
        raise UsageError(" ".join(str(error).split())) from None


def _envelope(
    message: Any, request: Request, found: source.Source | None
) -> tuple[bytes, bytes, tuple[int | None, int | None]]:
    """Source, destination and ports: of the flags, else of the source, else the usual ones."""
    usual = (LMA, MAG) if _name(message) in ("pba", "binding-ack") else (MAG, LMA)
    src = parse_address("--src", request.src or (found and found.src) or usual[0])
    dst = parse_address("--dst", request.dst or (found and found.dst) or usual[1])
    udp = request.udp or request.sport is not None or request.dport is not None or bool(found and found.udp)
    if len(src) != len(dst):
        raise UsageError(
            f"{address_text(src)} and {address_text(dst)} are of two address families; give both --src and --dst"
        )
    if len(src) == 4 and not udp:
        raise UsageError("over IPv4 a Mobility Header goes in UDP (RFC 5844 4); add --udp")
    if not udp:
        return src, dst, (None, None)
    sport = found.sport if found and request.sport is None else request.sport
    dport = found.dport if found and request.dport is None else request.dport
    return src, dst, (UDP_PORT if sport is None else sport, UDP_PORT if dport is None else dport)


def _lower(
    request: Request, found: source.Source | None, src: bytes, dst: bytes, ports: tuple[int | None, int | None]
) -> Any:
    from scapy.layers.inet import IP, UDP
    from scapy.layers.inet6 import IPv6

    hops = request.hop_limit if request.hop_limit is not None else found.hop_limit if found else None
    hops = 64 if hops is None else hops
    if len(src) == 4:
        lower = IP(src=address_text(src), dst=address_text(dst), ttl=hops, id=0, flags="DF")
    else:
        lower = IPv6(src=address_text(src), dst=address_text(dst), hlim=hops)
    return lower if ports == (None, None) else lower / UDP(sport=ports[0], dport=ports[1])
