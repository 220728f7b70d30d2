"""What holds for every message and for any octets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, find, given, settings

from pmiptool.registry import catalogue, model
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.text.json import from_object, message_object
from pmiptool.wire import values
from pmiptool.wire.codec import Decoded, EncodeError, codec_for
from tests.strategies import SETTINGS, captures, cases, parts, value_of

SRC, DST = bytes.fromhex("20010db8000100000000000000000002"), bytes.fromhex("20010db8000100000000000000000001")
many = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read_otherwise(decoded: Decoded) -> bool:
    """Whether an option in the wrong place, or with wrong values, looks like another that its sender meant."""
    slots = [one for slot in decoded.layout.slots for one in (slot, *slot.sub)]
    return any(slot.reading for slot in slots)


@many
@given(captures())
def test_decoding_never_raises_and_keeps_every_octet(case: tuple[CodePoints, bytes]) -> None:
    under, data = case
    codec = codec_for(under)
    decoded = codec.decode(data, SRC, DST)
    assert decoded.raw == data
    assert codec.encode(decoded.message, decoded.layout) == data


@many
@given(cases())
def test_what_is_encoded_is_decoded_again(case: tuple[CodePoints, Any]) -> None:
    under, message = case
    codec = codec_for(under)
    data = codec.encode(message, src=SRC, dst=DST)
    assert len(data) % 8 == 0
    decoded = codec.decode(data, SRC, DST)
    assume(not read_otherwise(decoded))
    assert decoded.message == message
    assert decoded.checksum_ok
    assert codec.encode(decoded.message, src=SRC, dst=DST) == data


@many
@given(cases(loose=False))
def test_what_the_registry_makes_has_no_finding(case: tuple[CodePoints, Any]) -> None:
    under, message = case
    codec = codec_for(under)
    decoded = codec.decode(codec.encode(message, src=SRC, dst=DST), SRC, DST)
    assume(not read_otherwise(decoded))
    assert decoded.findings == ()


@many
@given(captures())
def test_what_is_shown_as_json_gives_the_octets_again(case: tuple[CodePoints, bytes]) -> None:
    under, data = case
    codec = codec_for(under)
    shown = json.loads(json.dumps(message_object(codec.decode(data, SRC, DST), settings=under)))
    message, layout = from_object(shown, under)
    assert codec.encode(message, layout) == data


def records(entry: model.Entry) -> Iterator[model.Record]:
    """Every record that may stand in a value of an entry."""
    for field in entry.fields:
        if isinstance(field, model.Records):
            for record in field.records:
                yield record
                yield from records(record)


ENTRIES = [*(option for _, option in catalogue.options(DEFAULT))]
ENTRIES += [entry for space in catalogue.SPACES.values() for _, entry in catalogue.suboptions(space, DEFAULT)]


@pytest.mark.parametrize(
    ("entry", "record"),
    [(entry, record) for entry in ENTRIES for record in dict.fromkeys(records(entry))],
    ids=lambda one: one.name,
)
def test_the_strategies_reach_every_record_of_an_entry(entry: model.Entry, record: model.Record) -> None:
    """Which record an entry has is drawn; everything else is what was asked for."""
    sought = settings(max_examples=1000, database=None, derandomize=True, phases=[Phase.generate])
    made = values.CLASSES[record.value]
    find(value_of(entry, DEFAULT), lambda value: any(type(item) is made for item in parts(value)), settings=sought)


CARRIERS: dict[str, Callable[[Any], Any]] = {
    "GroupAddress": lambda record: values.ActiveMulticastSubscriptionIpv4(0x16, record),
    "GroupRecord": lambda record: values.ActiveMulticastSubscriptionIpv4(0x22, record),
    "MulticastAddress": lambda record: values.DynamicMulticastSelector(131, records=(record,)),
    "MulticastAddressRecord": lambda record: values.ActiveMulticastSubscriptionIpv6(143, record),
    "CivicAddress": lambda record: values.AccessNetworkIdentifier((values.CivicLocation(location=record),)),
    "CivicElement": lambda record: CARRIERS["CivicAddress"](values.CivicAddress(elements=(record,))),
    "Mldv1Context": lambda record: values.ActiveMulticastSubscriptionIpv6(131, record),
}
"""An option around a record."""
NONSENSE = (-1, 1 << 70, bytes(17), bytes(400), (1 << 20,), values.Prefix(bytes(3), 64), values.Prefix(bytes(16), 256))


@pytest.mark.parametrize("name", sorted(values.CLASSES))
@pytest.mark.parametrize("under", SETTINGS[:2], ids=lambda under: under.dialect)
def test_a_value_that_does_not_fit_is_refused_by_name(under: CodePoints, name: str) -> None:
    made = values.CLASSES[name]
    entry = values.ENTRIES[made]
    codec = codec_for(under)
    fid = values.FlowIdentification if under.dialect == "mext" else values.FlowIdentification6089
    for field in made.__struct_fields__:
        usual = getattr(made(), field)
        for wrong in NONSENSE:
            if field in ("options", "suboptions") or not isinstance(wrong, type(usual)) and usual is not None:
                continue
            message = made(**{field: wrong})
            if isinstance(entry, model.Record):
                message = CARRIERS[name](message)
            if isinstance(entry, model.SubOption):
                message = fid(suboptions=(message,))
            if not isinstance(message, values.BindingUpdate) and not isinstance(entry, model.Message):
                message = values.BindingUpdate(options=(message,))
            try:
                data = codec.encode(message)
            except EncodeError:
                continue
            assert codec.decode(data).message == message, "it was encoded as something else"


@pytest.mark.parametrize(
    ("option", "told"),
    [
        (values.MulticastMobility(records=7), "takes a list of records"),
        (values.MulticastMobility(records=(7,)), "takes Multicast Address Record"),
        (values.MulticastMobility(option_code=9, records=(values.GroupRecord(),)), "option_code 9 takes octets"),
        (values.MulticastMobility(records=(values.GroupRecord(),)), "takes Multicast Address Record"),
        (values.MulticastAcknowledgement(records=(values.GroupRecord(),)), "tells otherwise"),
        (values.ActiveMulticastSubscriptionIpv6(context=None), "takes Multicast Address Record"),
        (
            values.ActiveMulticastSubscriptionIpv6(context=values.MulticastAddressRecord(aux_data=b"123")),
            "whole words of 4",
        ),
        (values.ActiveMulticastSubscriptionIpv6(context=values.MulticastAddressRecord(sources=(b"",))), "16 octets"),
        (values.AccessNetworkIdentifier((values.GeoLocation(latitude=1 << 23),)), "-8388608 to 8388607"),
    ],
)
def test_a_record_that_does_not_fit_is_told_by_its_field(option: Any, told: str) -> None:
    with pytest.raises(EncodeError, match=told):
        codec_for().encode(values.BindingUpdate(options=(option,)))


@pytest.mark.parametrize("unit", ["octets", "units-of-8"])
def test_an_option_may_be_longer_than_255_octets_where_its_length_counts_units(unit: str) -> None:
    """33 units of 8 octets; its length octet says 33, and in octets none can."""
    codec = codec_for(CodePoints(fid_length_unit=unit))
    message = values.BindingUpdate(
        options=(values.FlowIdentification(fid=1, suboptions=(values.UnknownSubOption(99, bytes(252)),)),)
    )
    if unit == "octets":
        with pytest.raises(EncodeError, match="fid: it has more octets than its length octet can count"):
            codec.encode(message)
        return
    data = codec.encode(message)
    decoded = codec.decode(data)
    assert (decoded.message, decoded.layout.slots[0].length) == (message, 33)
    assert codec.encode(decoded.message, decoded.layout) == data
