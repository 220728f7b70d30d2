"""Breaks the rules that follow from the registry's entries: one message for each, made from the entry itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pmiptool.registry import catalogue, model
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.reference import contradictions
from pmiptool.registry.rule import Rule
from pmiptool.wire.codec import codec_for
from pmiptool.wire.sequence import octets_of, read_record
from pmiptool.wire.values import CLASSES, BindingError, Prefix, UnknownOption, UnknownSubOption
from tests.rules.make import RFC6089, pba, pbu
from tests.vectors import VECTORS

HEADER: dict[str, bytes] = {
    "rfc6275/6.1.1/payload-proto": bytes.fromhex("3a01050000000001 8200004b01020000"),
    "rfc6275/6.1.1/header-length": bytes.fromhex("3b02050000000001 8200004b01020000"),
    "rfc6275/6.1.1/minimum-length": bytes.fromhex("3b00050000000001"),
    "rfc6275/6.1.1/reserved": bytes.fromhex("3b01050100000001 8200004b01020000"),
    "rfc6275/6.1.1/checksum": bytes.fromhex("3b01050000010001 8200004b01020000"),
    "rfc6275/6.1.1/unknown-type": bytes.fromhex("3b00630000000000"),
    "rfc6275/6.2.1/option-past-end": bytes.fromhex("3b01050000000001 8200004b16090000"),
    "rfc6275/6.2.1/unknown-option": bytes.fromhex("3b01050000000001 8200004bc9020000"),
    "rfc6275/6.2.3/padn-octets": bytes.fromhex("3b01050000000001 8200004b01020100"),
}
# Over UDP: the checksum must be 0.
UDP = {"rfc5844/4.1/checksum-over-udp": bytes.fromhex("3b01050000010001 8200004b01020000")}
_PBU = bytes.fromhex("3b00050000000001 8200004b")


OTHERWISE = {str(one["note"]).rpartition("/")[2] for one in contradictions() if one["note"]}
"""The last parts of the notes on contradictions."""


def settings_of(rule: Rule) -> CodePoints:
    return RFC6089 if rule.dialect == "rfc6089" else DEFAULT


def options(settings: CodePoints) -> Iterator[tuple[int, model.Option]]:
    return ((number, option) for number, option in catalogue.options(settings) if not option.pad)


def _key(entry: model.Entry) -> str:
    return entry.clause.key


def _whole(data: bytes) -> bytes:
    """Padded and with a right Header Len."""
    data += b"\0" * (-len(data) % 8)
    return data[:1] + bytes((len(data) // 8 - 1,)) + data[2:]


def _value(entry: model.Entry, **changed: Any) -> Any:
    """A value with its enumerating first field right, so that a selector knows its format."""
    last = entry.fields[-1] if entry.fields else None
    if isinstance(last, model.Rest) and last.minimum:
        changed.setdefault(last.name, b"\1" * last.minimum)
    when = getattr(entry, "when", None)
    if when is not None:
        changed.setdefault((entry.chooser if isinstance(entry, model.SubOption) else entry.fields[0]).name, when)
    return CLASSES[entry.value](**changed)


def _odd_fields(entry: model.Entry, what: str) -> Iterator[Any]:
    for field in entry.fields:
        if isinstance(field, model.UInt) and field.reserved and field.name == what:
            yield _value(entry, **{field.name: 1})
        if isinstance(field, model.UInt) and what == f"{field.name}-range":
            least = field.lowest if field.minimum is None else field.minimum
            most = field.highest if field.maximum is None else field.maximum
            yield from (
                _value(entry, **{field.name: number})
                for number in (least - 1, most + 1)
                if field.lowest <= number <= field.highest
            )
        if isinstance(field, model.Count) and what == f"{field.name}-range":
            counts = ((field.minimum or 0) - 1, field.most if field.maximum is None else field.maximum + 1)
            yield from (_value(entry, **{field.of: bytes(field.unit * n)}) for n in counts if 0 <= n < 256)
        if isinstance(field, model.Records) and what.startswith(f"{field.name}."):
            for number, record in field.of:
                for one in _odd_fields(record, what.removeprefix(f"{field.name}.")):
                    if isinstance(field.by, int):
                        changed = bytearray(octets_of(one))
                        changed[field.by] = number
                        one = read_record(record, bytes(changed))
                    by = {field.by: number} if isinstance(field.by, str) else {}
                    yield _value(entry, **by, **{field.name: one if field.single else (one,)})
        if isinstance(field, model.Flags) and what == f"{field.name}-reserved":
            yield _value(entry, **{field.name: (1 << field.bits) - 1})
        if isinstance(field, model.Flagged) and what == "flags-reserved":
            yield _value(entry, **{field.name: field.reserved_mask & -field.reserved_mask})
        if isinstance(field, model.Prefix) and what == "prefix-length":
            yield _value(entry, **{field.name: Prefix(length=129)})


def _carried(space: model.SubOptionSpace, settings: CodePoints, *subs: Any) -> Iterator[Any]:
    """A PBU with each option whose sub-options are of that space, and these in it."""
    for _, option in options(settings):
        last = option.fields[-1] if option.fields else None
        if isinstance(last, model.SubOptions) and last.space == space.key:
            yield pbu(_value(option, **{last.name: subs}))


def candidates(rule: Rule) -> Iterator[tuple[Any, CodePoints, bool]]:
    """Messages or octets that may break a rule, the settings to read them under, and whether they come over UDP."""
    settings = settings_of(rule)
    where, _, what = rule.id.rpartition("/")
    for known, udp in ((HEADER, False), (UDP, True)):
        if rule.id in known:
            yield known[rule.id], settings, udp
    for message in catalogue.MESSAGES:
        if _key(message) == where:
            yield from ((value, settings, False) for value in _odd_fields(message, what))
    codec = codec_for(settings)
    for number, option in options(settings):
        if _key(option) != where:
            continue
        yield from ((pbu(value), settings, False) for value in _odd_fields(option, what))
        if what == "length":
            sizes = (2,) if option.words else (0, 1, 3, 5, 9, 30)
            yield from ((pbu(UnknownOption(number, bytes(size))), settings, False) for size in sizes)
        elif what == "at-most-one":
            yield pbu(*[_value(option)] * ((option.at_most or 0) + 1)), settings, False
        elif what == "misplaced":
            yield from ((one, settings, False) for one in (pbu(_value(option)), pba(_value(option))))
            yield pba(_value(option), flags=0), settings, False
            yield BindingError(options=(_value(option),)), settings, False
        elif what == "alignment":
            plain = codec.encode(pbu(_value(option), mn=None, hnp=None, hi=None, att=None))[12:].lstrip(b"\0")
            while plain[:1] == b"\1":
                plain = plain[2 + plain[1] :]
            yield from ((_whole(_PBU + b"\0" * shift + plain), settings, False) for shift in range(8))
    # A contradiction shows on octets that no encoder of ours makes: those of a hand-made vector.
    yield from ((vector.mh, vector.settings, False) for vector in VECTORS if {what} & vector.findings & OTHERWISE)
    for parent in catalogue.SPACES.values():
        for message in _broken_suboptions(parent, where, what, settings):
            yield message, settings, False


def _broken_suboptions(space: model.SubOptionSpace, where: str, what: str, settings: CodePoints) -> Iterator[Any]:
    if space.clause.key == where and what == "unknown-sub-option":
        yield from _carried(space, settings, UnknownSubOption(99, b"\1\2"))
    if space.clause.key == where and what == "sub-option-past-end":
        for message in _carried(space, settings, UnknownSubOption(99, b"\1\2\3\4")):
            data = codec_for(settings).encode(message)
            at = data.index(bytes.fromhex("63"))
            yield data[: at + 1] + b"\x50" + data[at + 2 :]
    for number, entry in catalogue.suboptions(space, settings):
        if entry.pad or _key(entry) != where:
            continue
        for value in _odd_fields(entry, what):
            yield from _carried(space, settings, value)
        first = b"" if entry.when is None else bytes(entry.when_at) + bytes((entry.when,))
        if what == "length":
            for size in (0, 1, 2, 3, 4, 5, 6, 9, 30):
                data = (first + b"\0" * size) if size != 6 else first + b"\0\xff\0\0\0"
                yield from _carried(space, settings, UnknownSubOption(number, data))
        elif what == "at-most-one":
            yield from _carried(space, settings, _value(entry), _value(entry))
        elif what == "end-without-start":
            yield from _carried(space, settings, _value(entry, proto_end=6))
