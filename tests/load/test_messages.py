"""Batches of messages against the codec: every row is what was meant, and the rules find nothing in it."""

from __future__ import annotations

import ipaddress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmiptool.errors import UsageError
from pmiptool.load.identifiers import Listed, Pattern
from pmiptool.load.messages import FLOW, Messages, Wishes
from pmiptool.load.mix import ATTACH, DETACH, HANDOVER, HEARTBEAT, KINDS, MODIFY, REATTACH, RENEW
from pmiptool.load.nodes import Nodes
from pmiptool.load.template import Template, sums_of
from pmiptool.registry.codepoints import CodePoints
from pmiptool.rules import Context, check_message
from pmiptool.wire import checksum
from pmiptool.wire.codec import codec_for
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import (
    AccessTechnologyType,
    FlowIdentification,
    HandoffIndicator,
    HomeNetworkPrefix,
    MobileNodeIdentifier,
    MobileNodeLinkLayerIdentifier,
    Multihoming,
    Timestamp,
)

MAG, OTHER, LMA = (ipaddress.ip_address(f"2001:db8:1::{n}").packed for n in (2, 3, 1))
REGISTRATIONS = (ATTACH, RENEW, MODIFY, HANDOVER, DETACH, REATTACH)
HI = {ATTACH: 1, RENEW: 5, MODIFY: 5, HANDOVER: 3, DETACH: 4, REATTACH: 5}


def option(decoded: Decoded, kind: type) -> object:
    return next(one for one in decoded.message.options if isinstance(one, kind))


def written(messages: Messages, kind: int, numbers: list[int], nodes: list[int], table: Nodes, stamp: int,
            source: int = 0, wide: bool = False) -> list[bytes]:  # fmt: skip
    form = messages.form(kind, wide)
    rows = np.full((len(nodes), 512), 0xEE, np.uint8)
    places = np.array(nodes, np.int32)
    form.write(rows, source, np.array(numbers, np.uint16), places, table, messages.identifiers, stamp)
    assert (rows[:, form.template.length :] == 0xEE).all()
    return [row[: form.template.length].tobytes() for row in rows]


@settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from(REGISTRATIONS),
    nodes=st.lists(st.integers(0, 999_999), min_size=1, max_size=8),
    number=st.integers(0, 65535),
    stamp=st.integers(1, 2**63),
    source=st.integers(0, 1),
    wishes=st.sampled_from(
        (
            Wishes(),
            Wishes(stamps=False, ll_id="02:00:00:00:00:00", service="internet", lifetime="max"),
            Wishes(flow=("fid=1 pri=10 proto=udp", "fid=7 pri=3 dst-port=80"), att="5"),
            Wishes(mhgid="0", options=("link-local:link_local_address=fe80::1",)),
        )
    ),
)
def test_every_row_is_what_was_meant(
    kind: int, nodes: list[int], number: int, stamp: int, source: int, wishes: Wishes
) -> None:
    if kind == MODIFY:
        wishes = wishes.with_flows()
    table = Nodes(1_000_000, 2)
    high = np.arange(1_000_000, dtype=np.uint64) + (0x20010DB8F0000001 - 0)
    table.prefix_high[:] = high.byteswap()
    table.prefix_sum[:] = sums_of(table.prefix_high, 0)
    table.prefix_length[:] = 64
    messages = Messages(wishes, Pattern("mn{}@example.org", 1_000_000), [(MAG, LMA), (OTHER, LMA)])
    numbers = [(number + place) & 0xFFFF for place in range(len(nodes))]
    src = (MAG, OTHER)[source]
    for place, octets in enumerate(written(messages, kind, numbers, nodes, table, stamp, source)):
        decoded = codec_for().decode(octets, src, LMA)
        assert decoded.checksum_ok
        assert not [f for f in check_message(decoded, None, Context()) if f.level == "error"]
        message = decoded.message
        assert message.sequence == numbers[place]
        assert message.lifetime == (0 if kind == DETACH else 0xFFFF if wishes.lifetime == "max" else 75)
        assert option(decoded, MobileNodeIdentifier).identifier == b"mn%08d@example.org" % nodes[place]
        assert option(decoded, HandoffIndicator).hi == HI[kind]
        assert option(decoded, AccessTechnologyType).att == int(wishes.att or 4)
        prefix = option(decoded, HomeNetworkPrefix).home_network_prefix
        if kind == ATTACH:
            assert prefix.is_any
        else:
            assert prefix.address == int(high[nodes[place]]).to_bytes(8, "big") + bytes(8) and prefix.length == 64
        stamps = [one.timestamp for one in message.options if isinstance(one, Timestamp)]
        assert stamps == ([stamp] if wishes.stamps else [])
        flows = [one for one in message.options if isinstance(one, FlowIdentification)]
        assert len(flows) == (len(wishes.flow) if kind in (ATTACH, MODIFY) else 0)
        assert all(flow.pro == (1 if kind == MODIFY else 0) for flow in flows)
        several = any(isinstance(one, Multihoming) for one in message.options)
        assert several == bool(wishes.flow or wishes.mhgid)
        if wishes.ll_id:
            given_id = option(decoded, MobileNodeLinkLayerIdentifier).link_layer_identifier
            assert given_id == b"\2\0" + nodes[place].to_bytes(4, "big")


def test_modifications_differ_from_one_to_the_next() -> None:
    messages = Messages(Wishes().with_flows(), Pattern("mn{}@example.org", 10), [(MAG, LMA)])
    table = Nodes(10)
    table.prefix_high[:], table.prefix_sum[:], table.prefix_length[:] = 1, 1, 64
    seen = []
    for version in (0, 1, 2):
        table.version[3] = version
        (octets,) = written(messages, MODIFY, [1], [3], table, 1)
        decoded = codec_for().decode(octets, MAG, LMA)
        assert decoded.checksum_ok
        seen.append(option(decoded, FlowIdentification).pri)
    assert seen == [10, 11, 10]


def test_prefixes_of_any_length() -> None:
    messages = Messages(Wishes(), Pattern("mn{}@example.org", 10), [(MAG, LMA)])
    table = Nodes(10)
    prefixes = [ipaddress.ip_network("2001:db8:a1::/56"), ipaddress.ip_network("2001:db8:a1:b::7/128")]
    octets = np.frombuffer(b"".join(p.network_address.packed for p in prefixes), np.uint8).reshape(2, 16)
    table.learn(np.array([2, 5], np.int32), octets, np.array([56, 128], np.uint8))
    for row, prefix in zip(written(messages, RENEW, [1, 2], [2, 5], table, 1, wide=True), prefixes, strict=True):
        decoded = codec_for().decode(row, MAG, LMA)
        assert decoded.checksum_ok
        named = option(decoded, HomeNetworkPrefix).home_network_prefix
        assert (named.address, named.length) == (prefix.network_address.packed, prefix.prefixlen)


@pytest.mark.parametrize("settings_", [CodePoints(dialect="rfc6089"), CodePoints(fid_length_unit="units-of-8")])
def test_other_dialects(settings_: CodePoints) -> None:
    wishes = Wishes(flow=(FLOW if settings_.dialect == "mext" else "fid=1 pri=10 proto=udp",))
    messages = Messages(wishes, Pattern("mn{}@example.org", 10), [(MAG, LMA)], settings_)
    table = Nodes(10)
    table.prefix_high[:], table.prefix_sum[:], table.prefix_length[:], table.version[:] = 1, 1, 64, 1
    for kind in (ATTACH, MODIFY):
        for octets in written(messages, kind, [7, 8], [0, 9], table, 99):
            decoded = codec_for(settings_).decode(octets, MAG, LMA)
            assert decoded.checksum_ok and not decoded.findings
            flow = next(one for one in decoded.message.options if hasattr(one, "fid"))
            assert flow.pri == (11 if kind == MODIFY else 10)


def test_over_udp_the_checksum_is_zero() -> None:
    messages = Messages(Wishes(), Pattern("mn{}@example.org", 10))
    (octets,) = written(messages, ATTACH, [1], [3], Nodes(10), 1)
    assert octets[4:6] == bytes(2) and b"mn00000003@" in octets


def test_heartbeats() -> None:
    messages = Messages(Wishes(), Pattern("mn{}@example.org", 10), [(MAG, LMA)])
    rows = np.zeros((3, 512), np.uint8)
    messages.write_heartbeats(rows, 0, np.array([0, 300, 65535], np.uint16))
    length = messages.form(HEARTBEAT).template.length
    for row, number in zip(rows, (0, 300, 65535), strict=True):
        decoded = codec_for().decode(row[:length].tobytes(), MAG, LMA)
        assert decoded.checksum_ok and not decoded.findings
        assert (decoded.message.sequence, decoded.message.flags) == (number, 0)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_checksums_of_batches_are_those_of_single_messages(data: st.DataObject) -> None:
    """Columns of any size anywhere, at odd octets too."""
    length = data.draw(st.integers(6, 20)) * 4
    octets = data.draw(st.binary(min_size=length, max_size=length))
    at, columns, count = 6, [], data.draw(st.integers(1, 5))
    while True:
        at += data.draw(st.integers(0, 5))
        size = data.draw(st.sampled_from((1, 2, 4, 8)))
        if at + size > length:
            break
        values = data.draw(st.lists(st.binary(min_size=size, max_size=size), min_size=count, max_size=count))
        column = np.frombuffer(b"".join(values), f"<u{size}")
        columns.append((at, column if data.draw(st.booleans()) else column[0]))
        at += size
    template = Template(octets, [(offset, values.itemsize) for offset, values in columns], [(MAG, LMA), (OTHER, LMA)])
    for source, src in ((0, MAG), (1, OTHER)):
        rows = np.zeros((count, length + 3), np.uint8)
        template.write(rows, source, columns)
        for number, row in enumerate(rows):
            expected = bytearray(octets)
            for offset, values in columns:
                value = values if values.ndim == 0 else values[number]
                expected[offset : offset + values.itemsize] = value.tobytes()
            right = checksum.checksum(src, LMA, bytes(expected))
            expected[4:6] = right.to_bytes(2, "big")
            assert row[:length].tobytes() == bytes(expected)


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        (Wishes(lifetime="301"), "units of 4"),
        (Wishes(flow=("fid=x",)), "fid"),
        (Wishes(att="nonsense"), "att"),
        (Wishes(ll_id="zz"), "ll-id"),
        (Wishes(options=("nonsense:a=1",)), "nonsense"),
    ],
)
def test_wishes_that_cannot_be_are_told(wishes: Wishes, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        Messages(wishes, Pattern("mn{}@example.org", 10)).check([ATTACH])


@pytest.mark.parametrize("pattern", ["mn{}@example.org", "{:5}.mn@x", "m{:04d}", "a{:1}", "x{:7}y"])
def test_patterns(pattern: str) -> None:
    digits = {"m{:04d}": 4, "a{:1}": 1, "{:5}.mn@x": 5, "x{:7}y": 7}.get(pattern, 8)
    count = min(10**digits - 3, 1000)
    names = Pattern(pattern, count, 3)
    before, after = pattern[: pattern.index("{")], pattern[pattern.index("}") + 1 :]
    nodes = np.array([0, count - 1, count // 2], np.int32)
    rows = np.tile(np.frombuffer(names.example().encode(), np.uint8), (3, 1)).copy()
    for at, values in names.columns(nodes):
        rows[:, at : at + values.itemsize].view(values.dtype)[:, 0] = values
    for row, node in zip(rows, nodes.tolist(), strict=True):
        assert row.tobytes().decode() == names.name(node) == f"{before}{3 + node:0{digits}d}{after}"
    assert names.match(rows, nodes).all()
    assert not names.match(rows, np.roll(nodes, 1)).any()


@pytest.mark.parametrize("pattern", ["mn@example.org", "mn{}{}@x", "mn{x}@x", "mn{:9}x{", ""])
def test_patterns_that_are_none_are_told(pattern: str) -> None:
    with pytest.raises(UsageError, match="--mn-id"):
        Pattern(pattern, 10)


def test_a_pattern_with_too_few_digits_is_told() -> None:
    with pytest.raises(UsageError, match="too few"):
        Pattern("mn{:2}", 101)


def test_listed_identifiers() -> None:
    names = Listed(["anna@x", "bert@y", "carl@z"])
    rows = np.frombuffer(b"bert@ycarl@z", np.uint8).reshape(2, 6)
    assert names.match(rows, np.array([1, 2], np.int32)).tolist() == [True, True]
    assert names.match(rows, np.array([1, 1], np.int32)).tolist() == [True, False]
    messages = Messages(Wishes(), names, [(MAG, LMA)])
    rows_written = written(messages, ATTACH, [1, 2], [2, 0], Nodes(3), 1)
    for octets, name in zip(rows_written, (b"carl@z", b"anna@x"), strict=True):
        decoded = codec_for().decode(octets, MAG, LMA)
        assert decoded.checksum_ok and option(decoded, MobileNodeIdentifier).identifier == name
    for wrong in (["a", "bb"], ["a", "a"]):
        with pytest.raises(UsageError, match="peer file"):
            Listed(wrong)


def test_kinds_have_names() -> None:
    assert KINDS[ATTACH] == "attach" and KINDS[REATTACH] == "reattach" and len(set(KINDS)) == 7
