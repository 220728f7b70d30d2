"""Every class, made once from the registry, with the names that stand in `pmiptool.layers`.

An option or message that Scapy has already keeps Scapy's name and is a subclass of Scapy's class, so that
`pkt[MIP6MH_BU]` in users' scripts goes on working.
"""

from __future__ import annotations

from scapy.config import conf
from scapy.layers import inet6
from scapy.packet import Packet

from pmiptool.layers import entries, messages, options
from pmiptool.layers.records import by_entry
from pmiptool.layers.state import settings
from pmiptool.registry import catalogue, model
from pmiptool.registry.contradictions import OtherFields, in_other_fields

SCAPY_OPTIONS = dict(inet6.moboptcls)
SCAPY_MESSAGES = dict(inet6._mip6_mhtype2cls)
"""What Scapy dissects with before `install`."""

_SUFFIX = {"mext": "", "rfc6089": "6089"}
_SHORT = {
    "hnp": "HNP", "hi": "HI", "att": "ATT", "ll-id": "LLID", "link-local": "LinkLocal", "bid": "BID", "fid": "FID",
    "vendor": "Vendor", "pad1": "Pad1", "padn": "PadN",
}  # fmt: skip
"""What people call an option, where it is not the name of its value."""


def _option_name(option: model.Option) -> str:
    scapys = SCAPY_OPTIONS.get(option.number) if isinstance(option.number, int) else None
    if option.name in _SHORT:
        return f"MIP6Opt{_SHORT[option.name]}{_SUFFIX.get(option.dialect or '', '')}"
    return scapys.__name__ if scapys is not None else f"MIP6Opt{option.value}"


def _make_all() -> dict[str, type[Packet]]:
    made: dict[str, type[Packet]] = {
        "MIP6OptUnknown": options.MIP6OptUnknown,
        "MIP6SubUnknown": options.MIP6SubUnknown,
        "MIP6SubUnknown6089": options.MIP6SubUnknown6089,
        "MIP6MH_Generic": messages.MIP6MH_Generic,
    }
    for option in catalogue.OPTIONS:
        scapys = SCAPY_OPTIONS.get(option.number) if isinstance(option.number, int) else None
        bases = (options._MobilityOption,) if scapys is None else (options._MobilityOption, scapys)
        name = _option_name(option)
        made[name] = entries.make(option, name, bases)
        if option.value:
            made.setdefault(f"MIP6Opt{option.value}", made[name])
    for space in catalogue.SPACES.values():
        for entry in space.entries:
            suffix = "" if entry.pad else _SUFFIX.get(space.key, space.key.title().replace("-", ""))
            name = f"MIP6Sub{entry.value or entry.title}{suffix}"
            made[name] = entries.make(entry, name, (options._TLV,), space)
            for found in entry.contradictions:
                if isinstance(found.how, OtherFields):
                    form = entries.make(in_other_fields(entry, found.what), f"{name}Other", (options._TLV,), space)
                    made[form.__name__] = form
                    table = options.other_forms.setdefault((space.key, entry.number), {})
                    table[entry.when, found.how.when_at] = form
    records = [cls for cls in by_entry.values() if issubclass(cls, entries._Record)]
    made.update({cls.__name__: cls for cls in records})
    for message in catalogue.MESSAGES:
        scapys = SCAPY_MESSAGES.get(message.number)
        name = scapys.__name__ if scapys is not None else f"MIP6MH_{message.value}"
        made[name] = messages.make(message, name, scapys)
        if message.proxy:
            short, title, clause = message.proxy
            made[short.upper()] = messages.make_proxy(made[name], short.upper(), title, clause)
    # Scapy's explore() evaluates the name of every module that has layers, and knows only its own.
    for module in [name for name in conf.layers.ldict if name.startswith("pmiptool")]:
        del conf.layers.ldict[module]
    return made


CLASSES = _make_all()


def number_all() -> None:
    """Numbers and tables of the classes under the settings in force."""
    points = settings()
    options.by_number.clear()
    for kind, scapys in SCAPY_OPTIONS.items():
        if kind > 1:
            options.by_number[kind] = CLASSES.get(scapys.__name__, scapys)
    numbers = {}
    for number, option in catalogue.options(points):
        options.by_number[number] = by_entry[id(option)]
    for option in catalogue.OPTIONS:
        numbers[by_entry[id(option)]] = model.resolve(option.number, points)
    for space in catalogue.SPACES.values():
        table = options.sub_by_number.setdefault(space.key, {})
        table.clear()
        for number, entry in catalogue.suboptions(space, points):
            table[number, entry.when] = by_entry[id(entry)]
            if entry.when_at:
                options.chosen_at[space.key, number] = entry.when_at
            numbers[by_entry[id(entry)]] = number
    for cls, number in numbers.items():
        _set_default(cls, "otype", number)
    messages.by_type.clear()
    messages.by_form.clear()
    for cls in CLASSES.values():
        if issubclass(cls, messages._Message) and cls._proxy_of is None and cls is not messages.MIP6MH_Generic:
            entry = cls._entry
            if entry is not None and entry.when is not None:
                width = entry.fields[0].bits // 8
                messages.by_form.setdefault(cls.mhtype.default, (width, {}))[1][entry.when] = cls
            else:
                messages.by_type[cls.mhtype.default] = cls


def _set_default(cls: type[Packet], field: str, value: int) -> None:
    """A new default for a field of a class, past Scapy's caches."""
    entry = next(f for f in cls.fields_desc if f.name == field)
    if entry.default == value:
        return
    entry.default = value
    for cache in (Packet.class_default_fields, Packet.class_default_fields_ref, Packet.class_fieldtype):
        cache.pop(cls, None)
    Packet.class_packetfields.pop(cls, None)
