"""From the values of the codec to packets of the layers; only the shape of a value is looked at."""

from __future__ import annotations

from scapy.config import conf
from scapy.packet import Packet

from pmiptool.layers import messages, options
from pmiptool.layers.fields import field_name
from pmiptool.layers.records import by_entry
from pmiptool.registry import catalogue, model


def from_value(value) -> Packet:
    """The packet of a message: `BindingUpdate(...)` of the codec becomes a PBU when its P flag is set."""
    if type(value).__name__ == "UnknownMessage":
        return messages.MIP6MH_Generic(mhtype=value.type, msg=value.data)
    entry = next(m for m in catalogue.MESSAGES if m.value == type(value).__name__)
    cls = messages.message_class_of(entry)
    if cls._proxy is not None and value.flags & cls._proxy_flag[0]:
        cls = cls._proxy
    return cls(**_fields(entry, value), options=[option_from_value(option) for option in value.options])


def option_from_value(value) -> Packet:
    """The packet of an option."""
    name = type(value).__name__
    if name == "UnknownOption":
        return options.MIP6OptUnknown(otype=value.type, odata=value.data)
    entry = next(o for o in catalogue.OPTIONS if o.value == name)
    return by_entry[id(entry)](**_fields(entry, value))


def _suboption(value, space: str) -> Packet:
    name = type(value).__name__
    if name == "UnknownSubOption":
        return options.UNKNOWN_SUBOPTION[space](otype=value.type, odata=value.data)
    entry = next(e for e in catalogue.SPACES[space].entries if e.value == name)
    return by_entry[id(entry)](**_fields(entry, value))


def _record(value, field: model.Records) -> Packet:
    name = type(value).__name__
    if name == "Undecoded":
        return conf.raw_layer(value.data)
    record = next(record for record in field.records if record.value == name)
    return by_entry[id(record)](**_fields(record, value))


def _fields(entry: model.Entry, value) -> dict:
    found = {}
    for field in entry.fields:
        if isinstance(field, model.Count):
            continue
        at = field_name(field.name)
        item = getattr(value, field.name)
        if isinstance(field, model.Records):
            listed = list(item) if isinstance(item, tuple) else [item]
            if type(item).__name__ == "Undecoded" and field.count:
                found[field_name(field.count)] = item.count
            item = [_record(one, field) for one in listed]
            item = item[0] if field.single else item
        elif isinstance(field, model.SubOptions):
            item = [_suboption(sub, field.space) for sub in item]
        elif isinstance(field, (model.Numbers, model.Addresses)):
            item = list(item)
        elif isinstance(field, model.Flagged):
            for part in field.parts:
                if getattr(value, part.name) is not None:
                    found[part.name] = getattr(value, part.name)
        found[at] = item
    return found
