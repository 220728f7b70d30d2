"""What our codec read, by the names that Wireshark gives it, so that the two can be compared.

The generated dissector's names (`pmip6.*`) follow from the registry; those of Wireshark's own dissector (`mip6.*`) and
what it is known to get wrong are tables here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from pmiptool.registry import model
from pmiptool.wire import values
from pmiptool.wire.sequence import count_of
from pmiptool.wire.values import UnknownSubOption


class Known(NamedTuple):
    """A field that Wireshark's own dissector reads wrong: it loses the last `lost` octets, or never shows it."""

    field: str
    reason: str
    lost: int = 0


KNOWN = (
    Known("mip6.vsm.data", "Wireshark's own dissector cuts the last 2 octets of the data (seen in 4.0)", lost=2),
    Known("mip6.opt.len.invalid", "an option that only Wireshark knows, of a length that it dislikes, ends its walk"),
)
LOST = {known.field: known.lost for known in KNOWN}

# Wireshark's own names (mip6.*) of what the registry describes, by message or option and field.
MESSAGE_NAMES: dict[tuple[str, str], str] = {
    ("binding-update", "sequence"): "mip6.bu.seqnr",
    ("binding-update", "lifetime"): "mip6.bu.lifetime",
    **{("binding-update", f"flags.{letter}"): f"mip6.bu.{letter}_flag" for letter in "ahlkmpftb"},
    ("binding-update", "flags.r"): "mip6.nemo.bu.r_flag",
    ("binding-ack", "status"): "mip6.ba.status",
    ("binding-ack", "sequence"): "mip6.ba.seqnr",
    ("binding-ack", "lifetime"): "mip6.ba.lifetime",
    **{("binding-ack", f"flags.{letter}"): f"mip6.ba.{letter}_flag" for letter in "kptb"},
    ("binding-ack", "flags.r"): "mip6.nemo.ba.r_flag",
    ("binding-error", "status"): "mip6.be.status",
    ("binding-error", "home_address"): "mip6.be.haddr",
}
OPTION_NAMES: dict[tuple[str, str], str] = {
    ("binding-refresh-advice", "refresh_interval"): "mip6.bra.interval",
    ("alt-coa", "alternate_care_of_address"): "mip6.acoa.acoa",
    ("mn-id", "subtype"): "mip6.mnid.subtype",
    ("mn-id", "identifier"): "mip6.mnid.identifier",
    ("vendor", "vendor_id"): "mip6.vsm.vendorId",
    ("vendor", "sub_type"): "mip6.vsm.subtype",
    ("vendor", "data"): "mip6.vsm.data",
    ("service-selection", "identifier"): "mip6.ss.identifier",
    ("hnp", "home_network_prefix"): "mip6.nemo.mnp.mnp",
    ("hnp", "prefix_length"): "mip6.nemo.mnp.pfl",
    ("hi", "reserved"): "mip6.hi.reserved",
    ("hi", "hi"): "mip6.hi",
    ("att", "reserved"): "mip6.att.reserved",
    ("att", "att"): "mip6.att",
    ("ll-id", "reserved"): "mip6.mnlli.reserved",
    ("ll-id", "link_layer_identifier"): "mip6.mnlli.lli",
    ("link-local", "link_local_address"): "mip6.lila_lla",
    ("timestamp", "timestamp"): "mip6.timestamp_tmp",
    ("bid", "bid"): "mip6.bi.bid",
    ("bid", "status"): "mip6.bi.status",
    ("bid", "h"): "mip6.bi.h_flag",
    ("bid", "care_of_address"): "mip6.bi.coa_ipv6",
    ("bid", "care_of_address4"): "mip6.bi.coa_ipv4",
}
_SHORT = {"traffic-selector": "ts", "binding-reference": "bref"}

Fact = int | bytes | str
"""What we say of a field: a number, octets, or a word."""
Facts = dict[str, tuple[Fact, ...]]
"""By a field's name under its entry: what we read there, several where it stands several times."""


ALSO_SHOWN = ("_octets", "_degrees", ".time", "pmip6.ts.flags", "_traffic_selector.flags")
"""Ends of field names that show once more what another field shows."""


def facts_of(value: Any, entry: model.Entry) -> Facts:
    """The fields of a value by the names that the dissector gives them."""
    found: Facts = {}
    for field in entry.fields:
        if isinstance(field, model.Count):
            found[field.name] = (count_of(getattr(value, field.of), field.unit),)
            continue
        item = getattr(value, field.name)
        if isinstance(field, model.Flags):
            found[field.name] = (item,)
            found |= {f"{field.name}.{flag.letter.lower()}": (int(bool(item & flag.mask)),) for flag in field.flags}
            if item & ~field.known:
                lowest = ~field.known & field.known + 1  # the first bit that has no letter: Wireshark counts from there
                found[f"{field.name}.reserved"] = ((item & ~field.known) // lowest,)
        elif isinstance(field, model.Prefix):
            found[field.name] = (item.address,)
            found["prefix_length"] = (item.length,)
        elif isinstance(field, model.Time48):
            found[field.name] = (item.to_bytes(8, "big"),)
        elif isinstance(field, model.AddressRest):
            if item:
                found[field.name + ("4" if len(item) == 4 else "")] = (item,)
        elif isinstance(field, model.Address):
            found[field.name + ("4" if field.size == 4 else "")] = (item,)
        elif isinstance(field, (model.Numbers, model.Addresses)):
            if item:
                found[field.name + ("4" if getattr(field, "size", 16) == 4 else "")] = tuple(item)
        elif isinstance(field, model.Records):
            for name, more in _records(field, item):
                found[name] = (*found.get(name, ()), *more)
        elif isinstance(field, model.Flagged):
            found |= _flagged(value, field)
        elif isinstance(field, model.SubOptions):
            for name, more in _suboptions(item):
                found[name] = (*found.get(name, ()), *more)
        elif isinstance(item, bytes):
            if item:
                found[field.name] = (item,)
        else:
            found[field.name] = (item,)
    return found


def _flagged(value: Any, field: model.Flagged) -> Facts:
    found: Facts = {}
    if getattr(value, field.name):
        found[field.name] = (getattr(value, field.name),)
    for part in field.parts:
        item = getattr(value, part.name)
        if item is None:
            continue
        name = part.name
        if part.kind == "address" and part.bits == 32:
            name = f"{name.removesuffix('_end')}4{'_end' if name.endswith('_end') else ''}"
        elif part.mask is not None:
            item &= part.mask
        elif part.shift:
            item >>= part.shift
        found[name] = (item,)
    return found


def _records(field: model.Records, item: Any) -> Iterator[tuple[str, tuple[Fact, ...]]]:
    """Of octets that no text describes Wireshark shows no more than those."""
    for record in item if isinstance(item, tuple) else (item,):
        if type(record) in values.ENTRIES:
            for name, found in facts_of(record, values.ENTRIES[type(record)]).items():
                yield f"{field.name}.{name}", found


def _suboptions(items: Iterable[Any]) -> Iterator[tuple[str, tuple[Fact, ...]]]:
    for item in items:
        if isinstance(item, UnknownSubOption):
            if item.data:
                yield "pmip6.suboption.data", (item.data,)
            continue
        entry = values.ENTRIES[type(item)]
        prefix = f"pmip6.{_SHORT.get(entry.name, entry.name.replace('-', '_'))}"
        for name, found in facts_of(item, entry).items():
            yield f"{prefix}.{name}", found
