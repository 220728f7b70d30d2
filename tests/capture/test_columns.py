"""Plain messages in columns: what has one template, and what is left to the codec."""

from __future__ import annotations

import numpy as np
import pytest

from pmiptool.capture.blocks import Block
from pmiptool.capture.columns import Columns, Table
from pmiptool.capture.layouts import MOST_VALUES, ODD, REQUEST
from pmiptool.registry.codepoints import DEFAULT
from pmiptool.wire.envelope import RAW_IP, build
from pmiptool.wire.values import Prefix
from tests.rules.make import ANY, LMA, MAG1, P1, P2, hnp, mn, pbu, wire


def cut(columns: Columns, *messages: object) -> Table:
    packets = [build(wire(message, src=MAG1, dst=LMA).raw, MAG1, LMA) for message in messages]
    lengths = np.array([len(packet) for packet in packets], dtype=np.int64)
    starts = np.cumsum(lengths) - lengths
    none = np.zeros_like(lengths)
    return columns.cut(Block(b"".join(packets), starts, lengths, none, none + min(RAW_IP), 1))


def test_values_make_no_template_but_zeros_do() -> None:
    prefixes = [(P1, P2), (P2, P1), (ANY, P1), (P1, ANY), (ANY, ANY), (P2, ANY)]
    table = cut(Columns(DEFAULT), *(pbu(hnp=(hnp(one), hnp(two))) for one, two in prefixes))
    assert (table.kinds == REQUEST).all()
    first, same, *others, again = table.templates.tolist()
    assert first == same and again == others[1]
    assert len({first, *others}) == 4


def test_what_differs_elsewhere_is_another_template() -> None:
    columns = Columns(DEFAULT)
    table = cut(columns, pbu(), pbu(mn=mn(b"mn2@example.org"), sequence=9), pbu(lifetime=76), pbu(mn=mn(b"m@x.org")))
    first, same, *others = table.templates.tolist()
    assert first == same and len({first, *others}) == 3
    assert columns.node(int(table.nodes[1])) == (LMA, (1, b"mn2@example.org"))


@pytest.mark.parametrize(("count", "plain"), [(MOST_VALUES, True), (MOST_VALUES + 1, False)])
def test_many_prefixes(count: int, plain: bool) -> None:
    prefixes = [hnp(Prefix(P1.address[:7] + bytes((number,)) + bytes(8), 64)) for number in range(count)]
    table = cut(Columns(DEFAULT), pbu(hnp=tuple(prefixes)))
    assert table.kinds.tolist() == [REQUEST if plain else ODD]


@pytest.mark.parametrize(("length", "plain"), [(64, True), (60, False), (128, True)])
def test_bits_behind_a_prefix(length: int, plain: bool) -> None:
    address = P1.address[:7] + b"\x0f" + bytes(8)
    table = cut(Columns(DEFAULT), pbu(hnp=hnp(Prefix(address, length))))
    assert table.kinds.tolist() == [REQUEST if plain else ODD]
