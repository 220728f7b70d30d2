"""registry and shell: what is known, for people and programs."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from pmiptool.cli.app import cli
from pmiptool.registry import catalogue


def out(*args: str) -> str:
    result = CliRunner().invoke(cli, ["registry", *args])
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_the_json_is_the_contract() -> None:
    whole = json.loads(out("list", "--json"))
    assert whole["schema"] == "pmiptool/registry/1"
    assert next(m for m in whole["messages"] if m["name"] == "pbu") == {
        "type": 5, "name": "pbu", "title": "Proxy Binding Update", "document": "RFC 5213", "section": "8.1",
    }  # fmt: skip
    names = [m["name"] for m in whole["messages"]]
    assert names[:9] == ["brr", "hoti", "coti", "hot", "cot", "pbu", "binding-update", "pba", "binding-ack"]
    types = [option["type"] for option in whole["options"]]
    assert types == sorted(types) and {0, 1, 8, 22, 45, 200} <= set(types)
    assert all({"type", "name", "title", "document", "section"} <= set(option) for option in whole["options"])
    statuses = {status["value"]: status for status in whole["statuses"]}
    assert statuses[155]["name"] == "NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX"
    assert statuses[250]["name"] == "MH_NOT_SUPPORTED_BY_LMA"


def test_code_points_count() -> None:
    shown = json.loads(out("show", "fid", "--json", "--codepoint", "dialect=rfc6089"))
    assert [field["name"] for field in shown["fields"]][:3] == ["fid", "pri", "reserved"]
    moved = json.loads(out("list", "--json", "--codepoint", "multihoming_option_type=42"))
    assert [option["name"] for option in moved["options"] if option["type"] == 42] == ["multihoming"]


def test_the_list_is_names_and_sentences_that_show_takes() -> None:
    lines = out("list").splitlines()
    names = [line.partition("  ")[0] for line in lines]
    assert len(set(names)) == len(names)
    assert {option.name for option in catalogue.OPTIONS} | set(catalogue.message_names()) <= set(names)
    for name in names:
        assert name in out("show", name)
        assert json.loads(out("show", name, "--json"))["schema"] == "pmiptool/registry/1"
        assert out("show", name, "--markdown").startswith("## ")
    assert out("list", "--markdown").startswith("## Messages")


def test_an_unknown_name_is_one_sentence() -> None:
    result = CliRunner().invoke(cli, ["registry", "show", "multihomming"])
    assert result.exit_code == 2 and "did you mean 'multihoming'" in result.stderr
    assert CliRunner().invoke(cli, ["registry", "list", "--json", "--markdown"]).exit_code == 2


@pytest.mark.parametrize("dialect", ["mext", "rfc6089"])
def test_the_shell_has_everything_loaded(dialect: str, tmp_path: object) -> None:
    code = """
pkt = IPv6(src="::1", dst="::2") / PBU(sequence=7, options=[MIP6OptMNID(identifier="mn1")])
print("DECODED", decode(pkt).message.sequence, decode(pkt).checksum_ok)
print("JUDGED", any(f.rule.endswith("hnp") for f in judge(pkt)))
print("CRAFTED", type(craft(Request("pbu", flow=("fid=1",))).packet[PBU].options[-1]).__name__)
print("SCAPY", IPv6(bytes(pkt))[MIP6MH_BU].sequence, TCP.__name__)
"""
    done = subprocess.run(
        [sys.executable, "-m", "pmiptool", "shell", "--codepoint", f"dialect={dialect}"],
        input=code, capture_output=True, text=True, timeout=60, env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "DECODED 7 True" in done.stdout and "JUDGED True" in done.stdout and "SCAPY 7 TCP" in done.stdout
    assert f"CRAFTED MIP6OptFID{'6089' if dialect == 'rfc6089' else ''}" in done.stdout
    assert f"{dialect} dialect" in done.stderr
