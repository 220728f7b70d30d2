"""The class of each option, sub-option and record, made from its entry."""

from __future__ import annotations

from scapy.fields import ByteField
from scapy.packet import Packet

from pmiptool.layers.fields import EnumeratedByteField, TrailingField, field_name, scapy_fields
from pmiptool.layers.options import _TLV, TLVListField, TypeNames, _Quiet
from pmiptool.layers.records import bits_of, by_entry, records_field, unit_of
from pmiptool.layers.state import settings
from pmiptool.registry import model

_SCAPY_NAMES = {
    "padding": ("optdata",),
    "refresh_interval": ("rinter",),
    "alternate_care_of_address": ("acoa",),
    "identifier": ("id",),
    "home_nonce_index": ("hni",),
    "care_of_nonce_index": ("coni",),
    "mobile_network_prefix": ("prefix",),
    "option_code": ("ocode",),
    "mobility_spi": ("mspi",),
    "authentication_data": ("authdata",),
    "cga_parameters": ("cgaparams",),
    "signature": ("sig",),
    "permanent_home_keygen_token": ("hkt",),
    "care_of_keygen_token": ("cokt",),
}
"""What Scapy's own classes call the fields."""


def _aliases(names: list[str], others: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Other names for fields, in the form of Scapy's `deprecated_fields`."""
    found = {old: (new, "") for old, new in others.items() if old not in names}
    for name in names:
        found.update({old: (name, "") for old in _SCAPY_NAMES.get(name, ()) if old not in names})
    return found


def make(entry: model.Entry, name: str, bases: tuple[type, ...], space: model.SubOptionSpace | None = None):
    """The class of an option or sub-option."""
    number = model.resolve(entry.number, settings())
    pad1 = not entry.fields and entry.pad
    kind = EnumeratedByteField("otype", number or 0, TypeNames(space))
    fields = [kind] if pad1 else [kind, ByteField("olen", None)]
    fields += _own_fields(entry)
    minimum, rest, flagged = 0, None, None
    bits = 0
    for field in entry.fields:
        if isinstance(field, model.FixedField):
            bits += bits_of(field)
        elif isinstance(field, model.Flagged):
            flagged, bits = field, bits + 32
        else:
            rest = field
            minimum = field.minimum if isinstance(field, model.Rest) else 0
    if not pad1 and not isinstance(rest, model.Rest):
        fields.append(TrailingField())
    names = [field.name for field in fields]
    others = {"type": "otype", "length": "olen", "optlen": "olen"}
    made = {
        "__module__": "pmiptool.layers",
        "__doc__": f"{entry.title} ({entry.clause}).",
        "name": f"{'Sub-option' if space else 'Mobility Option'} - {entry.title}",
        "fields_desc": fields,
        "deprecated_fields": {} if pad1 else _aliases(names, others),
        "_entry": entry,
        "_minimum": bits // 8 + minimum,
        "_rest": rest,
        "_flagged": flagged,
        "_header": 2 if space is not None and space.counts_header else 0,
    }
    if isinstance(entry, model.Option):
        made |= {
            "_words": entry.words,
            "_units": entry.units,
            "_align": entry.align,
            "_align_filled": entry.align_filled,
        }
    if pad1:
        made |= {"_size": lambda self, s: 1, "post_build": lambda self, p, pay: p + pay}
    cls = type(_TLV)(name, bases, made)
    by_entry[id(entry)] = cls
    return cls


def _own_fields(entry: model.Entry) -> list:
    """The Scapy fields of an entry, without type and length."""
    found: list = []
    for field in entry.fields:
        if isinstance(field, model.SubOptions):
            found.append(TLVListField(field_name(field.name), field.space))
        elif isinstance(field, model.Records):
            for record in field.records:
                make_record(record)
            found.append(records_field(field, entry))
        else:
            found += scapy_fields(field, unit_of(entry, field) if isinstance(field, model.Sized) else 1)
    return found


class _Record(_Quiet):
    """A structure inside an option that no type and length stand before."""

    _entry = None

    def extract_padding(self, s):
        return b"", s

    def mysummary(self):
        return type(self).__name__


def make_record(record: model.Record) -> type[Packet]:
    """The class of a record, made once."""
    if id(record) not in by_entry:
        made = {
            "__module__": "pmiptool.layers",
            "__doc__": f"{record.title} ({record.clause}).",
            "name": f"Record - {record.title}",
            "fields_desc": _own_fields(record),
            "_entry": record,
        }
        by_entry[id(record)] = type(_Record)(f"MIP6Rec{record.value}", (_Record,), made)
    return by_entry[id(record)]
