"""Mobility Header messages as Scapy packets, made from the registry.

Length, checksum and padding are worked out where they are None. A dissected message keeps its own, and its padding
stands among the options: built again it has the same octets, and an edit moves no byte that it does not name.
"""

from __future__ import annotations

import os
import struct

from scapy.config import conf
from scapy.fields import ByteEnumField, ByteField, XShortField
from scapy.layers import inet6
from scapy.layers.inet import UDP
from scapy.packet import Packet

from pmiptool.layers.addresses import address_octets
from pmiptool.layers.fields import AutopadField, EnumeratedByteField, OctetsField, scapy_fields
from pmiptool.layers.options import OptionsField, _Quiet
from pmiptool.layers.records import bits_of
from pmiptool.layers.state import settings
from pmiptool.registry import catalogue, model
from pmiptool.registry.rfc6275 import NO_NEXT_HEADER, PROTOCOL

HEADER = 6
"""Octets before the message data."""

by_type: dict[int, type[Packet]] = {}
"""Messages by their type under the settings in force."""

by_form: dict[int, tuple[int, dict[int, type[Packet]]]] = {}
"""Messages that share a type: octets of their first field, and the class of each of its values."""
by_entry: dict[int, type[Packet]] = {}
"""The class of each entry of the registry, by the entry's `id`."""

_ALIASES = {
    "payload_proto": "nh", "length": "len", "type": "mhtype", "checksum": "cksum",
    "seq": "sequence", "mhtime": "lifetime", "ha": "home_address",
}  # fmt: skip
"""The texts' names for the header, and Scapy's for the rest."""
_SCAPY_TESTS = {
    "home_init_cookie": "cookie", "care_of_init_cookie": "cookie", "home_keygen_token": "token",
    "care_of_keygen_token": "token", "home_nonce_index": "index", "care_of_nonce_index": "index",
}  # fmt: skip
"""Scapy's names for the fields of the return routability messages."""


class _MessageTypes:
    """Looks like an enumeration of the registry: messages by type."""

    def names(self, points) -> dict[int, str]:
        found = {kind: text for kind, text in inet6.mhtypes.items()}
        for message in catalogue.MESSAGES:
            number = model.resolve(message.number, points)
            shared = message.when is not None and [m.title for m in catalogue.MESSAGES if m.number == message.number]
            found[number] = os.path.commonprefix(shared).strip() if shared else message.title
        return found


def header_fields(kind: int | None) -> list:
    """The common header (RFC 6275 6.1.1)."""
    return [
        ByteEnumField("nh", NO_NEXT_HEADER, inet6.ipv6nh),
        ByteField("len", None),
        EnumeratedByteField("mhtype", kind, _MessageTypes()),
        ByteField("res", 0),
        XShortField("cksum", None),
    ]


def pseudo_header_addresses(under: Packet | None) -> tuple[bytes, bytes] | None:
    """Source and destination that a checksum counts: after a Home Address option and a type 2 routing header.

    None in UDP, where the checksum is zero (RFC 5844 4.1.3.1), and without IPv6.
    """
    home, final = None, None
    while under is not None and not isinstance(under, inet6.IPv6):
        if isinstance(under, UDP):
            return None
        if isinstance(under, inet6.IPv6ExtHdrDestOpt):
            home = next((o.hoa for o in under.options if isinstance(o, inet6.HAO)), home)
        elif isinstance(under, inet6.IPv6ExtHdrRouting) and under.segleft and under.addresses:
            final = final or under.addresses[-1]
        elif isinstance(under, inet6.IPv6ExtHdrSegmentRouting) and under.segleft and under.addresses:
            final = final or under.addresses[0]
        under = under.underlayer
    if under is None:
        return None
    pair = (str(home or under.src), str(final or under.dst))
    return tuple(address_octets(text) for text in pair)


def checksum(addresses: tuple[bytes, bytes], mh: bytes) -> int:
    """RFC 6275 6.1.1, with the checksum field as zero. 65536 is 1 modulo 65535, so one division sums all words."""
    total = int.from_bytes(b"".join(addresses) + mh[:4] + b"\0\0" + mh[6:] + bytes(len(mh) & 1), "big")
    return -(total + len(mh) + PROTOCOL) % 65535


class _Message(_Quiet, inet6._MobilityHeader):
    """Base of all messages."""

    _options_at = HEADER
    _count_at = None
    """Where the octet stands that counts the addresses of the fixed part."""
    _entry = None
    _proxy = _proxy_of = None
    """The class of the same message with the P flag, and the other way round."""
    _proxy_flag = None
    """The mask of the P flag, and where its octets begin and end."""

    def do_dissect(self, s):
        end = 8 * s[1] + 8 if len(s) > 1 else len(s)
        return _Quiet.do_dissect(self, s[:end]) + s[end:]

    def post_build(self, p, pay):
        if self.getfieldval("len") is None and len(p) > 1:
            units = max(len(p) // 8 - 1, 0)
            if units > 255:
                raise ValueError(f"{self.name} has {len(p)} octets; a Mobility Header holds 2048")
            p = p[:1] + bytes((units,)) + p[2:]
        if self.getfieldval("cksum") is None and len(p) >= 6:
            addresses = pseudo_header_addresses(self.underlayer)
            if addresses is not None:
                # It counts what the header says is there (RFC 6275 6.1.1: the Mobility Header's own length).
                whole = (p + pay)[: 8 * p[1] + 8]
                p = p[:4] + struct.pack("!H", checksum(addresses, whole)) + p[6:]
        return p + pay

    def hashret(self):
        # As in Scapy: one value for all, since an acknowledgement, an update, a refresh request and an error all go
        # together; the IPv6 layer puts the addresses beside it, `answers` looks at the rest.
        return b"\x00\x08\x09"

    def option(self, name: str):
        """The first option of that class name, or None."""
        return next((o for o in self.getfieldval("options") if type(o).__name__ == name), None)

    def answers(self, other):
        return 0

    def mysummary(self):
        return self._summary(), [inet6.IPv6]

    def _summary(self) -> str:
        return str(self.name)

    def sprintf(self, fmt, relax=1):
        for base in type(self).__mro__[1:]:
            if base is Packet:
                break
            fmt = fmt.replace(f"{base.__name__}.", f"{type(self).__name__}.")
        return _Quiet.sprintf(self, fmt, relax)


def _identity(message) -> str:
    mn_id = message.option("MIP6OptMNID")
    if mn_id is None:
        return ""
    octets = bytes(mn_id.identifier)
    return " " + (octets.decode() if octets.isascii() and octets.decode().isprintable() else octets.hex() or "(empty)")


class _Update(_Message):
    """What binding updates do beyond their fields."""

    def answers(self, other):
        return int(isinstance(other, inet6.MIP6MH_BRR))

    def _summary(self):
        lifetime = self.fieldtype["lifetime"].i2repr(self, self.lifetime)
        return f"{type(self).__name__} {self.sequence} {self.flags} lifetime {lifetime}{_identity(self)}"


class _Acknowledgement(_Message):
    """What binding acknowledgements do beyond their fields."""

    def answers(self, other):
        """An acknowledgement goes with an update of the same sequence number, whatever its flags.

        With status 135 and without a timestamp it carries the last accepted number instead (RFC 6275 9.5.1).
        """
        if not isinstance(other, inet6.MIP6MH_BU):
            return 0
        if self.sequence == other.seq:
            return 1
        last_accepted = self.status == 135 and self.option("MIP6OptTimestamp") is None
        return int(last_accepted and _identity(self) == (_identity(other) if isinstance(other, _Message) else ""))

    def _summary(self):
        status = self.fieldtype["status"].i2repr(self, self.status)
        lifetime = self.fieldtype["lifetime"].i2repr(self, self.lifetime)
        return f"{type(self).__name__} {self.sequence} {status} lifetime {lifetime}{_identity(self)}"


class _Error(_Message):
    """What binding errors do beyond their fields."""

    def answers(self, other):
        return int(isinstance(other, inet6._MobilityHeader))

    def _summary(self):
        return f"{type(self).__name__} {self.fieldtype['status'].i2repr(self, self.status)}"


BEHAVIOUR = {"binding-update": _Update, "binding-ack": _Acknowledgement, "binding-error": _Error}
DEFAULTS = {
    "binding-update": {"flags": "AH"},
    "pbu": {"flags": "AP", "lifetime": 75},
    "pba": {"flags": "P", "lifetime": 75},
}
"""Where the value of a fresh packet is not that of the registry."""


class MIP6MH_Generic(_Message, inet6.MIP6MH_Generic):
    """A message of unknown type, or one too short for its type: the header and octets."""

    name = "Mobility Header - unknown message"
    fields_desc = [*header_fields(255), OctetsField("msg", b"\0\0")]
    deprecated_fields = {old: (new, "") for old, new in _ALIASES.items()} | {"data": ("msg", "")}

    @classmethod
    def dispatch_hook(cls, _pkt=None, *_, **__):
        return message_class(bytes(_pkt)) if _pkt else cls

    def option(self, name):
        return None

    def _summary(self):
        return f"Mobility Header of type {self.mhtype}"


def message_class(octets: bytes) -> type[Packet]:
    """The class for the octets of a Mobility Header: by type, by its P flag, and by whether there is enough of it."""
    if len(octets) < HEADER:
        return conf.raw_layer
    cls = by_type.get(octets[2])
    if cls is None and octets[2] in by_form:
        width, forms = by_form[octets[2]]
        cls = forms.get(int.from_bytes(octets[HEADER : HEADER + width], "big"))
    if cls is None:
        return MIP6MH_Generic
    there, needed = min(len(octets), 8 * octets[1] + 8), max(8, cls._options_at)
    if cls._count_at is not None and there > cls._count_at:
        needed += 16 * octets[cls._count_at]
    if there < needed:
        return MIP6MH_Generic
    if cls._proxy is not None:
        mask, start, stop = cls._proxy_flag
        if int.from_bytes(octets[start:stop], "big") & mask:
            return cls._proxy
    return cls


def message_class_of(entry: model.Message, proxy: bool = False) -> type[Packet]:
    """The class of an entry of the registry, or of its proxy form."""
    cls = by_entry[id(entry)]
    return cls._proxy if proxy else cls


def make(entry: model.Message, name: str, scapys: type | None):
    """The class of a message; `scapys` is Scapy's own of that type."""
    own: list = []
    proxy_flag, bits, count_at = None, 0, None
    for field in entry.fields:
        own += scapy_fields(field)
        if isinstance(field, model.Flags):
            mask = sum(flag.mask for flag in field.flags if flag.letter == "P")
            proxy_flag = (mask, HEADER + bits // 8, HEADER + (bits + field.bits) // 8)
        if isinstance(field, model.Count):
            count_at = HEADER + bits // 8
        bits += bits_of(field) if isinstance(field, model.FixedField) else 0
    behaviour = BEHAVIOUR.get(entry.name, _Message)
    if behaviour is _Message and scapys is not None:
        behaviour = type(_Message)("_Scapys", (_Message,), {"answers": scapys.answers, "hashret": scapys.hashret})
    cls = by_entry[id(entry)] = make_from(
        name, entry.title, scapys, model.resolve(entry.number, settings()), own, HEADER + bits // 8,
        behaviour=behaviour, entry=entry, defaults=DEFAULTS.get(entry.name, {}),
        doc=f"{entry.title} ({entry.clause}).", proxy_flag=proxy_flag,
    )  # fmt: skip
    cls._count_at = count_at
    return cls


def make_from(
    name, title, scapys, kind, own, size, *, behaviour=_Message, entry=None, defaults=None, doc="", proxy_flag=None
):
    """A class from its own fields, which are `size` octets with the header."""
    fields = [*header_fields(kind), *own, AutopadField(), OptionsField("options")]
    names = [field.name for field in fields]
    for field in own:
        if field.name in (defaults or {}):
            field.default = field.any2i(None, defaults[field.name])
    made = {
        "__module__": "pmiptool.layers",
        "__doc__": doc,
        "name": f"Mobility Header - {title}",
        "fields_desc": fields,
        "deprecated_fields": {o: (n, "") for o, n in _ALIASES.items() if n in names and o not in names}
        | {_SCAPY_TESTS[name]: (name, "") for name in names if name in _SCAPY_TESTS},
        "_options_at": size,
        "_entry": entry,
        "_proxy_flag": proxy_flag,
    }
    bases = (behaviour,) if scapys is None else (behaviour, scapys)
    return type(_Message)(name, bases, made)


def make_proxy(cls, name: str, title: str, clause):
    """PBU and PBA: the same message with the P flag, as a class of its own."""
    fields = []
    for field in cls.fields_desc:
        wanted = DEFAULTS.get(name.lower(), {})
        if field.name in wanted:
            field = field.copy()
            field.default = field.any2i(None, wanted[field.name])
        fields.append(field)
    made = {
        "__module__": "pmiptool.layers",
        "__doc__": f"{title} ({clause}).",
        "name": title,
        "fields_desc": fields,
    }
    proxy = type(_Message)(name, (cls,), made)
    cls._proxy, proxy._proxy, proxy._proxy_of = proxy, None, cls
    return proxy


__all__ = ["MIP6MH_Generic", "make", "make_from", "make_proxy", "message_class"]
