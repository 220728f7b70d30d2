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


def test_exchanges_say_what_pairs_request_and_answer() -> None:
    (revocation,) = json.loads(out("show", "bra", "--json"))["exchanges"]
    assert revocation == {
        "name": "binding-revocation", "title": "Binding revocation", "request": "bri", "answer": "bra",
        "ways": ["lma to mag", "mag to lma", "lma to mn"], "pairs": ["sequence", "mn-id"],
        "document": "RFC 5846", "section": "6",
    }  # fmt: skip
    (handover,) = json.loads(out("show", "handover-initiate", "--json"))["exchanges"]
    assert (handover["answer"], handover["pairs"]) == ("handover-ack", ["sequence", "mn-id"])
    assert "exchanges" not in json.loads(out("show", "binding-error", "--json"))
    assert len(json.loads(out("list", "--json"))["exchanges"]) == len(catalogue.EXCHANGES)
    assert "| hoti | hot | Home test | mn to cn | home_init_cookie | RFC 6275 | 6.1.3 |" in out("list", "--markdown")
    assert "  fbi  fba  Flow binding by the home agent  lma to mn, lma to mag  sequence, mn-id" in out("show", "fbi")


def test_a_message_is_shown_with_the_names_of_its_values() -> None:
    assert "  notification-reason  1 " in out("show", "update-notification")
    assert "NOT_AUTHORIZED" not in out("show", "pba")  # the many have a page of their own


def test_messages_and_options_are_listed_by_number() -> None:
    whole = json.loads(out("list", "--json"))
    for kind in ("messages", "options"):
        numbers = [entry["type"] for entry in whole[kind]]
        assert numbers == sorted(numbers)
    names = [line.partition("  ")[0] for line in out("list").splitlines()]
    assert names.index("heartbeat") < names.index("handover-initiate") < names.index("gre-key") < names.index("fid")


def test_what_only_the_other_dialect_has_is_said_to_be_there() -> None:
    result = CliRunner().invoke(cli, ["registry", "show", "flow-binding-action"])
    assert result.exit_code == 2 and "add --codepoint dialect=rfc6089" in result.stderr
    assert "Flow Binding Action" in out("show", "flow-binding-action", "--codepoint", "dialect=rfc6089")


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
