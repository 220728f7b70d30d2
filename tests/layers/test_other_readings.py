"""Options that a peer may send otherwise, because texts contradict themselves, as packets."""

from __future__ import annotations

import pickle

import pytest
from scapy.config import conf

from pmiptool.layers import install, message_class
from pmiptool.layers.classes import CLASSES
from tests.vectors import VECTORS, Vector

OTHERWISE = [
    vector
    for vector in VECTORS
    if vector.at is not None
    and vector.json is not None
    and any(what.endswith(("-octets", "-words", "-authenticator", "-units-of-8")) for what in vector.findings)
]


@pytest.mark.parametrize("vector", OTHERWISE, ids=str)
def test_an_option_alone_is_kept_by_pickle_and_copy(vector: Vector) -> None:
    install(vector.settings)
    packet = message_class(vector.mh)(vector.mh)
    assert vector.at is not None
    at = 0
    for option in packet.options:
        if vector.mh[vector.at :].startswith(bytes(option)) and not option._entry.pad:
            at += 1
            again = pickle.loads(pickle.dumps(option))
            assert bytes(again) == bytes(option) == bytes(option.copy())
            assert again.show(dump=True) == option.show(dump=True)
    assert at == 1


def test_the_length_of_a_captured_option_can_be_worked_out_again() -> None:
    """As the registry takes it, whatever the sender took."""
    vector = next(vector for vector in VECTORS if vector.name == "multicast-mobility-in-octets")
    install(vector.settings)
    option = next(o for o in message_class(vector.mh)(vector.mh).options if o.otype == 60)
    option.olen = None
    assert bytes(option)[:2] == bytes((60, 6))


def test_scapys_lists_know_nothing_of_them() -> None:
    """`ls()` and `explore()` show each layer once."""
    names = [layer.__name__ for layer in conf.layers if layer.__module__ == "pmiptool.layers"]
    assert len(names) == len(set(names)) > 100
    assert "pmiptool.layers" not in conf.layers.ldict


def test_the_overwrite_flag_is_taken_by_its_letter() -> None:
    install()
    cls = CLASSES["MIP6MH_BU"]
    assert int(cls(flags="AO").flags) == 0x8040
