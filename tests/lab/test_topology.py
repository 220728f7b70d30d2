"""Topologies: what a file may say, and what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmiptool.errors import UsageError
from pmiptool.lab.topology import Topology, check_name, load_topology, namespace


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "lab.toml"
    path.write_text(text)
    return str(path)


def test_the_usual_lab_has_three_gateways_of_which_two_are_attached() -> None:
    topology = load_topology(None)
    assert topology.nodes == ("core", "lma", "cn", "mn", "mag1", "mag2", "mag3")
    assert [gateway.attached for gateway in topology.gateway] == [True, True, False]
    assert str(topology.mobile_address) == "2001:db8:a1::1"
    assert str(topology.address("mag2")) == "2001:db8:12::1/64" and topology.mac(3) == "02:00:00:00:01:03"


def test_a_file_has_other_gateways(tmp_path: Path) -> None:
    text = 'mn_id = "x@y"\ngre = true\n' + "".join(f'[[gateway]]\ninterface = "wlan{n}"\n' for n in range(8))
    topology = load_topology(written(tmp_path, text))
    assert len(topology.gateways) == 8 and topology.gre and topology.gateway[7].interface == "wlan7"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('colour = "red"', "unknown key 'colour'"),
        ('gateway = []', "1 to 8 gateways"),
        ("".join(f'[[gateway]]\ninterface = "if{n}"\n' for n in range(9)), "and not 9"),
        ('[[gateway]]\ninterface = "a"\n[[gateway]]\ninterface = "a"', "two gateways"),
        ('[[gateway]]\ninterface = "a"\nact = "burn"', "remove or keep"),
        ('[[gateway]]\ninterface = "a/b"', "no name of an interface"),
        ('hnp = "2001:db8::/48"', "autoconfiguration takes a /64"),
        ('hnp = "here"', "hnp"),
        ("hnp = ", "no TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file_is_named(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told.replace("/", "/")):
        load_topology(written(tmp_path, text))


def test_names_of_labs() -> None:
    assert namespace(check_name("a-1"), "mag1") == "pmip-a-1-mag1"
    for name in ("", "A", "a/b", "-a", "a" * 17, "../x"):
        with pytest.raises(UsageError, match="no name of a lab"):
            check_name(name)


def test_defaults_are_frozen() -> None:
    assert Topology() == Topology()
