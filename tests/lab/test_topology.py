"""Topologies: what a file may say, and what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pmiptool.cli.app import cli
from pmiptool.errors import UsageError
from pmiptool.lab.anchor import config_of
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
        ('hnp = "fe80::/64"', "nothing is routed"),
        ('hnp = "2001:db8:1::/64"', "the link of lma to the core"),
        ('hnp = "2001:db8:12::/64"', "the link of mag2 to the core"),
        ("mtu = 10", "mtu: expected"),
        ("mtu = 99999999999", "mtu: expected"),
        ("lifetime = 3", "lifetime: expected"),
        ("lifetime = -4", "lifetime: expected"),
        ("min_delay_before_bce_delete = nan", "min_delay_before_bce_delete: expected"),
        ('[[gateway]]\ninterface = "a"\nll_id = "zz"', "a MAC of one host"),
        ('[[gateway]]\ninterface = "a"\nll_id = "01:00:00:00:00:01"', "a MAC of one host"),
        ('[[gateway]]\ninterface = "lo"', "no name of an interface"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file_is_named(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told.replace("/", "/")):
        load_topology(written(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mhgid = 999", "mhgid of mn mn1@example.org is 999"),
        ('mn_id = ""', "id is ''"),
        ("codepoints = { multihoming_option_type = 999 }", "multihoming_option_type is 999"),
        ('readings = { foo = "bar" }', "reading 'foo'"),
        ('[[gateway]]\ninterface = "a"\natt = "foo"', "att of mn mn1@example.org is 'foo'"),
        ('[[gateway]]\ninterface = "a"\nflows = ["fid=1 nonsense=2"]', "'nonsense=2' is no key=value"),
    ],
)
def test_what_the_nodes_could_not_use_is_told_before_there_are_any(tmp_path: Path, text: str, told: str) -> None:
    done = CliRunner().invoke(cli, ["lab", "up", "never", "--topology", written(tmp_path, text)])
    assert done.exit_code == 2 and told in done.stderr


def test_the_help_shows_a_topology_that_works(tmp_path: Path) -> None:
    shown = CliRunner().invoke(cli, ["lab", "up", "--help"], terminal_width=120).stdout
    example = shown[shown.index("hnp = ") : shown.index("Options:")]
    topology = load_topology(written(tmp_path, "\n".join(line.strip() for line in example.splitlines())))
    assert topology.gre and [gateway.act for gateway in topology.gateway] == ["keep", "remove"]
    assert config_of(topology).readings["act-zero"] == "keep"


def test_labs_of_runs_have_names_of_their_own() -> None:
    done = CliRunner().invoke(cli, ["lab", "up", "run12"])
    assert done.exit_code == 2 and "give another name" in done.stderr


def test_names_of_labs() -> None:
    assert namespace(check_name("a-1"), "mag1") == "pmip-a-1-mag1"
    for name in ("", "A", "a/b", "-a", "a" * 17, "../x"):
        with pytest.raises(UsageError, match="no name of a lab"):
            check_name(name)


def test_defaults_are_frozen() -> None:
    with pytest.raises(AttributeError):
        Topology().mtu = 1500  # type: ignore[misc]
